import type { Entity } from './entity.js';

/**
 * Entities of one claimed partition in memory, the least recently changed evicted first. It is only as true
 * as the claim: after a lost claim, or a failure between change and commit, it must be cleared.
 */
export class EntityCache {
  readonly #limit: number;
  readonly #byName = new Map<string, Entity>();
  readonly #byKey = new Map<string, Entity>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(name: string): Entity | undefined {
    return this.#byName.get(name);
  }

  withKey(key: string): Entity | undefined {
    return this.#byKey.get(key);
  }

  /** Adds the entity, or moves it to the end of those to be evicted. */
  set(entity: Entity): void {
    this.#byName.delete(entity.name);
    this.#byName.set(entity.name, entity);
    this.#byKey.set(entity.key, entity);
  }

  /** After a commit: evicts what is above the limit. */
  trim(): void {
    for (const entity of this.#byName.values()) {
      if (this.#byName.size <= this.#limit) return;
      this.#byName.delete(entity.name);
      this.#byKey.delete(entity.key);
    }
  }

  clear(): void {
    this.#byName.clear();
    this.#byKey.clear();
  }
}
