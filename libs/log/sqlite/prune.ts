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

export interface PruneLimits {
  readonly isOver: () => boolean;
  /** First offset of a partition that a group has not read yet; null: no group reads the topic. */
  readonly unread: (topic: number, partition: number) => number | null;
}

/** Retention and compaction, in steps that each hold the event loop for some milliseconds only. */
export async function prune(
  database: DatabaseSync,
  topics: readonly Topic[],
  now: number,
  { isOver, unread }: PruneLimits,
): Promise<PruneCounts> {
  let expired = 0;
  let outdated = 0;
  for (const { id, settings, partitions } of topics) {
    for (const table of partitions) {
      if (settings.retentionMs !== null && !isOver()) {
        const until = table.offsetAt(now - settings.retentionMs);
        // What was accepted is read first, however old it is.
        const limit = unread(id, table.partition) ?? until;
        expired += await inSteps(database, expiring(table, Math.min(until, limit)), isOver);
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

function expiring(table: PartitionTable, until: number): Step {
  return () => {
    if (table.bounds.begin >= until) return { deleted: 0, more: false };
    const deleted = table.expireTowards(until, STEP);
    return { deleted, more: table.bounds.begin < until };
  };
}

function compacting(table: PartitionTable): Step {
  return () => {
    const deleted = table.compact(STEP);
    return { deleted, more: deleted === STEP };
  };
}
