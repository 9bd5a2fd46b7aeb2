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
}

export function lagCommand(): Command {
  const command = new Command('lag')
    .description(
      'show how far each stage is behind, by partition; reads only, also while other processes run',
    )
    .option('--watch', 'repeat until Ctrl-C, and show the time without progress')
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
  const { json, watch } = options;
  const clear = watch === true && process.stdout.isTTY ? '\u001b[H\u001b[J' : '';
  process.stdout.write(
    `${clear}${json === true ? JSON.stringify(rows) : lagText(rows, outputWidth(options))}\n`,
  );
}

function lagText(rows: readonly LagRow[], width: number): string {
  const head = ['group', 'topic', 'partition', 'next', 'end', 'lag', 'lag (s)', 'no progress (s)'];
  const cells = rows.map((row) => [
    row.group,
    row.topic,
    ...[row.partition, row.next, row.end, row.lagRecords].map(String),
    row.lagSeconds.toFixed(1),
    row.progressAgeSeconds === null ? '-' : row.progressAgeSeconds.toFixed(1),
  ]);
  return table(head, cells, { left: [0, 1], width });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0.1 && value <= 3_600) return value;
  throw new CommandError('wrong-arguments', `--every: '${text}' is no time: give seconds from 0.1 to 3600`);
}
