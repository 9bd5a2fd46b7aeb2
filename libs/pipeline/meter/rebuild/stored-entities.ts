import { hash } from 'node:crypto';
import type { Log } from '#log/log.js';
import type { PartitionRef, Store } from '#store/store.js';
import { decodeStateRecord, type KeptState } from '#wire/states.js';
import { decodeArchivePointer, entityKeyLetters, entityKeyOf } from '../archive/archive-pointer.js';
import {
  type ArchiveQueue,
  batchKey,
  decodeArchiveBatch,
  pageKey,
  readArchiveQueue,
} from '../archive/archive-queue.js';
import { pageOf, pointersOf, pointersOn } from '../archive/hashed-pages.js';
import { statesThere } from '../archive/read-states.js';
import { keptStateOf } from '../entity.js';

/** An entity as a store has it. */
export interface StoredEntity {
  readonly state: KeptState;
  /** Of an archived one; null: the store has its state. */
  readonly pointer: string | null;
}

/**
 * What a store of the meter holds of a partition, whichever process wrote it: entities, open and archived.
 * What cannot be read is not there, nor is an entity without facts: whether a meter writes down its state
 * depends on batches, and the state says nothing.
 */
export class StoredEntities {
  readonly #log: Log;
  readonly #store: Store;
  readonly #ref: PartitionRef;

  constructor(log: Log, store: Store, ref: PartitionRef) {
    [this.#log, this.#store, this.#ref] = [log, store, ref];
  }

  async queue(): Promise<ArchiveQueue> {
    return readArchiveQueue(this.#store, this.#ref);
  }

  /** Keys of all entities that are queued for archiving. */
  async queuedKeys({ head, tail }: ArchiveQueue): Promise<Set<string>> {
    const keys = new Set<string>();
    for (let batch = head; batch <= tail; batch++) {
      const [text = null] = await this.#store.load(this.#ref, [batchKey(batch)]);
      for (const key of decodeArchiveBatch(text).keys) keys.add(key);
    }
    return keys;
  }

  /** Those of some names that are there. */
  async of(names: readonly string[]): Promise<ReadonlyMap<string, StoredEntity>> {
    const { archiveSize } = await this.queue();
    const found = new Map<string, StoredEntity>();
    for (const some of chunksOf(names)) {
      const keys = some.map(entityKeyOf);
      const pages = [...new Set(keys.map((key) => pageOf(key, archiveSize.pages)))];
      const texts = await this.#store.load(this.#ref, [...keys, ...pages.map(pageKey)]);
      for (const entity of texts.slice(0, keys.length).flatMap(openEntity)) add(found, entity);
      const pageTexts = new Map(pages.map((page, index) => [page, texts[keys.length + index] ?? '']));
      const pointers = keys.flatMap((key) => {
        return pointersOf(pageTexts.get(pageOf(key, archiveSize.pages)) ?? '', key);
      });
      const wanted = new Set(some);
      for (const entity of await this.#archived(pointers)) {
        if (wanted.has(entity.state.entity)) add(found, entity);
      }
    }
    return found;
  }

  /** All, in no order. */
  async *all(): AsyncGenerator<StoredEntity> {
    const { states } = await this.#store.keys(this.#ref);
    for (const keys of chunksOf(states.filter(({ length }) => length === entityKeyLetters))) {
      yield* (await this.#store.load(this.#ref, keys)).flatMap(openEntity);
    }
    for (const pages of chunksOf(states.filter((key) => /^p\d+$/.test(key)))) {
      const texts = await this.#store.load(this.#ref, pages);
      yield* await this.#archived(texts.flatMap((text) => pointersOn(text ?? '')));
    }
  }

  /** What is kept beside entities, by key: the hours of timelines. */
  async hours(): Promise<ReadonlyMap<string, string>> {
    const { states } = await this.#store.keys(this.#ref);
    const found = new Map<string, string>();
    for (const keys of chunksOf(states.filter((key) => /^h.{20}$/.test(key)))) {
      const texts = await this.#store.load(this.#ref, keys);
      for (const [index, key] of keys.entries()) found.set(key, texts[index] ?? '');
    }
    return found;
  }

  async #archived(pointers: readonly string[]): Promise<StoredEntity[]> {
    const offsets = new Map(pointers.flatMap((pointer) => offsetOf(pointer).map((each) => [each, pointer])));
    const states = await statesThere(this.#log, this.#ref.partition, [...offsets.keys()]);
    return [...states]
      .filter(([, state]) => knowsAny(state))
      .map(([offset, state]) => ({ state, pointer: offsets.get(offset) ?? null }));
  }
}

/**
 * The same for two states that know the same, wherever a posting that is in the journal twice is looked for.
 */
export function digestOfState({ entity, factOffsets, posted, facts }: KeptState): string {
  const known = JSON.stringify([entity, factOffsets, posted?.digest ?? null, facts]);
  return hash('sha256', known, 'base64url').slice(0, 16);
}

function knowsAny({ factOffsets }: KeptState): boolean {
  return factOffsets.length > 0;
}

/** An open state counts before an archived one: a meter looks for it first. */
function add(found: Map<string, StoredEntity>, entity: StoredEntity): void {
  if (!found.has(entity.state.entity)) found.set(entity.state.entity, entity);
}

function openEntity(text: string | null): StoredEntity[] {
  if (text === null) return [];
  try {
    const state = decodeStateRecord(keptStateOf(text).value);
    return state?.kind === 'state' && knowsAny(state) ? [{ state, pointer: null }] : [];
  } catch {
    return [];
  }
}

function offsetOf(pointer: string): number[] {
  try {
    return [decodeArchivePointer(pointer)];
  } catch {
    return [];
  }
}

function* chunksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += chunk) yield all.slice(at, at + chunk);
}

const chunk = 250;
