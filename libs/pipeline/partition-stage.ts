import { type Batch, type BatchResult, type Log, LogUnavailable, type PartitionHandler } from '#log/log.js';
import { type Change, type Claim, type PartitionRef, StaleClaim } from '#store/store.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import { fingerprintOf } from '#log/fingerprint.js';
import type { RefusalResolved, RefusedRecord } from '#wire/refused.js';
import { isWellFormedJson } from '#wire/parse-json.js';
import type { Stage } from '#wire/stages.js';
import { appendRefused, parkedRecord, unreadableRecord } from './dead-letters.js';
import { lastReadKey } from './stored-position.js';
import {
  countByCause,
  isOfLogOrStore,
  type ParkingCause,
  parkingCauseOf,
  parkingIncrements,
  type ParkingMark,
  readMarks,
} from './parking.js';

/**
 * What all stages have in common: claim a partition, run a batch, and answer whether it is done, fenced
 * (another process has claimed the partition since) or to be retried (the log or the store is away). Whatever
 * a batch changed in memory and did not commit is rolled back, for the same records come again.
 */
export interface StageDeps {
  readonly log: Log;
  /** Called for each refusal before it is written. */
  readonly onRefused: (refused: RefusedRecord) => void;
  /**
   * Called with how many entities are parked in a partition by each cause, where it is assigned and where
   * that changes.
   */
  readonly onParked?: OnParked | undefined;
}

export type OnParked = (partition: number, counts: ReadonlyMap<ParkingCause, number>) => void;

/** A stage whose position and state lie in the store: what it does beside the common part. */
export interface StoredStage<Event, State> {
  readonly stage: Stage & { readonly keyspace: string };
  /** null: the record is unreadable; it is refused and the partition goes on. */
  readonly decode: (value: string) => Event | null;
  /** What a readable record is, for the refusal of another. */
  readonly expected: string;
  /** Whom a record is about: where it cannot be used, this entity is parked and the partition goes on. */
  entityOf(event: Event): StageEntity;
  /** Brings back a state that the store has lost, and answers the claim as it is then. */
  restore?(ref: PartitionRef, claim: Claim): Promise<Claim>;
  /** Called before an entity is parked, as often as that is tried. */
  keepParked?(ref: PartitionRef, entity: string, mark: ParkingMark): Promise<void>;
  /** What memory holds of a partition, read under the new claim. */
  load(ref: PartitionRef, claim: Claim): Promise<State>;
  /**
   * What a batch makes of the state. May append to the log, as another run of the same records appends the
   * same; must not write to the store.
   */
  process(
    records: readonly DecodedRecord<Event>[],
    batch: Batch,
    partition: OwnedPartition<State>,
  ): Promise<StateUpdate>;
  /** Drops what a batch has changed in memory and not committed. */
  rollBack(state: State): void;
}

export interface StageEntity {
  readonly entity: string;
  readonly connection: string;
}

export interface DecodedRecord<Event> {
  readonly offset: number;
  readonly event: Event;
}

/** A claimed partition; `next` as the store has it. */
export interface OwnedPartition<State> {
  readonly ref: PartitionRef;
  readonly epoch: number;
  readonly next: number;
  readonly state: State;
}

export interface StateUpdate extends Pick<Change, 'puts' | 'deletes' | 'increments' | 'guard'> {
  /** Beside the unreadable records. */
  readonly refused: readonly RefusedRecord[];
  /** The first offset that was not processed, where a batch would be too much at once; absent: all was. */
  readonly next?: number;
  /** Called once the update is committed: memory may now say the same. */
  readonly onCommitted: () => void;
}

export interface StoredStageHandler extends PartitionHandler {
  /**
   * To be called after a commit that may have parked entities and was none of a batch, and before the next
   * batch.
   */
  reloadParked(partition: number): Promise<void>;
}

export function partitionStage<Event, State>(
  stored: StoredStage<Event, State>,
  deps: StageDeps & { readonly store: Store },
): StoredStageHandler {
  const { keyspace, group, topic } = stored.stage;
  const owned = new Map<number, ClaimedPartitionState<State>>();
  return {
    async assigned(partition) {
      const ref = { keyspace, partition };
      const hints = await deps.log.committed(group, topic);
      const found = await deps.store.claim(ref, hints[partition] ?? undefined);
      const claim = (await stored.restore?.(ref, found)) ?? found;
      const { epoch, next } = claim;
      const state = await stored.load(ref, claim);
      const parked = await readMarks(deps.store, ref);
      owned.set(partition, { ref, epoch, next, state, parked });
      deps.onParked?.(partition, countByCause(parked.values()));
      return next;
    },
    async batch(batch) {
      const partition = owned.get(batch.partition);
      if (partition === undefined) return { status: 'fenced' };
      const { next } = partition;
      try {
        await runOrPark(batch, partition, stored, deps);
      } catch (error) {
        stored.rollBack(partition.state);
        // What is committed is not delivered again; the failure comes back with the rest.
        if (partition.next === next) return resultOfFailure(error);
      }
      return { status: 'done', next: partition.next };
    },
    lost(partition) {
      owned.delete(partition);
      deps.onParked?.(partition, countByCause([]));
    },
    async reloadParked(partition) {
      const known = owned.get(partition);
      if (known === undefined) return;
      known.parked = await readMarks(deps.store, known.ref);
      deps.onParked?.(partition, countByCause(known.parked.values()));
    },
  };
}

interface ClaimedPartitionState<State> extends OwnedPartition<State> {
  next: number;
  parked: Map<string, ParkingMark>;
}

type StoredStageDeps = StageDeps & { readonly store: Store };

/**
 * Halves a batch that fails until the records are found that cannot be used, and parks what they are about;
 * for n of them in a batch of m it takes at most 2 n log2 m further runs.
 */
async function runOrPark<Event, State>(
  batch: Batch,
  partition: ClaimedPartitionState<State>,
  stored: StoredStage<Event, State>,
  deps: StoredStageDeps,
): Promise<void> {
  try {
    await runBatch(batch, partition, stored, deps);
    return;
  } catch (error) {
    if (isOfLogOrStore(error)) throw error;
    stored.rollBack(partition.state);
    if (batch.records.length === 1) {
      await park(batch, error, partition, stored, deps);
      return;
    }
  }
  const half = batch.records.length >>> 1;
  const first = { ...batch, records: batch.records.slice(0, half) };
  await runOrPark(first, partition, stored, deps);
  if (partition.next < endOf(first)) return;
  await runOrPark({ ...batch, records: batch.records.slice(half) }, partition, stored, deps);
}

async function runBatch<Event, State>(
  batch: Batch,
  partition: ClaimedPartitionState<State>,
  stored: StoredStage<Event, State>,
  deps: StoredStageDeps,
): Promise<void> {
  const { records, unreadable } = decodeRecords(batch, stored);
  const isParked = ({ event }: DecodedRecord<Event>): boolean =>
    partition.parked.size > 0 && partition.parked.has(stored.entityOf(event).entity);
  const parked = records.filter(isParked);
  const usable = parked.length === 0 ? records : records.filter((record) => !isParked(record));
  const update = await stored.process(usable, batch, partition);
  const refused = parked.map(({ offset, event }) => {
    const of = stored.entityOf(event);
    return parkedRecord(stored.stage.name, batch, offset, {
      ...of,
      cause: `what came before at offset ${partition.parked.get(of.entity)?.offset} could not be used`,
    });
  });
  const { next = endOf(batch) } = update;
  const done = { ...batch, records: batch.records.filter(({ offset }) => offset < next) };
  const all = [...unreadable, ...update.refused, ...refused];
  const own = all.filter(({ from }) => from.offset < next);
  await commit(own, update, done, partition, deps);
}

/**
 * Does without the only record of the batch. Where that fails as well, the record is not at fault: throws.
 */
async function park<Event, State>(
  batch: Batch,
  error: unknown,
  partition: ClaimedPartitionState<State>,
  stored: StoredStage<Event, State>,
  deps: StoredStageDeps,
): Promise<void> {
  const [record] = decodeRecords(batch, stored).records;
  if (record === undefined) throw error;
  const { offset, event } = record;
  const of = stored.entityOf(event);
  const update = await stored.process([], batch, partition);
  const cause = Error.isError(error) ? error.message : String(error);
  const refused = [...update.refused, parkedRecord(stored.stage.name, batch, offset, { ...of, cause })];
  const mark = { offset, cause: parkingCauseOf(error) };
  const increments = new Map([...update.increments, ...parkingIncrements(new Map([[of.entity, mark]]))]);
  await stored.keepParked?.(partition.ref, of.entity, mark);
  await commit(refused, { ...update, increments }, batch, partition, deps);
  partition.parked.set(of.entity, mark);
  deps.onParked?.(batch.partition, countByCause(partition.parked.values()));
}

async function commit<State>(
  refused: readonly RefusedRecord[],
  { puts, deletes, increments, guard, onCommitted }: StateUpdate,
  batch: Batch,
  partition: ClaimedPartitionState<State>,
  deps: StoredStageDeps,
): Promise<void> {
  await report(refused, deps);
  const { ref, epoch, next: expectedNext } = partition;
  const next = endOf(batch);
  const last = batch.records.at(-1);
  const read = last === undefined ? [] : [[lastReadKey, fingerprintOf(last)] as const];
  const guarded = guard === undefined ? {} : { guard };
  const change = { epoch, expectedNext, next, puts: [...puts, ...read], deletes, increments, ...guarded };
  const status = await deps.store.commit(ref, change);
  if (status === 'stale') throw new StaleClaim(ref);
  partition.next = next;
  onCommitted();
}

function decodeRecords<Event>(
  batch: Batch,
  { stage, decode, expected }: Pick<StoredStage<Event, unknown>, 'stage' | 'decode' | 'expected'>,
): { records: DecodedRecord<Event>[]; unreadable: RefusedRecord[] } {
  const records: DecodedRecord<Event>[] = [];
  const unreadable: RefusedRecord[] = [];
  for (const { offset, value } of batch.records) {
    const event = isWellFormedJson(value) ? decode(value) : null;
    if (event !== null) records.push({ offset, event });
    else unreadable.push(unreadableRecord(stage.name, batch, offset, expected));
  }
  return { records, unreadable };
}

/**
 * A stage without state: its position is the group's committed offset alone, so a batch may run twice and
 * must then append the same. `process` answers what was refused and resolved.
 */
export function statelessStage(
  { group, topic }: Stage,
  process: (batch: Batch) => Promise<readonly (RefusedRecord | RefusalResolved)[]>,
  deps: StageDeps,
): PartitionHandler {
  return {
    async assigned(partition) {
      const committed = (await deps.log.committed(group, topic))[partition];
      if (committed !== undefined && committed !== null) return committed;
      return (await deps.log.bounds(topic))[partition]?.begin ?? 0;
    },
    async batch(batch) {
      try {
        await report(await process(batch), deps);
        return { status: 'done', next: endOf(batch) };
      } catch (error) {
        return resultOfFailure(error);
      }
    },
    lost() {},
  };
}

async function report(
  entries: readonly (RefusedRecord | RefusalResolved)[],
  { log, onRefused }: StageDeps,
): Promise<void> {
  for (const entry of entries) if (entry.state === 'refused') onRefused(entry);
  await appendRefused(log, entries);
}

/**
 * Lost infrastructure is retried, a lost claim fenced; anything else is a broken invariant and stops the
 * partition.
 */
export function resultOfFailure(error: unknown): BatchResult {
  if (error instanceof StaleClaim) return { status: 'fenced' };
  if (error instanceof LogUnavailable || error instanceof StoreUnavailable) {
    return { status: 'retry', cause: error };
  }
  throw error;
}

function endOf({ records }: Batch): number {
  return (records.at(-1)?.offset ?? -1) + 1;
}
