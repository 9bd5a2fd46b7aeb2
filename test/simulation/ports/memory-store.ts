import { checkChange, partitionName, tooLarge } from '#store/change.js';
import { HighestNexts } from '#store/highest-nexts.js';
import {
  type Change,
  type Claim,
  type HeldClaim,
  type PartitionRef,
  type SetupWarning,
  StaleClaim,
  type Store,
  type StoredKeys,
  StoreUnavailable,
  type Sums,
} from '#store/store.js';

/** State, sums and position of a partition. */
interface Place {
  readonly keyspace: string;
  next: number;
  epoch: number;
  readonly states: Map<string, string>;
  readonly sums: Map<string, Map<string, number>>;
}

/** What a store held at some moment; places by their name. */
export type Snapshot = ReadonlyMap<string, Place>;

/**
 * What several clients of one store share. It can go back to an earlier moment, as a whole or one place of
 * it, as a Redis does that lost its last second or was restored. No epoch comes twice, whatever is restored.
 */
export class MemoryData {
  places = new Map<string, Place>();
  #epochs = 0;

  nextEpoch(): number {
    return ++this.#epochs;
  }

  snapshot(): Snapshot {
    return new Map([...this.places].map(([name, place]) => [name, copyOf(place)]));
  }

  /** `names`: of the places that go back; null: all of them. What the snapshot has not is emptied. */
  restore(snapshot: Snapshot, names: readonly string[] | null): void {
    for (const name of names ?? [...this.places.keys()]) {
      const before = snapshot.get(name);
      if (before === undefined) this.places.delete(name);
      else this.places.set(name, copyOf(before));
    }
  }
}

function copyOf(place: Place): Place {
  const sums = new Map([...place.sums].map(([key, fields]) => [key, new Map(fields)]));
  return { ...place, states: new Map(place.states), sums };
}

/** A client of a store in memory. Each call takes effect at once and as a whole. */
export class MemoryStore implements Store {
  readonly #data: MemoryData;
  readonly #reached = new HighestNexts();
  #isClosed = false;

  constructor(data: MemoryData) {
    this.#data = data;
  }

  async claim(at: PartitionRef, known?: number): Promise<Claim> {
    const before = this.#place(at);
    const epoch = this.#data.nextEpoch();
    if (before === undefined) {
      const place = { keyspace: at.keyspace, next: 0, epoch, states: new Map(), sums: new Map() };
      this.#data.places.set(partitionName(at), place);
    } else before.epoch = epoch;
    const state = this.#reached.claimed(at, before?.next ?? null, known);
    return { next: before?.next ?? 0, epoch, state };
  }

  async load(at: PartitionRef, keys: readonly string[], claim?: HeldClaim): Promise<(string | null)[]> {
    const place = this.#place(at);
    if (claim !== undefined && (place?.epoch !== claim.epoch || place.next !== claim.next)) {
      throw new StaleClaim(at);
    }
    return keys.map((key) => place?.states.get(key) ?? null);
  }

  async commit(at: PartitionRef, change: Change): Promise<'done' | 'stale'> {
    checkChange(change);
    const place = this.#place(at);
    if (place?.epoch !== change.epoch || place.next !== change.expectedNext) return 'stale';
    const { guard } = change;
    if (guard !== undefined && (place.states.get(guard.key) ?? null) !== guard.value) return 'stale';
    const sums = summed(place.sums, change.increments);
    for (const [key, value] of change.puts) place.states.set(key, value);
    for (const key of change.deletes) place.states.delete(key);
    for (const [key, fields] of sums) {
      if (fields.size === 0) place.sums.delete(key);
      else place.sums.set(key, fields);
    }
    place.next = change.next;
    this.#reached.committed(at, change.next);
    return 'done';
  }

  async sums(at: PartitionRef, keys: readonly string[]): Promise<Sums> {
    const place = this.#place(at);
    const found = keys.flatMap((key) => {
      const fields = place?.sums.get(key);
      return fields === undefined ? [] : [[key, new Map(fields)] as const];
    });
    return { next: place?.next ?? 0, values: new Map(found) };
  }

  async nexts(keyspace: string, partitions: readonly number[]): Promise<(number | null)[]> {
    return partitions.map((partition) => this.#place({ keyspace, partition })?.next ?? null);
  }

  async keys(at: PartitionRef): Promise<StoredKeys> {
    const place = this.#place(at);
    return { states: [...(place?.states.keys() ?? [])], sums: [...(place?.sums.keys() ?? [])] };
  }

  async keyspaces(): Promise<string[]> {
    this.#requireOpen();
    return [...new Set([...this.#data.places.values()].map(({ keyspace }) => keyspace))];
  }

  async drop(keyspace: string): Promise<void> {
    this.#requireOpen();
    for (const [name, place] of this.#data.places) {
      if (place.keyspace === keyspace) this.#data.places.delete(name);
    }
    this.#reached.forget(keyspace);
  }

  async check(): Promise<SetupWarning[]> {
    return [];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #place(at: PartitionRef): Place | undefined {
    this.#requireOpen();
    return this.#data.places.get(partitionName(at));
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new StoreUnavailable('the store is closed');
  }
}

/** The changed sums, whole; a key without fields left is to be forgotten. */
function summed(
  before: ReadonlyMap<string, ReadonlyMap<string, number>>,
  increments: Change['increments'],
): Map<string, Map<string, number>> {
  const after = new Map<string, Map<string, number>>();
  for (const [key, deltas] of increments) {
    const fields = new Map(before.get(key));
    for (const [field, delta] of deltas) {
      const sum = (fields.get(field) ?? 0) + delta;
      if (!Number.isSafeInteger(sum)) throw tooLarge(key, field);
      if (sum === 0) fields.delete(field);
      else fields.set(field, sum);
    }
    after.set(key, fields);
  }
  return after;
}
