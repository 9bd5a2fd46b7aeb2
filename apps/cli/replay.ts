import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Command } from 'commander';
import type { Engine } from '#pipeline/engine/engine.js';
import { refusalsEnd, refusedSince } from '#pipeline/redrive.js';
import { decodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { CommandError } from './command-error.js';
import { progressBar } from './progress.js';
import { type CommonOptions, withDataOptions, withEngine } from './with-engine.js';

export function replayCommand(): Command {
  const command = new Command('replay')
    .description('send recorded deliveries through the pipeline; sending them again changes nothing')
    .argument('<file>', 'NDJSON, also gzipped; -: standard input')
    .action(async (file: string, options: CommonOptions) => {
      if (file !== '-') requireFile(file);
      const result = await withEngine(options, 'work', async (engine) => replay(engine, linesOf(file)));
      const hint = result.refused > 0 ? ' (see `refused list`)' : '';
      const text = `${result.deliveries} deliveries replayed, ${result.refused} refused${hint}`;
      process.stdout.write(`${options.json === true ? JSON.stringify(result) : text}\n`);
      if (result.faults.length > 0)
        throw new CommandError('unusable-input', faultText(result.faults, result.unusable));
    });
  return withDataOptions(command);
}

function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError('wrong-arguments', `there is no file ${path}`);
  if (!found.isDirectory()) return;
  throw new CommandError(
    'wrong-arguments',
    `${path} is a directory: name a file of deliveries, NDJSON or gzipped NDJSON`,
  );
}

export interface Replayed {
  readonly deliveries: number;
  /** Refusals of this replay, and earlier ones that it met again. */
  readonly refused: number;
  /** Lines that are no recorded deliveries. */
  readonly unusable: number;
  /** What is wrong with the first ten of them. */
  readonly faults: readonly string[];
}

const deliveriesAtOnce = 500;

/** Accepts every line as intake does over HTTP; resolves when all of it is in the tally. */
export async function replay(engine: Engine, lines: AsyncIterable<string>): Promise<Replayed> {
  const bar = progressBar('replaying');
  const refusedBefore = await refusalsEnd(engine.log);
  const faults: string[] = [];
  let batch: RecordedDelivery[] = [];
  let [line, deliveries, unusable] = [0, 0, 0];
  const send = async (): Promise<void> => {
    deliveries += batch.length;
    await engine.accept(batch);
    batch = [];
    bar.show(`${deliveries} deliveries`);
  };
  const leaveOut = (fault: string): void => {
    unusable++;
    if (faults.length < 10) faults.push(fault);
  };
  for await (const text of readable(lines, (error) => leaveOut(`after line ${line}: ${error}`))) {
    line++;
    if (text.trim() === '') continue;
    const decoded = deliveryOf(engine, text);
    if ('fault' in decoded) {
      leaveOut(`line ${line}: ${decoded.fault}`);
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

/** What can be read; a file that is cut short or damaged ends there, and its lines before count. */
async function* readable(
  lines: AsyncIterable<string>,
  onEnd: (fault: string) => void,
): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    const cause = Error.isError(error) ? error.message : String(error);
    onEnd(
      `the file cannot be read on (${cause}): it is damaged or was cut short; replay it again when it is whole`,
    );
  }
}

function deliveryOf(engine: Engine, line: string): { delivery: RecordedDelivery } | { fault: string } {
  const decoded = decodeRecorded(line);
  if ('fault' in decoded || engine.lookup.connection(decoded.delivery.connection) !== null) return decoded;
  return { fault: `connection: ${decoded.delivery.connection} is not in the catalogue` };
}

export async function* linesOf(file: string): AsyncGenerator<string> {
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
  yield* createInterface({ input: await unzipped(source), crlfDelay: Number.POSITIVE_INFINITY });
}

/** Gzip is recognised by its first bytes, so that a pipe can be gzipped as well. */
async function unzipped(source: Readable): Promise<Readable> {
  const through = new PassThrough({ highWaterMark: 1 << 20 });
  const [first] = (await new Promise((resolve, reject) => {
    source.once('data', (chunk: Buffer) => {
      source.pause();
      resolve([chunk]);
    });
    source.once('end', () => resolve([]));
    source.once('error', reject);
  })) as Buffer[];
  if (first === undefined) {
    through.end();
    return through;
  }
  through.write(first);
  source.on('error', (error) => through.destroy(error));
  source.pipe(through);
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  return isGzip ? through.pipe(createGunzip()) : through;
}

function faultText(faults: readonly string[], unusable: number): string {
  const more = unusable > faults.length ? `\n  and ${unusable - faults.length} more` : '';
  return `${unusable} line(s) are no recorded deliveries and were left out:\n  ${faults.join('\n  ')}${more}`;
}
