import { LogUnavailable, LogUnusable, WrongLog } from '#log/log.js';
import {
  type Change,
  type PartitionRef,
  StaleClaim,
  type Store,
  StoreUnavailable,
  StoreUnusable,
} from '#store/store.js';

/**
 * Parking: an entity with which a stage cannot go on (taken back but never posted, a sum beyond 2^53, a state
 * that cannot be decoded) is set aside with all that comes of it, and its partition goes on. Where it was set
 * aside lies in the store beside the stage's state, in the same commit as the position; so a stage that is
 * rebuilt decides once more. Its sums stay as they were before, and closes of its contracts wait for a
 * decision.
 */
export interface ParkedEntity {
  readonly entity: string;
  readonly partition: number;
  /** Of the stage's topic: the record that could not be used, the first of those left out. */
  readonly offset: number;
}

/** Key of the sums whose fields are parked entities, each with the offset of its record plus 1. */
const parkedKey = 'parked';

/** The entities that are parked in a partition of a stage, with the offsets of their records. */
export async function readParked(store: Store, at: PartitionRef): Promise<Map<string, number>> {
  const { values } = await store.sums(at, [parkedKey]);
  return new Map([...(values.get(parkedKey) ?? [])].map(([entity, sum]) => [entity, sum - 1]));
}

/** What parks entities at the offsets of records, as part of a change of the store. */
export function parkingIncrements(parked: ReadonlyMap<string, number>): Change['increments'] {
  if (parked.size === 0) return new Map();
  return new Map([[parkedKey, new Map([...parked].map(([entity, offset]) => [entity, offset + 1]))]]);
}

/** All entities that are parked in a stage. */
export async function allParked(store: Store, keyspace: string, partitions: number): Promise<ParkedEntity[]> {
  const refs = Array.from({ length: partitions }, (_, partition) => ({ keyspace, partition }));
  const found = await Promise.all(
    refs.map(async (ref) => {
      const parked = await readParked(store, ref);
      return [...parked].map(([entity, offset]) => ({ entity, partition: ref.partition, offset }));
    }),
  );
  return found.flat();
}

/**
 * Whether waiting, a new claim or an operator who repairs log or store would help: then no record is at
 * fault.
 */
export function isOfLogOrStore(error: unknown): boolean {
  return [StaleClaim, LogUnavailable, LogUnusable, WrongLog, StoreUnavailable, StoreUnusable].some(
    (kind) => error instanceof kind,
  );
}
