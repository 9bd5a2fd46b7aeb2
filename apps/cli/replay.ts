import { statSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Engine } from '#pipeline/engine/engine.js';
import { parseInstant } from '#platforms/instant.js';
import { refusalsEnd, refusedSince } from '#pipeline/redrive.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { CommandError } from './command-error.js';
import { progressBar } from './progress.js';
import {
  type Export,
  exportedIn,
  linesOf,
  recordedIn,
  type ReplayFormat,
  replayFormats,
  type ReplayItem,
  UnreadableInput,
} from './replay-input.js';
import { type CommonOptions, withDataOptions, withEngine } from './with-engine.js';

interface ReplayOptions extends CommonOptions {
  readonly connection?: string;
  readonly format?: ReplayFormat;
  readonly columns?: string;
  readonly encoding?: string;
  readonly polledAt?: number;
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'send recorded deliveries, or an export of a platform, through the pipeline; sending them again changes nothing',
    )
    .argument('<file>', 'plain or gzipped; -: standard input')
    .option(
      '--connection <id>',
      'the file is what this connection sends or exports; without it deliveries are recorded',
    )
    .addOption(
      new Option(
        '--format <name>',
        'with --connection: ndjson, json or csv; default: by how the file begins',
      ).choices([...replayFormats]),
    )
    .option('--columns <names>', 'names of the columns of CSV without a header, separated by commas')
    .option('--encoding <name>', 'such as windows-1252 or utf-16le; default: utf-8', encodingNamed)
    .option(
      '--polled-at <instant>',
      'with --connection: when it was exported; what was reported later prevails; default: when the file was changed last',
      instantNamed,
    )
    .action(async (file: string, options: ReplayOptions) => {
      if (file !== '-') requireFile(file);
      const asked = exportAsked(file, options);
      const lines = linesOf(file, asked === null ? null : (options.encoding ?? 'utf-8'));
      const items = asked === null ? recordedIn(lines) : exportedIn(lines, asked);
      const result = await withEngine(options, 'work', async (engine) => {
        if (asked !== null) requireConnection(engine, asked.connection);
        return replay(engine, items);
      });
      const hint = result.refused > 0 ? ' (see `refused list`)' : '';
      const text = `${result.deliveries} deliveries replayed, ${result.refused} refused${hint}`;
      process.stdout.write(`${options.json === true ? JSON.stringify(result) : text}\n`);
      if (result.faults.length > 0)
        throw new CommandError('unusable-input', faultText(result, asked === null));
    });
  return withDataOptions(command);
}

/** null: the deliveries of the file are recorded with their connections. */
function exportAsked(file: string, options: ReplayOptions): Export | null {
  const { connection, format, columns = null, polledAt } = options;
  if (connection === undefined) {
    if (format === undefined || format === 'recorded') return null;
    throw new CommandError('wrong-arguments', `--format ${format} needs --connection: whose file it is`);
  }
  if (format === 'recorded')
    throw new CommandError(
      'wrong-arguments',
      '--connection: recorded deliveries name their connections themselves',
    );
  if (columns !== null && format !== undefined && format !== 'csv')
    throw new CommandError('wrong-arguments', '--columns are those of CSV');
  if (file === '-' && polledAt === undefined)
    throw new CommandError('wrong-arguments', '--polled-at: say when standard input was exported');
  return {
    connection,
    format: columns === null ? (format ?? null) : 'csv',
    polledAt: polledAt ?? Math.floor(statSync(file).mtimeMs),
    columns,
  };
}

function encodingNamed(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw new CommandError(
      'wrong-arguments',
      `--encoding: '${name}' is none that is known, such as windows-1252`,
    );
  }
}

function instantNamed(text: string): number {
  const instant = parseInstant(text, null);
  if (instant !== null) return instant.at;
  const allowed = 'give an instant with its offset, such as 2026-04-01T06:00:00Z';
  throw new CommandError('wrong-arguments', `--polled-at: '${text}' is none: ${allowed}`);
}

function requireConnection(engine: Engine, id: string): void {
  if (engine.lookup.connection(id) !== null) return;
  const known = engine.lookup.catalogue.connections.map((each) => each.id).join(', ');
  throw new CommandError('not-found', `connection ${id} is not in the catalogue, which has ${known}`);
}

function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError('wrong-arguments', `there is no file ${path}`);
  if (!found.isDirectory()) return;
  throw new CommandError(
    'wrong-arguments',
    `${path} is a directory: name a file of deliveries or of a platform's export`,
  );
}

export interface Replayed {
  readonly deliveries: number;
  /** Refusals of this replay, and earlier ones that it met again. */
  readonly refused: number;
  /** Lines that are no recorded deliveries, or no records of the export. */
  readonly unusable: number;
  /** What is wrong with the first ten of them. */
  readonly faults: readonly string[];
}

const deliveriesAtOnce = 500;

/** Accepts every delivery as intake does over HTTP; resolves when all of it is in the tally. */
export async function replay(engine: Engine, items: AsyncIterable<ReplayItem>): Promise<Replayed> {
  const bar = progressBar('replaying');
  const refusedBefore = await refusalsEnd(engine.log);
  const faults: string[] = [];
  let batch: RecordedDelivery[] = [];
  let [deliveries, unusable] = [0, 0];
  const send = async (): Promise<void> => {
    deliveries += batch.length;
    await engine.accept(batch);
    batch = [];
    bar.show(`${deliveries} deliveries`);
  };
  for await (const item of readable(items)) {
    const decoded = 'fault' in item ? item : ofKnownConnection(engine, item);
    if ('fault' in decoded) {
      unusable++;
      if (faults.length < 10) faults.push(decoded.fault);
      continue;
    }
    batch.push(decoded.delivery);
    if (batch.length >= deliveriesAtOnce) await send();
  }
  await send();
  await engine.drained((left) => bar.show(`${deliveries} deliveries, ${left} records to go`));
  await engine.dropOldTallies();
  bar.end();
  return { deliveries, refused: await refusedSince(engine.log, refusedBefore), unusable, faults };
}

/** What can be read; a file that is cut short or damaged ends there, and what comes before counts. */
async function* readable(items: AsyncIterable<ReplayItem>): AsyncGenerator<ReplayItem> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    yield { fault: error.message };
  }
}

function ofKnownConnection(engine: Engine, item: Extract<ReplayItem, { delivery: unknown }>): ReplayItem {
  const { connection } = item.delivery;
  if (engine.lookup.connection(connection) !== null) return item;
  return { fault: `${item.at}connection: ${connection} is not in the catalogue` };
}

function faultText({ faults, unusable }: Replayed, isRecorded: boolean): string {
  const more = unusable > faults.length ? `\n  and ${unusable - faults.length} more` : '';
  const what = isRecorded ? 'line(s) are no recorded deliveries' : 'record(s) cannot be read';
  return `${unusable} ${what} and were left out:\n  ${faults.join('\n  ')}${more}`;
}
