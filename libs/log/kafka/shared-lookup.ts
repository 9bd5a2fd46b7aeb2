/**
 * One look-up for all partitions of a topic that ask in the same turn, and never one that was under way
 * before, since the position that is compared with it may have advanced since.
 */
export class SharedLookup<T> {
  #next: Promise<readonly T[]> | null = null;
  readonly #lookUp: () => Promise<readonly T[]>;

  constructor(lookUp: () => Promise<readonly T[]>) {
    this.#lookUp = lookUp;
  }

  /** Of every partition, from 0 on. */
  now(): Promise<readonly T[]> {
    return (this.#next ??= this.#afterThisTurn());
  }

  async #afterThisTurn(): Promise<readonly T[]> {
    await new Promise(setImmediate);
    this.#next = null;
    return this.#lookUp();
  }
}
