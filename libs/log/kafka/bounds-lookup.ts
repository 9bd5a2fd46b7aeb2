import type { PartitionBounds } from '../log.js';

/**
 * Bounds for many partitions of a topic that ask at once: one look-up, and never one that was under way
 * before the question, since what is compared with it may have moved since.
 */
export class BoundsLookup {
  #next: Promise<PartitionBounds[]> | null = null;
  readonly #lookUp: () => Promise<PartitionBounds[]>;

  constructor(lookUp: () => Promise<PartitionBounds[]>) {
    this.#lookUp = lookUp;
  }

  async of(partition: number): Promise<PartitionBounds> {
    this.#next ??= this.#afterThisTurn();
    const found = (await this.#next)[partition];
    if (found === undefined) throw new Error(`partition ${partition} has gone`);
    return found;
  }

  async #afterThisTurn(): Promise<PartitionBounds[]> {
    await new Promise(setImmediate);
    this.#next = null;
    return this.#lookUp();
  }
}
