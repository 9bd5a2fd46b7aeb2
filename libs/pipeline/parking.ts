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
export interface ParkedEntity extends ParkingMark {
  readonly entity: string;
  readonly partition: number;
}

export interface ParkingMark {
  /** Of the stage's topic: the record that could not be used, the first of those left out. */
  readonly offset: number;
  readonly cause: ParkingCause;
}

/** Why an entity is parked, with its meaning, for docs/errors.md. */
export const parkingCauseCodes = {
  'never-posted': 'A contact is taken back that was never posted: journal or store are not what was written.',
  'sum-too-large':
    'A sum would leave the exact integers (2^53 - 1): a value that the sender reports is wrong.',
  'state-damaged': 'The kept state of the entity cannot be read: restore `meter.states` from a copy.',
  failed: 'The program failed on it: a defect; or an earlier version parked it, and kept no cause.',
} as const;
export type ParkingCause = keyof typeof parkingCauseCodes;
const parkingCauses = Object.keys(parkingCauseCodes) as ParkingCause[];

/** By the code of what a stage threw. */
export function parkingCauseOf(error: unknown): ParkingCause {
  return parkingCauseNamed(Error.isError(error) && 'code' in error ? error.code : null);
}

export function parkingCauseNamed(name: unknown): ParkingCause {
  return parkingCauses.find((cause) => cause === name) ?? 'failed';
}

/**
 * Key of the sums whose fields are parked entities, each with the offset of its record plus 1. The same lies
 * under the cause: so a version that knows no causes leaves out the same.
 */
const parkedKey = 'parked';
const causeKey = (cause: ParkingCause): string => `${parkedKey}|${cause}`;

/** The entities that are parked in a partition of a stage, with the offsets of their records. */
export async function readParked(store: Store, at: PartitionRef): Promise<Map<string, number>> {
  return new Map([...(await readMarks(store, at))].map(([entity, { offset }]) => [entity, offset]));
}

/** The same with their causes. */
export async function readMarks(store: Store, at: PartitionRef): Promise<Map<string, ParkingMark>> {
  const { values } = await store.sums(at, [parkedKey, ...parkingCauses.map(causeKey)]);
  const causeOf = (entity: string, sum: number): ParkingCause =>
    parkingCauses.find((cause) => values.get(causeKey(cause))?.get(entity) === sum) ?? 'failed';
  return new Map(
    [...(values.get(parkedKey) ?? [])].map(([entity, sum]) => [
      entity,
      { offset: sum - 1, cause: causeOf(entity, sum) },
    ]),
  );
}

/** What parks entities, as part of a change of the store. */
export function parkingIncrements(parked: ReadonlyMap<string, ParkingMark>): Change['increments'] {
  const increments = new Map<string, Map<string, number>>();
  for (const [entity, { offset, cause }] of parked) {
    for (const key of [parkedKey, causeKey(cause)]) {
      const fields = increments.get(key) ?? new Map<string, number>();
      increments.set(key, fields.set(entity, offset + 1));
    }
  }
  return increments;
}

/** How many are parked for each cause; 0 where none is. */
export function countByCause(marks: Iterable<ParkingMark>): ReadonlyMap<ParkingCause, number> {
  const counts = new Map(parkingCauses.map((cause) => [cause, 0]));
  for (const { cause } of marks) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return counts;
}

/** All entities that are parked in a stage. */
export async function allParked(store: Store, keyspace: string, partitions: number): Promise<ParkedEntity[]> {
  const refs = Array.from({ length: partitions }, (_, partition) => ({ keyspace, partition }));
  const found = await Promise.all(
    refs.map(async (ref) => {
      const marks = await readMarks(store, ref);
      return [...marks].map(([entity, mark]) => ({ entity, partition: ref.partition, ...mark }));
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
