import type { PartitionBounds } from '../log.js';

/**
 * One look-up of bounds for all partitions of a topic that ask in the same turn, and never one that was under
 * way before, since the position that is compared with it may have advanced since.
 */
export class BoundsLookup {
  #next: Promise<PartitionBounds[]> | null = null;
  readonly #lookUp: () => Promise<PartitionBounds[]>;

  constructor(lookUp: () => Promise<PartitionBounds[]>) {
    this.#lookUp = lookUp;
  }

  async of(partition: number): Promise<PartitionBounds> {
    this.#next ??= this.#afterThisTurn();
    const bounds = (await this.#next)[partition];
    if (bounds === undefined) throw new Error(`there is no partition ${partition} any more`);
    return bounds;
  }

  async #afterThisTurn(): Promise<PartitionBounds[]> {
    await new Promise(setImmediate);
    this.#next = null;
    return this.#lookUp();
  }
}
