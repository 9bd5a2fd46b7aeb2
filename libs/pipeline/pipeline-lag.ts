import { setTimeout as delay } from 'node:timers/promises';
import { lagBehind, type PartitionLag } from '#log/lag.js';
import type { Log } from '#log/log.js';
import type { Store } from '#store/store.js';
import { type Stage, stages } from '#wire/stages.js';

/** By which any process sees how far the stages are: in the store, and for the normalizer in the log. */
export interface PipelineView {
  readonly log: Log;
  readonly store: Store;
}

export interface StageLag {
  readonly stage: Stage;
  readonly partitions: readonly PartitionLag[];
}

/** How far each stage is behind its topic, measured against what it has stored. */
export async function pipelineLag(view: PipelineView): Promise<StageLag[]> {
  return Promise.all(
    stages.map(async (stage) => {
      const { length } = await view.log.bounds(stage.topic);
      const nexts = await nextsOf(stage, view, length);
      return { stage, partitions: await lagBehind(view.log, stage.topic, nexts) };
    }),
  );
}

export interface CatchUpOptions {
  /** Longest wait (ms) for all of it. */
  readonly timeoutMs: number;
  /** Longest wait (ms) in which nothing moves. */
  readonly stallTimeoutMs: number;
  readonly pollMs: number;
  /** Called with the number of records the stage still has to read; may throw to end the waiting. */
  readonly onProgress?: (left: number) => void;
}

export type CatchUpResult =
  | { readonly status: 'caughtUp' }
  /** `stage` has `left` records to read; `begun` is false where it never began under this catalogue. */
  | { readonly status: 'behind'; readonly stage: Stage; readonly left: number; readonly begun: boolean };

/**
 * Waits until each stage in turn has dealt with what lies in its topic when its turn comes, so that all that
 * was in the log at the beginning is in the tally at the end.
 */
export async function catchUp(view: PipelineView, options: CatchUpOptions): Promise<CatchUpResult> {
  const started = performance.now();
  for (const stage of turns) {
    const bounds = await view.log.bounds(stage.topic);
    let [movedAt, before] = [performance.now(), Infinity];
    for (;;) {
      const nexts = await nextsOf(stage, view, bounds.length);
      const left = bounds.reduce(
        (sum, { partition, begin, end }) => sum + Math.max(0, end - (nexts[partition] ?? begin)),
        0,
      );
      options.onProgress?.(left);
      if (left === 0) break;
      const now = performance.now();
      if (left < before) [movedAt, before] = [now, left];
      if (now - started > options.timeoutMs || now - movedAt > options.stallTimeoutMs) {
        return { status: 'behind', stage, left, begun: nexts.some((next) => next !== null) };
      }
      await delay(options.pollMs);
    }
  }
  return { status: 'caughtUp' };
}

/** The meter twice: it adds facts that follow from others (an event that moved to another subject). */
const turns = stages.flatMap((stage) => (stage.name === 'meter' ? [stage, stage] : [stage]));

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
