import { partitionName } from './change.js';
import type { ClaimState, PartitionRef } from './store.js';

/**
 * The highest `next` this client has seen of each place. A store that answers less later has gone back to an
 * earlier moment (a backup, a lost last second, a failover), which only somebody who remembers can notice.
 */
export class HighestNexts {
  readonly #nexts = new Map<string, number>();

  /**
   * Judges what a claim met (`next` is null where nothing was) and goes on from there, so that it is told
   * once.
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
    for (const place of this.#nexts.keys()) {
      if (place.slice(0, place.lastIndexOf('/')) === keyspace) this.#nexts.delete(place);
    }
  }
}
