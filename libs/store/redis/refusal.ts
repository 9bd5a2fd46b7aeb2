import { partitionName } from '../change.js';
import { type PartitionRef, StoreUnusable } from '../store.js';
import type { Reply } from './scripts.js';

/**
 * The layout of position, states and sums. To be raised when a program of the old layout would misread the
 * new.
 */
export const LAYOUT = '1';

/** The error for what a script found and no program can work with: an operator has to act. */
export function refusal(at: PartitionRef, reply: Reply): StoreUnusable {
  const [word, detail] = reply;
  switch (word) {
    case 'layout':
      return new StoreUnusable(
        'store-layout-differs',
        `Redis holds ${partitionName(at)} in layout ${String(detail)}, this version writes layout ${LAYOUT}: ` +
          `run the version that wrote it, or drop the keyspace and rebuild it from the log`,
      );
    case 'foreign':
      return new StoreUnusable(
        'store-foreign-data',
        `Redis holds data of another program under ${String(detail)}: ` +
          `give one of the two a database or a prefix of its own`,
      );
    case 'orphaned':
      return new StoreUnusable(
        'store-damaged',
        `Redis holds states of ${partitionName(at)} without their offset: keys were evicted, or deleted by hand; ` +
          `drop the keyspace and rebuild it from the log`,
      );
    case 'dropping':
      return new StoreUnusable(
        'store-dropped-repeatedly',
        `${partitionName(at)} is dropped again each time it is claimed: stop the process that drops it`,
      );
  }
  throw new Error(`a script of the store replied ${JSON.stringify(word)}, which is not a known reply`);
}
