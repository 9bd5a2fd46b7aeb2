import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './database.js';
import type { PartitionTable } from './partition-table.js';
import type { Topic } from './topics.js';

export interface PruneCounts {
  /** Records deleted because they were older than the retention. */
  readonly expired: number;
  /** Records deleted because their key has a newer one. */
  readonly compacted: number;
}

/** Retention and compaction, in steps that each hold the event loop for some milliseconds only. */
export async function prune(
  database: DatabaseSync,
  topics: readonly Topic[],
  now: number,
  isOver: () => boolean,
): Promise<PruneCounts> {
  let expired = 0;
  let outdated = 0;
  for (const { settings, partitions } of topics) {
    for (const table of partitions) {
      if (settings.retentionMs !== null && !isOver()) {
        expired += await inSteps(database, expiring(table, now - settings.retentionMs), isOver);
      }
      if (settings.compacted && !isOver()) {
        outdated += await inSteps(database, compacting(table), isOver);
      }
    }
  }
  return { expired, compacted: outdated };
}

const STEP = 2_000;

/** One step: deletes something, and says what and whether there is more. */
type Step = () => { readonly deleted: number; readonly more: boolean };

async function inSteps(database: DatabaseSync, step: Step, isOver: () => boolean): Promise<number> {
  let deleted = 0;
  for (let more = true; more && !isOver();) {
    const done = inTransaction(database, step);
    deleted += done.deleted;
    more = done.more;
    await new Promise(setImmediate);
  }
  return deleted;
}

function expiring(table: PartitionTable, oldestKept: number): Step {
  const until = table.offsetAt(oldestKept);
  return () => {
    const { begin } = table.bounds;
    if (begin >= until) return { deleted: 0, more: false };
    const to = Math.min(until, begin + STEP);
    return { deleted: table.deleteBelow(to), more: to < until };
  };
}

function compacting(table: PartitionTable): Step {
  return () => {
    const deleted = table.compact(STEP);
    return { deleted, more: deleted === STEP };
  };
}
