import { partitionName } from '../change.js';
import { type PartitionRef, StoreUnusable } from '../store.js';
import type { Reply } from './scripts.js';

/**
 * How position, states and sums are laid out. To be raised whenever a program of the old one would misread
 * the new.
 */
export const LAYOUT = '1';

/** What a script found that no program may go on with; a human has to look. */
export function refusal(at: PartitionRef, reply: Reply): StoreUnusable {
  const [word, what] = reply;
  switch (word) {
    case 'layout':
      return new StoreUnusable(
        `Redis holds ${partitionName(at)} in layout ${String(what)}, this version writes layout ${LAYOUT}: ` +
          `run the version that wrote it, or drop the keyspace and rebuild it from the log`,
      );
    case 'foreign':
      return new StoreUnusable(
        `Redis holds something else under ${String(what)}: another program shares this database; ` +
          `give one of them a database or a prefix of its own`,
      );
    case 'orphaned':
      return new StoreUnusable(
        `Redis holds states of ${partitionName(at)} but not the offset they stand for: keys were evicted or deleted ` +
          `by hand; drop the keyspace and rebuild it from the log`,
      );
    case 'dropping':
      return new StoreUnusable(`${partitionName(at)} is being dropped over and over: stop whoever does so`);
  }
  throw new Error(`a script of the store answers ${JSON.stringify(word)}, which nothing is written to do`);
}
