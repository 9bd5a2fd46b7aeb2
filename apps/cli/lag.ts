import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import type { StageLag } from '#pipeline/pipeline-lag.js';
import { CommandError } from './command-error.js';
import { table } from '#contract-text/table.js';
import { type CommonOptions, withDataOptions, configFor, outputWidth } from './with-engine.js';
import { withReaders } from './with-readers.js';

interface LagOptions extends CommonOptions {
  readonly watch?: boolean;
  readonly every: number;
  readonly all?: boolean;
}

export function lagCommand(): Command {
  const command = new Command('lag')
    .description(
      'show how far each stage is behind, with a verdict; reads only, also while other processes run',
    )
    .option('--watch', 'repeat until Ctrl-C, and show the time without progress')
    .option('--all', 'a row for each partition instead of each stage')
    .option('--every <seconds>', 'with --watch: time between two readings', seconds, 2)
    .action(async (options: LagOptions) => {
      await withReaders(configFor(options), async (engine) => {
        const ages = new ProgressAges();
        const stop = new AbortController();
        const onSignal = () => stop.abort();
        process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
        do {
          const rows = lagRows(await engine.lag(), ages, Date.now());
          show(rows, options);
          if (options.watch !== true) return;
          await delay(options.every * 1_000, undefined, { signal: stop.signal }).catch(() => undefined);
        } while (!stop.signal.aborted);
      });
    });
  return withDataOptions(command);
}

/**
 * One partition of a stage; times in seconds, null where they are not known or there is nothing to wait for.
 */
export interface LagRow {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
  readonly end: number;
  readonly lagRecords: number;
  /** Age of the next unprocessed record; 0: caught up. */
  readonly lagSeconds: number;
  /** Time without progress, as far as this command has watched. */
  readonly progressAgeSeconds: number | null;
}

/**
 * `caughtUp`: nothing waits; `behind`: something does, and no partition of it is known to stand still;
 * `stuck`: a partition with something to read has not moved for as long as the alert allows.
 */
export type LagVerdict = 'caughtUp' | 'behind' | 'stuck';

/** A stage over all its partitions. */
export interface GroupLag {
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  /** Those with something to read. */
  readonly partitionsBehind: number;
  readonly lagRecords: number;
  /** Of the partition that waits longest. */
  readonly lagSeconds: number;
  /** The longest of a partition with something to read; null: not known, or there is none. */
  readonly progressAgeSeconds: number | null;
  readonly verdict: LagVerdict;
}

/** As in the alert TallylineNoProgress. */
const stuckAfterSeconds = 120;

/** In the order of the rows. */
export function groupLags(rows: readonly LagRow[]): GroupLag[] {
  return [...Map.groupBy(rows, ({ group }) => group)].map(([group, own]) => {
    const behind = own.filter(({ lagRecords }) => lagRecords > 0);
    const ages = behind.flatMap(({ progressAgeSeconds: age }) => (age === null ? [] : [age]));
    const progressAgeSeconds = ages.length === 0 ? null : Math.max(...ages);
    return {
      group,
      topic: own[0]?.topic ?? '',
      partitions: own.length,
      partitionsBehind: behind.length,
      lagRecords: behind.reduce((sum, { lagRecords }) => sum + lagRecords, 0),
      lagSeconds: Math.max(0, ...behind.map(({ lagSeconds }) => lagSeconds)),
      progressAgeSeconds,
      verdict: verdictOf(behind.length, progressAgeSeconds),
    };
  });
}

function verdictOf(partitionsBehind: number, progressAgeSeconds: number | null): LagVerdict {
  if (partitionsBehind === 0) return 'caughtUp';
  return progressAgeSeconds !== null && progressAgeSeconds > stuckAfterSeconds ? 'stuck' : 'behind';
}

/** `now`: UTC epoch ms. */
export function lagRows(stages: readonly StageLag[], ages: ProgressAges, now: number): LagRow[] {
  return stages.flatMap(({ stage: { group, topic }, partitions }) =>
    partitions.map(({ partition, next, end, records, waitingSince }) => ({
      group,
      topic,
      partition,
      next,
      end,
      lagRecords: records,
      lagSeconds: waitingSince === null ? 0 : Math.max(0, now - waitingSince) / 1_000,
      progressAgeSeconds: ages.of(`${group}/${partition}`, next, now),
    })),
  );
}

/** Remembers since when each position has not changed. The first reading cannot know. */
export class ProgressAges {
  readonly #positions = new Map<string, { readonly next: number; readonly since: number }>();

  of(name: string, next: number, now: number): number | null {
    const before = this.#positions.get(name);
    if (before?.next === next) return (now - before.since) / 1_000;
    this.#positions.set(name, { next, since: now });
    return before === undefined ? null : 0;
  }
}

function show(rows: readonly LagRow[], options: LagOptions): void {
  const { json, watch, all } = options;
  const clear = watch === true && process.stdout.isTTY ? '\u001b[H\u001b[J' : '';
  const width = outputWidth(options);
  const groups = groupLags(rows);
  const text = all === true ? lagText(rows, width) : groupText(groups, width);
  const shown = json === true ? JSON.stringify(all === true ? rows : groups) : text;
  process.stdout.write(`${clear}${shown}\n`);
}

const verdicts: Readonly<Record<LagVerdict, string>> = {
  caughtUp: 'caught up',
  behind: 'behind',
  stuck: 'stuck',
};

function groupText(groups: readonly GroupLag[], width: number): string {
  const head = ['group', 'topic', 'partitions', 'behind', 'lag', 'lag (s)', 'no progress (s)', 'verdict'];
  const cells = groups.map((group) => [
    group.group,
    group.topic,
    ...[group.partitions, group.partitionsBehind, group.lagRecords].map(String),
    group.lagSeconds.toFixed(1),
    ageText(group.progressAgeSeconds),
    verdicts[group.verdict],
  ]);
  return table(head, cells, { left: [0, 1, 7], width });
}

function lagText(rows: readonly LagRow[], width: number): string {
  const head = ['group', 'topic', 'partition', 'next', 'end', 'lag', 'lag (s)', 'no progress (s)'];
  const cells = rows.map((row) => [
    row.group,
    row.topic,
    ...[row.partition, row.next, row.end, row.lagRecords].map(String),
    row.lagSeconds.toFixed(1),
    ageText(row.progressAgeSeconds),
  ]);
  return table(head, cells, { left: [0, 1], width });
}

function ageText(seconds: number | null): string {
  return seconds === null ? '-' : seconds.toFixed(1);
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0.1 && value <= 3_600) return value;
  throw new CommandError('wrong-arguments', `--every: '${text}' is no time: give seconds from 0.1 to 3600`);
}
