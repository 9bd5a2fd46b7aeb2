import { setTimeout as delay } from 'node:timers/promises';
import { lagBehind, type PartitionLag } from '#log/lag.js';
import type { Log } from '#log/log.js';
import type { Store } from '#store/store.js';
import { type Stage, stagesOf } from '#wire/stages.js';

/** Where the stages stand can be seen from outside: in the store, and for the normalizer in the log. */
export interface PipelineView {
  readonly log: Log;
  readonly store: Store;
  readonly catalogueVersion: string;
}

export interface StageLag {
  readonly stage: Stage;
  readonly partitions: readonly PartitionLag[];
}

/** How far each stage is behind its topic, measured against what it has stored. */
export async function pipelineLag(outside: PipelineView): Promise<StageLag[]> {
  return Promise.all(
    stagesOf(outside.catalogueVersion).map(async (stage) => {
      const { length } = await outside.log.bounds(stage.topic);
      const nexts = await nextsOf(stage, outside, length);
      return { stage, partitions: await lagBehind(outside.log, stage.topic, nexts) };
    }),
  );
}

export interface CatchUpOptions {
  /** Longest wait (ms) for all of it. */
  readonly timeoutMs: number;
  /** Longest wait (ms) in which nothing moves. */
  readonly stallTimeoutMs: number;
  readonly pollMs: number;
  /** Told how many records the stage in turn has to go; may throw to end the waiting. */
  readonly onProgress?: (left: number) => void;
}

export type CatchUpResult =
  | { readonly status: 'caughtUp' }
  /** `stage` has that many records to go; where it never began under this catalogue, `begun` is false. */
  | { readonly status: 'behind'; readonly stage: Stage; readonly left: number; readonly begun: boolean };

/**
 * Waits until each stage in turn has dealt with what lies in its topic when its turn comes, so that all that
 * was in the log at the beginning is in the tally at the end.
 */
export async function catchUp(outside: PipelineView, patience: CatchUpOptions): Promise<CatchUpResult> {
  const started = performance.now();
  for (const stage of stagesOf(outside.catalogueVersion)) {
    const bounds = await outside.log.bounds(stage.topic);
    let [movedAt, before] = [performance.now(), Infinity];
    for (;;) {
      const nexts = await nextsOf(stage, outside, bounds.length);
      const left = bounds.reduce(
        (sum, { partition, begin, end }) => sum + Math.max(0, end - (nexts[partition] ?? begin)),
        0,
      );
      patience.onProgress?.(left);
      if (left === 0) break;
      const now = performance.now();
      if (left < before) [movedAt, before] = [now, left];
      if (now - started > patience.timeoutMs || now - movedAt > patience.stallTimeoutMs) {
        return { status: 'behind', stage, left, begun: nexts.some((next) => next !== null) };
      }
      await delay(patience.pollMs);
    }
  }
  return { status: 'caughtUp' };
}

async function nextsOf(
  { keyspace, group, topic }: Stage,
  { log, store }: PipelineView,
  partitions: number,
): Promise<(number | null)[]> {
  if (keyspace === null) return log.committed(group, topic);
  return store.nexts(
    keyspace,
    Array.from({ length: partitions }, (_, partition) => partition),
  );
}
