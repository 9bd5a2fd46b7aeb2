import { placeName } from './change.js';
import type { Found, Place } from './store.js';

/**
 * The highest `next` this client has seen of each place. A store that answers less later has gone back to an
 * earlier moment (a backup, a lost last second, a failover), which only somebody who remembers can notice.
 */
export class Reached {
  readonly #nexts = new Map<string, number>();

  /**
   * Judges what a claim met (`next` is null where nothing was) and goes on from there, so that it is told
   * once.
   */
  met(at: Place, next: number | null, known = 0): Found {
    const before = Math.max(known, this.#nexts.get(placeName(at)) ?? 0);
    this.#nexts.set(placeName(at), next ?? 0);
    if (next === null) return before === 0 ? 'new' : 'emptied';
    return next < before ? 'behind' : 'kept';
  }

  committed(at: Place, next: number): void {
    this.#nexts.set(placeName(at), next);
  }

  forget(space: string): void {
    for (const place of this.#nexts.keys()) {
      if (place.slice(0, place.lastIndexOf('/')) === space) this.#nexts.delete(place);
    }
  }
}
