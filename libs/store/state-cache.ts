import type { HeldClaim, PartitionRef, Store } from './store.js';

/**
 * States of one claimed partition, cached in front of the store; the least recently changed are evicted
 * first. Valid only as long as the claim: a stage that loses the claim, or fails between change and commit,
 * clears it.
 */
export class StateCache<T> {
  readonly #store: Store;
  readonly #at: PartitionRef;
  readonly #decode: (key: string, text: string) => T;
  readonly #limit: number;
  readonly #states = new Map<string, T>();

  constructor(store: Store, at: PartitionRef, decode: (key: string, text: string) => T, limit: number) {
    this.#store = store;
    this.#at = at;
    this.#decode = decode;
    this.#limit = limit;
  }

  /**
   * Loads those of the keys that are not cached, in one look-up. Throws `StaleClaim` where the claim does not
   * hold any more: cache and store would not match.
   */
  async load(keys: Iterable<string>, claim: HeldClaim): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !this.#states.has(key));
    if (missing.length === 0) return;
    const texts = await this.#store.load(this.#at, missing, claim);
    missing.forEach((key, index) => {
      const text = texts[index];
      if (text !== undefined && text !== null) this.#states.set(key, this.#decode(key, text));
    });
  }

  get(key: string): T | undefined {
    return this.#states.get(key);
  }

  set(key: string, state: T): void {
    this.#states.delete(key);
    this.#states.set(key, state);
  }

  /** After a commit: evicts states above the limit. */
  trim(): void {
    for (const key of this.#states.keys()) {
      if (this.#states.size <= this.#limit) return;
      this.#states.delete(key);
    }
  }

  clear(): void {
    this.#states.clear();
  }
}
