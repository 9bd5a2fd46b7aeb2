import {
  type EntityState,
  hasRoomFor,
  interpretEntity,
  maxFacts,
  unknownEntity,
} from '#domain/entity/fold.js';
import { interpretationVersion } from '#domain/entity/interpretation-version.js';
import type { Fact, OutcomePlaced, OutcomeWithdrawn } from '#domain/fact/fact.js';
import { withdrawalOf } from '#domain/entity/moved-event.js';
import { subjectOf } from '#domain/posting/posting.js';
import { fingerprintOf } from '#log/fingerprint.js';
import type { Batch, Log, PartitionHandler, RecordPosition } from '#log/log.js';
import { refusedRecord } from '#pipeline/dead-letters.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import {
  encodeJournalState,
  journalKey,
  type JournalState,
  readJournalState,
} from '#pipeline/journal-state.js';
import {
  type DecodedRecord,
  type OwnedPartition,
  partitionStage,
  type StageDeps,
  type StateUpdate,
} from '#pipeline/partition-stage.js';
import type { Claim, PartitionRef, Store } from '#store/store.js';
import { decodeFact, encodeFact } from '#wire/facts.js';
import type { RefusedRecord } from '#wire/refused.js';
import { meterStage } from '#wire/stages.js';
import { encodeParked } from '#wire/states.js';
import { topics } from '#wire/topics.js';
import { entityKeyOf } from './archive/archive-pointer.js';
import { type ArchiveQueue, dueBatch, encodeOrigin, readArchiveQueue } from './archive/archive-queue.js';
import { keepStates } from './archive/keep-states.js';
import { rehydrate, type Rehydration } from './archive/rehydrate.js';
import { closedFacts } from './closed-facts.js';
import { BatchFold, type Interpretation } from './batch-fold.js';
import { EntityCache } from './entity-cache.js';
import { newEntity } from './entity.js';
import { requireLastPosted } from './last-posted.js';
import { PostedBefore } from './posted-before.js';
import { restore } from './restore/restore.js';
import { storeChange } from './store-change.js';
import { foldBoundary, isBoundary, nameOf, namesOf, reinterpretPage, Timelines } from './timelines.js';
import { UnseenPostings } from './unseen-postings.js';

export interface MeterDeps {
  readonly log: Log;
  readonly store: Store;
  readonly onRefused: (refused: RefusedRecord) => void;
  /** See `StageDeps`. */
  readonly onParked?: StageDeps['onParked'];
  /** Entities kept in memory per partition, to spare the store a look-up; default 5 000. */
  readonly cachedEntities?: number;
  /**
   * Log time (ms) from the first fact of an entity until the store keeps its archive pointer only; default a
   * day. No posting depends on it.
   */
  readonly archiveAfterMs?: number;
  /** Offset of facts below which nothing is posted: see `JournalState`; default: as the store has it. */
  readonly foldedTo?: () => number;
  /** Default: that of this program. */
  readonly interpretation?: Interpretation;
}

export const meterKeyspace = meterStage.keyspace;

/**
 * Facts to postings. Facts are folded one at a time in offset order and neither clock nor catalogue nor batch
 * size enters, so every process gives a fact the same postings with the same positions. Postings are appended
 * before the state is committed. What a crash in between, or a store that was lost, leaves in the journal
 * holds: it is read there and not made again, since another version of this program would make it otherwise.
 * An archived entity is rehydrated: its state is read from the log, and it goes on as if the store had it.
 * A store that was lost after facts have expired is made again of the states that are kept (`restore`).
 */
export function meter(deps: MeterDeps): PartitionHandler {
  return partitionStage<FactEvent, MeterState>(
    {
      stage: meterStage,
      decode: decodeFact,
      expected: 'a fact',
      entityOf: ({ fact }) => fact,
      restore: async (ref, claim) => restore(ref, claim, deps),
      load: async (ref, claim) => loadState(ref, claim, deps),
      keepParked: async ({ partition }, entity, { offset, cause }) => {
        const value = encodeParked(entity, offset, cause);
        await deps.log.append(topics.states.name, [{ key: entity, value, partition }]);
      },
      process: async (facts, batch, partition) => meterBatch(facts, batch, partition, deps),
      rollBack: ({ cache, timelines }) => {
        cache.clear();
        timelines.clear();
      },
    },
    deps,
  );
}

type FactEvent = NonNullable<ReturnType<typeof decodeFact>>;

interface MeterState {
  /** The latest timestamp (ms) among the records read. */
  logTime: number;
  /** As the store has it. */
  queue: ArchiveQueue;
  /** As the store has it, or further on where that is known. */
  journal: JournalState;
  /** What lies in the journal of facts that are to be folded; null: nothing more. */
  before: PostedBefore | null;
  readonly unseen: UnseenPostings;
  /** Offset of facts below which postings may have been appended under this claim, committed or not. */
  appendedTo: number;
  readonly cache: EntityCache;
  readonly timelines: Timelines;
}

async function loadState(ref: PartitionRef, claim: Claim, deps: MeterDeps): Promise<MeterState> {
  const { log, store } = deps;
  const stored = await readJournalState(store, ref, claim);
  await requireLastPosted(log, ref.partition, stored);
  const before = await PostedBefore.open(log, ref.partition, stored.from);
  const end = (await log.bounds(meterStage.topic))[ref.partition]?.end ?? 0;
  // Nothing is posted of facts that there are not yet.
  const isNew = claim.next >= end;
  // A store that was lost or brought back folds again what closes were made of.
  const closed = isNew ? 0 : await closedFacts(log, ref.partition, end);
  const journal = { ...stored, foldedTo: Math.max(stored.foldedTo, closed) };
  return {
    logTime: 0,
    queue: await readArchiveQueue(store, ref, claim),
    journal: isNew ? { ...journal, from: before.ends } : journal,
    before: isNew ? null : before,
    unseen: new UnseenPostings(log, ref.partition, before.ends, end),
    appendedTo: claim.next,
    cache: new EntityCache(deps.cachedEntities ?? 5_000),
    timelines: new Timelines(store, ref),
  };
}

const ownInterpretation: Interpretation = { version: interpretationVersion, interpret: interpretEntity };

const dayMs = 86_400_000;

interface Folding {
  readonly fold: BatchFold;
  readonly rehydration: Rehydration;
  readonly timelines: Timelines;
  readonly cache: EntityCache;
  readonly interpret: Interpretation['interpret'];
}

/**
 * Folds the facts one at a time, in the order of their offsets; answers those that are too many, and where
 * it stopped because what is to be posted has become much. Yields to the event loop now and then.
 */
async function foldFacts(
  facts: readonly DecodedRecord<FactEvent>[],
  batch: Batch,
  folding: Folding,
): Promise<Folded> {
  const { fold, rehydration, timelines, cache, interpret } = folding;
  const refused: RefusedRecord[] = [];
  const withdrawn: OutcomeWithdrawn[] = [];
  const byOffset = new Map(facts.map((record) => [record.offset, record.event]));
  const turns = new EventLoopTurns(factsUntilTurn);
  for (const [index, { offset }] of batch.records.entries()) {
    if (fold.size > stepSize) return { refused, withdrawn, records: batch.records.slice(0, index) };
    const event = byOffset.get(offset);
    if (event === undefined) {
      fold.pass(offset);
      continue;
    }
    const { fact } = event;
    const name = nameOf(fact);
    const known = cache.get(name);
    const state = known?.state ?? unknownEntity;
    await turns.after(ofEachFact + state.facts.length);
    if (!hasRoomFor(fact, state) && !fold.hasPosted(offset)) {
      refused.push(superfluousFact(batch, offset, fact));
      continue;
    }
    if (isBoundary(fact)) {
      const pages = foldBoundary({ fact, offset }, timelines, cache, interpret);
      fold.addPages(pages, { offset, ...event }, cache);
      continue;
    }
    const pages = reinterpretPage(fact, timelines, cache, interpret);
    if (pages !== null) {
      fold.addPages(pages, { offset, ...event }, cache);
      continue;
    }
    if (fact.type === 'outcome.placed') withdrawn.push(...withdrawalsBy(fact, state));
    const key = () => rehydration.missingKeys.get(name) ?? entityKeyOf(name);
    fold.add(known ?? newEntity(name, key()), { offset, ...event }, cache);
  }
  return { refused, withdrawn, records: batch.records };
}

interface Folded {
  readonly refused: RefusedRecord[];
  /** What subjects are to be given whose events are about others. */
  readonly withdrawn: readonly OutcomeWithdrawn[];
  readonly records: Batch['records'];
}

function withdrawalsBy(fact: OutcomePlaced, { facts }: EntityState): OutcomeWithdrawn[] {
  const known = facts.find(
    (each): each is OutcomePlaced => each.type === 'outcome.placed' && each.id === fact.id,
  );
  return [withdrawalOf(fact, known ?? null)].filter((each) => each !== null);
}

/**
 * Facts that follow from facts of another partition. Appended before the commit, so that none is ever
 * missing; one that is appended again changes nothing.
 */
async function appendWithdrawn(log: Log, withdrawn: readonly OutcomeWithdrawn[]): Promise<void> {
  if (withdrawn.length === 0) return;
  const records = withdrawn.map((fact) => ({ key: fact.entity, value: encodeFact(fact) }));
  await log.append(topics.facts.name, records);
}

/** Characters of postings after which a batch is committed as far as it has come. */
const stepSize = 4 * 1024 * 1024;

/** Facts that are looked at before others have their turn: some milliseconds. */
const factsUntilTurn = 3_000;
/** To read a fact, to look its entity up and to write what it changes costs as much as to look at some. */
const ofEachFact = 10;

async function meterBatch(
  facts: readonly DecodedRecord<FactEvent>[],
  batch: Batch,
  partition: OwnedPartition<MeterState>,
  deps: MeterDeps,
): Promise<StateUpdate> {
  const { ref, state } = partition;
  const { cache, queue, before, timelines } = state;
  const interpretation = deps.interpretation ?? ownInterpretation;
  const logTime = Math.max(state.logTime, batch.records.at(-1)?.timestamp ?? 0);
  const due = dueBatch(queue, logTime, deps.archiveAfterMs ?? dayMs);
  await timelines.load(
    facts.map(({ event }) => event.fact),
    partition,
  );
  await before?.readTo(batch.records.at(-1)?.offset ?? 0, partition.next);
  const { head, headAt } = state.journal;
  const foldedTo = deps.foldedTo?.() ?? state.journal.foldedTo;
  const names = namesToLoad(facts, state, foldedTo);
  const { interpret } = interpretation;
  const sources = { ...deps, ref, claim: partition, cache, queue, interpret };
  const rehydration = await rehydrate(names, due, sources);

  const fold = new BatchFold({ partition: batch.partition, head, headAt, interpretation, before, foldedTo });
  const folding = { fold, rehydration, timelines, cache, interpret };
  const { refused, withdrawn, records } = await foldFacts(facts, batch, folding);
  const next = (records.at(-1)?.offset ?? 0) + 1;
  // Of facts from `next` on an earlier try of a larger batch may have left something anywhere in the journal.
  const isFurthest = state.appendedTo <= next;
  state.appendedTo = Math.max(state.appendedTo, next);
  const [appended, pointers] = await allOf(
    fold.append(deps.log),
    keepStates(deps.log, due, rehydration.dueStates, partition),
  );

  await appendWithdrawn(deps.log, withdrawn);
  await state.unseen.requireNone(appended, partition.next, ref);

  const origin = originOf(batch, partition);
  const { changed } = fold;
  const change = storeChange({ changed, due, pointers, logTime, origin, queue, rehydration, cache });
  const isAllKnown = before === null && isFurthest;
  const from = isAllKnown ? endsAfter(state.journal.from, appended) : state.journal.from;
  const journal = { next, head: fold.head, headAt: fold.headAt(appended), foldedTo, from };
  return {
    puts: [...change.puts, ...timelines.changes(), [journalKey, encodeJournalState(journal)]],
    deletes: change.deletes,
    increments: new Map(),
    refused,
    next,
    onCommitted: () => {
      change.onCommitted();
      Object.assign(state, { logTime, queue: change.queue, journal });
      if (before?.forgetBelow(next) === true) {
        Object.assign(state, { before: null, journal: { ...journal, from: before.ends } });
      }
      cache.trim();
      timelines.trim();
    },
  };
}

/** The entities that facts may change or must read; of facts folded before, also those that were posted. */
function namesToLoad(
  facts: readonly DecodedRecord<FactEvent>[],
  { timelines, before }: MeterState,
  foldedTo: number,
): Set<string> {
  const names = new Set(facts.flatMap(({ event }) => namesOf(event.fact, timelines)));
  for (const { offset } of facts) {
    if (before === null || offset >= foldedTo) continue;
    for (const { postings } of before.at(offset)) {
      for (const { content } of postings) names.add(subjectOf(content));
    }
  }
  return names;
}

/** How far the meter has come before a batch. */
function originOf({ records }: Batch, { next, state: { journal } }: OwnedPartition<MeterState>): string {
  const [first] = records;
  const fingerprint = first === undefined ? '' : fingerprintOf(first);
  return encodeOrigin({ from: next, fingerprint, head: journal.head, journal: journal.from });
}

/** Both, where neither fails; waits for the other one where one does. */
async function allOf<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

/** Offsets by journal partition, moved behind what was appended. */
function endsAfter(from: readonly number[], appended: readonly RecordPosition[]): readonly number[] {
  const ends = [...from];
  for (const { partition, offset } of appended) ends[partition] = Math.max(ends[partition] ?? 0, offset + 1);
  return ends;
}

/** A fact beyond those that are kept of its entity. */
function superfluousFact(batch: Batch, offset: number, { entity, connection }: Fact): RefusedRecord {
  const message =
    `${entity} has ${maxFacts} facts, the most that are kept of one: what came before counts, this does ` +
    'not; check why the sender goes on about it';
  return refusedRecord('meter', batch, offset, { connection, reason: 'too-many-facts', message });
}
