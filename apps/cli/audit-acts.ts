import { Command, Option } from 'commander';
import { table } from '#contract-text/table.js';
import type { NotedHead } from '#pipeline/audit/audit-acts.js';
import { findingsOf, readTrails, type Trails } from '#pipeline/audit/read-trails.js';
import { trailActs, type TrailEntry } from '#wire/trail.js';
import { CommandError } from './command-error.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

interface ActsOptions extends CommonOptions {
  readonly contract?: string;
  readonly act?: string;
  readonly last?: number;
  readonly head?: readonly NotedHead[];
}

export function auditActsCommand(): Command {
  const command = new Command('acts')
    .description(
      'list who closed, held, released, put catalogues in force, repaired, sent again, made and revoked keys, and check ' +
        'that the trail is as it was written; reads only, also beside a running process',
    )
    .option('--contract <id>', 'only acts on this contract')
    .addOption(new Option('--act <kind>', 'only acts of this kind').choices(trailActs))
    .option('--last <number>', 'only so many, the latest', count)
    .option(
      '--head <number:hash>',
      'a head that was noted before: check that the trail still goes through it',
      notedHead,
    )
    .action(async (options: ActsOptions) => {
      const config = configFor(options);
      const trails = await withLog(options, async (log) =>
        readTrails(log, config.access.keysFile, options.head),
      );
      const shown = matching(trails, options);
      const answer = { ...trailSummary(trails), acts: shown };
      const text = [actsText(shown, outputWidth(options)), ...trailLines(trails)].join('\n');
      process.stdout.write(`${options.json === true ? JSON.stringify(answer) : text}\n`);
      requireIntact(trails);
    });
  return withDataOptions(command);
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new CommandError('wrong-arguments', `--last: '${text}' must be a whole number above 0`);
}

function notedHead(text: string, before: readonly NotedHead[] = []): NotedHead[] {
  const [, number, head] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number !== undefined && head !== undefined) return [...before, { number: Number(number), head }];
  throw new CommandError(
    'wrong-arguments',
    `--head: '${text}' is none: give it as tallyline audit prints it`,
  );
}

/** Throws where a trail is not as it was written. */
export function requireIntact(trails: Trails): void {
  const [first, ...more] = findingsOf(trails);
  if (first === undefined) return;
  const also = more.length === 0 ? '' : `; and ${more.length} more`;
  throw new CommandError('trail-differs', `${first.message}${also}`);
}

interface ShownAct extends Omit<TrailEntry, 'id' | 'seen' | 'head' | 'at'> {
  readonly number: number;
  /** Which trail holds it: that of the log, or of the keys. */
  readonly trail: 'log' | 'keys';
  /** ISO instant. */
  readonly at: string;
  readonly isDone: boolean | null;
}

/** By time; within a trail in its order. */
function matching({ log, keys }: Trails, { contract, act, last }: ActsOptions): ShownAct[] {
  const all = [
    ...log.entries.map((each) => ({ ...each, trail: 'log' as const })),
    ...keys.entries.map((each) => ({ ...each, trail: 'keys' as const, isDone: null })),
  ];
  const found = all
    .filter(({ entry }) => contract === undefined || entry.details['contract'] === contract)
    .filter(({ entry }) => act === undefined || entry.act === act)
    .sort((a, b) => a.entry.at - b.entry.at)
    .map(({ number, trail, isDone, entry }) => {
      const { id: _, seen: __, head: ___, at, ...said } = entry;
      return { number, trail, isDone, at: new Date(at).toISOString(), ...said };
    });
  return last === undefined ? found : found.slice(-last);
}

function actsText(acts: readonly ShownAct[], width: number): string {
  if (acts.length === 0) return 'no act';
  const rows = acts.map(({ number, trail, at, act, subject, actor, host, reason, isDone }) => {
    const { name, role, via, address, user } = actor;
    const who = role === undefined ? name : `${name} (${role})`;
    const from = address ?? (user === undefined ? host : `${user}@${host}`);
    const what = isDone === false ? `${act}, not done` : act;
    return [
      trail === 'keys' ? `k${number}` : String(number),
      at,
      what,
      subject,
      who,
      `${via} ${from}`,
      reason ?? '',
    ];
  });
  const head = ['#', 'at', 'act', 'what', 'who', 'by way of', 'reason'];
  return `${table(head, rows, { left: [1, 2, 3, 4, 5, 6], width })}\n`;
}

/** For `--json`. */
export function trailSummary(trails: Trails): object {
  const { records, head, withoutEntry } = trails.log;
  return { records, head, keyRecords: trails.keys.records, findings: findingsOf(trails), withoutEntry };
}

export function trailLines(trails: Trails): string[] {
  const { records, head, withoutEntry } = trails.log;
  const findings = findingsOf(trails);
  const [without] = withoutEntry;
  return [
    `audit trail: ${records} entries, head ${records === 0 ? '-' : `${records}:${head}`}; of keys: ${trails.keys.records}`,
    ...(without === undefined
      ? []
      : [
          `without entry: ${withoutEntry.length} act(s), the first ${without.name} at ${without.topic} offset ` +
            `${without.offset}: by a version without trail, or made round it`,
        ]),
    ...findings.map(({ code, message }) => `${code}: ${message}`),
    findings.length === 0 ? 'every entry is there as it was written' : `${findings.length} break(s)`,
  ];
}
