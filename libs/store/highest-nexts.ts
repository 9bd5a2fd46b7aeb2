import { partitionName } from './change.js';
import type { ClaimState, PartitionRef } from './store.js';

/**
 * The highest `next` that this client has seen of each partition. A store that later answers less was rolled
 * back (a backup, a lost last second, a failover), which only a client that remembers can notice.
 */
export class HighestNexts {
  readonly #nexts = new Map<string, number>();

  /**
   * The state of the store at a claim (`next` is null where it has nothing). Remembers this `next`, so that a
   * rollback is reported once.
   */
  claimed(at: PartitionRef, next: number | null, known = 0): ClaimState {
    const before = Math.max(known, this.#nexts.get(partitionName(at)) ?? 0);
    this.#nexts.set(partitionName(at), next ?? 0);
    if (next === null) return before === 0 ? 'new' : 'wiped';
    return next < before ? 'rolled-back' : 'kept';
  }

  committed(at: PartitionRef, next: number): void {
    this.#nexts.set(partitionName(at), next);
  }

  forget(keyspace: string): void {
    for (const name of this.#nexts.keys()) {
      if (name.slice(0, name.lastIndexOf('/')) === keyspace) this.#nexts.delete(name);
    }
  }
}
