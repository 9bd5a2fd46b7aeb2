import type { Fact } from '#domain/fact/fact.js';
import { addFact } from '#domain/entity/fold.js';
import { type PostingContent, postingKey } from '#domain/posting/posting.js';
import {
  type Batch,
  type Log,
  LogUnavailable,
  type NewRecord,
  type BatchResult,
  type PartitionHandler,
} from '#log/log.js';
import { appendRefused, unreadableRecord } from '#pipeline/dead-letters.js';
import { type PartitionRef, StaleClaim, type Store, StoreUnavailable } from '#store/store.js';
import { decodeFact } from '#wire/facts.js';
import { encodePosting } from '#wire/postings.js';
import type { RefusedRecord } from '#wire/refused.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { afterBatch } from './state-change.js';
import { type Entity, newEntity, updateEntity } from './entity.js';
import { expired } from './expired.js';
import { digestOf, entityKeyOf } from './archive/archive-pointer.js';
import { EntityCache } from './entity-cache.js';
import { rehydrate } from './archive/rehydrate.js';
import { dueBatch, readArchiveQueue, type ArchiveQueue } from './archive/archive-queue.js';

export interface MeterDeps {
  readonly log: Log;
  readonly store: Store;
  readonly onRefused: (refused: RefusedRecord) => void;
  /** Entities kept in memory per partition, to spare the store a look-up; default 5 000. */
  readonly cachedEntities?: number;
  /**
   * Log time (ms) from the first fact of an entity until the store keeps its mark only; a day unless said. No
   * posting depends on it.
   */
  readonly archiveAfterMs?: number;
}

export const meterKeyspace = meterStage.keyspace;

/**
 * Facts to postings. Facts are folded one at a time in offset order and neither clock nor catalogue nor batch
 * size enters, so whoever processes a fact gives it the same postings with the same positions. Postings are
 * appended before the state is committed: a crash in between produces them again, and readers skip what they
 * have seen. Of an entity that was settled the facts are read from the log again, so that it goes on as if
 * its state had been kept.
 */
export function meter(deps: MeterDeps): PartitionHandler {
  const owned = new Map<number, Owned>();
  return {
    async assigned(partition) {
      const place = { keyspace: meterKeyspace, partition };
      const hints = await deps.log.committed(meterStage.group, meterStage.topic);
      const { next, epoch } = await deps.store.claim(place, hints[partition] ?? undefined);
      const settling = await readArchiveQueue(deps.store, place, { epoch, next });
      const memory = new EntityCache(deps.cachedEntities ?? 5_000);
      owned.set(partition, { place, epoch, next, logTime: 0, settling, memory });
      return next;
    },
    async batch(batch) {
      const partition = owned.get(batch.partition);
      if (partition === undefined) return { status: 'fenced' };
      try {
        return await meterBatch(batch, partition, deps);
      } catch (error) {
        // What was folded but not committed must not survive in memory: the same facts come again.
        partition.memory.clear();
        if (error instanceof StaleClaim) return { status: 'fenced' };
        if (error instanceof LogUnavailable || error instanceof StoreUnavailable) {
          return { status: 'retry', cause: error };
        }
        throw error;
      }
    },
    lost(partition) {
      owned.delete(partition);
    },
  };
}

const day = 86_400_000;

interface Owned {
  readonly place: PartitionRef;
  readonly epoch: number;
  /** The next offset as the store has it. */
  next: number;
  /** The latest timestamp (ms) among the records read. */
  logTime: number;
  /** As the store has it. */
  settling: ArchiveQueue;
  readonly memory: EntityCache;
}

async function meterBatch(batch: Batch, owned: Owned, deps: MeterDeps): Promise<BatchResult> {
  const { place, memory, settling } = owned;
  const { facts, refused, next } = decodeFacts(batch);
  const logTime = Math.max(owned.logTime, batch.records.at(-1)?.timestamp ?? 0);
  const due = dueBatch(settling, logTime, deps.archiveAfterMs ?? day);
  const names = new Set(facts.map(({ fact }) => fact.entity));
  const recalled = await rehydrate(names, due, {
    ...deps,
    place,
    claim: owned,
    cache: memory,
    queue: settling,
  });

  const folded = new Folded(batch.partition);
  for (const record of facts) {
    const { entity: name } = record.fact;
    if (recalled.expired.has(name)) {
      refused.push(expired(batch, record.offset, record.fact));
      continue;
    }
    const entity = memory.get(name) ?? newEntity(name, recalled.missingKeys.get(name) ?? entityKeyOf(name));
    folded.fold(entity, record, memory);
  }
  await folded.append(deps.log);
  refused.forEach(deps.onRefused);
  await appendRefused(deps.log, refused);

  const after = afterBatch({ changed: folded.changed, due, logTime, settling, recalled, memory });
  const { puts, deletes } = after;
  const change = { epoch: owned.epoch, expectedNext: owned.next, next, puts, deletes, increments: new Map() };
  if ((await deps.store.commit(place, change)) === 'stale') return { status: 'fenced' };
  after.apply();
  Object.assign(owned, { next, logTime, settling: after.settling });
  memory.trim();
  return { status: 'done', next };
}

/** What the facts of a batch made of entities, and what is to be posted of it. */
class Folded {
  readonly changed = new Set<Entity>();
  readonly #partition: number;
  readonly #records: NewRecord[] = [];
  /** Index of the last record of each entity. */
  readonly #last = new Map<Entity, number>();
  /** JSON of contents: the same one is posted, taken back and known again by its digest. */
  readonly #texts = new Map<PostingContent, string>();

  constructor(partition: number) {
    this.#partition = partition;
  }

  fold(entity: Entity, { fact, recordedAt, offset }: FactRecord, memory: EntityCache): void {
    const { state, changes } = addFact(entity.state, fact);
    if (state === entity.state) return;
    updateEntity(entity, state, offset);
    memory.set(entity);
    this.changed.add(entity);
    if (changes.length === 0) return;
    changes.forEach(({ sign, content }, index) => {
      const posting = { position: { partition: this.#partition, offset, index }, sign, content };
      const value = encodePosting(posting, recordedAt, this.#textOf(content));
      this.#records.push({ key: postingKey(content), value });
    });
    this.#last.set(entity, this.#records.length - 1);
  }

  /** Into the journal; from now on every entity knows where its content lies there. */
  async append(log: Log): Promise<void> {
    if (this.#records.length === 0) return;
    const places = await log.append(topics.postings.name, this.#records);
    for (const [entity, index] of this.#last) {
      const { posted } = entity.state;
      const place = places[index];
      if (place === undefined) throw new Error('the log does not say where it put a posting');
      entity.posted = posted === null ? null : { ...place, digest: digestOf(this.#textOf(posted)) };
    }
  }

  #textOf(content: PostingContent): string {
    const known = this.#texts.get(content);
    if (known !== undefined) return known;
    const text = JSON.stringify(content);
    this.#texts.set(content, text);
    return text;
  }
}

interface FactRecord {
  readonly fact: Fact;
  readonly recordedAt: number | null;
  readonly offset: number;
}

function decodeFacts(batch: Batch): { facts: FactRecord[]; refused: RefusedRecord[]; next: number } {
  const facts: FactRecord[] = [];
  const refused: RefusedRecord[] = [];
  let next = 0;
  for (const { offset, value } of batch.records) {
    next = offset + 1;
    const fact = decodeFact(value);
    if (fact !== null) facts.push({ ...fact, offset });
    else refused.push(unreadableRecord('meter', batch, offset, 'a tallyline.<fact>.v1 event'));
  }
  return { facts, refused, next };
}
