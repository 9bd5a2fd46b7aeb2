import type { StageLag } from './pipeline-lag.js';

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
  /** Time without progress, as far as it was watched. */
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
