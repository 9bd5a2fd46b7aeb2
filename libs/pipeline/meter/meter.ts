import { addFact } from '#domain/entity/fold.js';
import { interpretationVersion } from '#domain/entity/interpretation-version.js';
import type { Fact } from '#domain/fact/fact.js';
import { type PostingContent, postingKey } from '#domain/posting/posting.js';
import type { Batch, Log, NewRecord, PartitionHandler } from '#log/log.js';
import { refusedRecord } from '#pipeline/dead-letters.js';
import {
  type DecodedRecord,
  type OwnedPartition,
  partitionStage,
  type StateUpdate,
} from '#pipeline/partition-stage.js';
import type { Store } from '#store/store.js';
import { decodeFact } from '#wire/facts.js';
import { encodeContent } from '#wire/posting-content.js';
import { encodeJournalRecord } from '#wire/postings.js';
import type { RefusedRecord } from '#wire/refused.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { digestOf, entityKeyOf } from './archive/archive-pointer.js';
import { type ArchiveQueue, dueBatch, readArchiveQueue } from './archive/archive-queue.js';
import { rehydrate } from './archive/rehydrate.js';
import { EntityCache } from './entity-cache.js';
import { type Entity, newEntity, updateEntity } from './entity.js';
import { storeChange } from './store-change.js';

export interface MeterDeps {
  readonly log: Log;
  readonly store: Store;
  readonly onRefused: (refused: RefusedRecord) => void;
  /** Entities kept in memory per partition, to spare the store a look-up; default 5 000. */
  readonly cachedEntities?: number;
  /**
   * Log time (ms) from the first fact of an entity until the store keeps its archive pointer only; default a
   * day. No posting depends on it.
   */
  readonly archiveAfterMs?: number;
}

export const meterKeyspace = meterStage.keyspace;

/**
 * Facts to postings. Facts are folded one at a time in offset order and neither clock nor catalogue nor batch
 * size enters, so every process gives a fact the same postings with the same positions. Postings are appended
 * before the state is committed: a crash in between produces them again, and readers skip what is not above
 * their watermark. An archived entity is rehydrated: its facts are read from the log again, and it goes on as
 * if its state had been kept.
 */
export function meter(deps: MeterDeps): PartitionHandler {
  return partitionStage<FactEvent, MeterState>(
    {
      stage: meterStage,
      decode: decodeFact,
      expected: 'a fact',
      entityOf: ({ fact }) => fact,
      load: async (ref, claim) => ({
        logTime: 0,
        queue: await readArchiveQueue(deps.store, ref, claim),
        head: (await deps.store.load(ref, [headKey], claim))[0] ?? '',
        cache: new EntityCache(deps.cachedEntities ?? 5_000),
      }),
      process: async (facts, batch, partition) => meterBatch(facts, batch, partition, deps),
      rollBack: ({ cache }) => cache.clear(),
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
  /** The last link of the hash chain of this partition's postings. */
  head: string;
  readonly cache: EntityCache;
}

/** Part of the stored format: the head of the hash chain of all postings below the stored position. */
export const headKey = 'chain';

const dayMs = 86_400_000;

async function meterBatch(
  facts: readonly DecodedRecord<FactEvent>[],
  batch: Batch,
  partition: OwnedPartition<MeterState>,
  deps: MeterDeps,
): Promise<StateUpdate> {
  const { ref, state } = partition;
  const { cache, queue } = state;
  const logTime = Math.max(state.logTime, batch.records.at(-1)?.timestamp ?? 0);
  const due = dueBatch(queue, logTime, deps.archiveAfterMs ?? dayMs);
  const names = new Set(facts.map(({ event }) => event.fact.entity));
  const rehydration = await rehydrate(names, due, { ...deps, ref, claim: partition, cache, queue });

  const refused: RefusedRecord[] = [];
  const fold = new BatchFold(batch.partition, state.head);
  for (const record of facts) {
    const { fact } = record.event;
    if (rehydration.expired.has(fact.entity)) {
      refused.push(expiredFact(batch, record.offset, fact));
      continue;
    }
    const key = rehydration.missingKeys.get(fact.entity);
    const entity = cache.get(fact.entity) ?? newEntity(fact.entity, key ?? entityKeyOf(fact.entity));
    fold.add(entity, record, cache);
  }
  await fold.append(deps.log);

  const change = storeChange({ changed: fold.changed, due, logTime, queue, rehydration, cache });
  return {
    puts: fold.head === state.head ? change.puts : [...change.puts, [headKey, fold.head]],
    deletes: change.deletes,
    increments: new Map(),
    refused,
    onCommitted: () => {
      change.onCommitted();
      Object.assign(state, { logTime, queue: change.queue, head: fold.head });
      cache.trim();
    },
  };
}

/**
 * A fact of an entity whose other facts retention has removed: what was posted of it can no longer be taken
 * back, and without that the fact would be billed beside it.
 */
function expiredFact(batch: Batch, offset: number, fact: Fact): RefusedRecord {
  const message =
    'the fact comes so late that the others about the same contact have left the log: what was posted of ' +
    'it stays; keep telephony.facts longer if such facts are to count';
  return refusedRecord('meter', batch, offset, { connection: fact.connection, reason: 'expired', message });
}

/** What the facts of a batch make of entities, and what is to be posted of it. */
class BatchFold {
  readonly changed = new Set<Entity>();
  /** The link that the next posting goes on from. */
  head: string;
  readonly #partition: number;
  readonly #records: NewRecord[] = [];
  /** Index of the record that holds what is posted of each entity now. */
  readonly #last = new Map<Entity, number>();
  /** Texts of contents: the same one is posted, taken back and recognised by its digest. */
  readonly #texts = new Map<PostingContent, string>();

  constructor(partition: number, head: string) {
    this.#partition = partition;
    this.head = head;
  }

  add(entity: Entity, { offset, event }: DecodedRecord<FactEvent>, cache: EntityCache): void {
    const { state, changes } = addFact(entity.state, event.fact);
    if (state === entity.state) return;
    updateEntity(entity, state, offset);
    cache.set(entity);
    this.changed.add(entity);
    if (changes.length === 0) return;
    let index = 0;
    for (const [key, own] of Map.groupBy(changes, ({ content }) => postingKey(content))) {
      const { value, link } = encodeJournalRecord({
        position: { partition: this.#partition, offset, index },
        interpretation: interpretationVersion,
        cause: 'fact',
        recordedAt: event.recordedAt,
        before: this.head,
        changes: own.map(({ sign, content }) => ({ sign, contentText: this.#textOf(content) })),
      });
      this.#records.push({ key, value });
      this.head = link;
      index += own.length;
    }
    this.#last.set(entity, this.#records.length - 1);
  }

  /** Appends to the journal; from then on every entity knows where its content lies there. */
  async append(log: Log): Promise<void> {
    if (this.#records.length === 0) return;
    const appended = await log.append(topics.postings.name, this.#records);
    for (const [entity, index] of this.#last) {
      const { posted } = entity.state;
      const location = appended[index];
      if (location === undefined) throw new Error('the log does not say where it put a posting');
      entity.posted = posted === null ? null : { ...location, digest: digestOf(this.#textOf(posted)) };
    }
  }

  #textOf(content: PostingContent): string {
    const known = this.#texts.get(content);
    if (known !== undefined) return known;
    const text = encodeContent(content);
    this.#texts.set(content, text);
    return text;
  }
}
