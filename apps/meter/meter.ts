import type { Fact } from '#domain/fact/fact.js';
import { addFact, type EntityState, unknownEntity } from '#domain/posting/fold.js';
import { type Posting, postingKey } from '#domain/posting/posting.js';
import { type Batch, type Log, LogUnavailable, type Outcome, type PartitionHandler } from '#log/log.js';
import { appendRefused, poisonRecord } from '#log/refuse.js';
import { StateCache } from '#store/cache.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import { decodeFact } from '#wire/facts.js';
import { encodePosting } from '#wire/postings.js';
import type { Refused } from '#wire/refused.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { decodeEntityState, encodeEntityState } from './entity-state.js';

export interface MeterDeps {
  readonly log: Log;
  readonly store: Store;
  readonly onRefused: (refused: Refused) => void;
  /** Entities kept in memory per partition, to spare the store a look-up; default 5 000. */
  readonly cachedEntities?: number;
}

export const meterSpace = meterStage.space;

/**
 * Facts to postings. Facts are folded one at a time in offset order and neither clock nor catalogue nor batch
 * size enters, so whoever processes a fact gives it the same postings with the same positions. Postings are
 * appended before the state is committed: a crash in between produces them again, and readers skip what they
 * have seen.
 */
export function meter(deps: MeterDeps): PartitionHandler {
  const owned = new Map<number, Owned>();
  return {
    async assigned(partition) {
      const place = { space: meterSpace, partition };
      const hints = await deps.log.committed(meterStage.group, meterStage.topic);
      const { next, epoch } = await deps.store.claim(place, hints[partition] ?? undefined);
      const entities = new StateCache(deps.store, place, decodeEntityState, deps.cachedEntities ?? 5_000);
      owned.set(partition, { partition, epoch, next, entities });
      return next;
    },
    async batch(batch) {
      const partition = owned.get(batch.partition);
      if (partition === undefined) return { status: 'moved' };
      try {
        return await meterBatch(batch, partition, deps);
      } catch (error) {
        // What was folded but not committed must not survive in memory: the same facts come again.
        partition.entities.clear();
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

interface Owned {
  readonly partition: number;
  readonly epoch: number;
  /** The next offset as the store has it. */
  next: number;
  readonly entities: StateCache<EntityState>;
}

async function meterBatch(batch: Batch, owned: Owned, deps: MeterDeps): Promise<Outcome> {
  const { facts, refused, next } = decodeFacts(batch);
  await owned.entities.load(facts.map(({ fact }) => fact.entity));
  const postings: { posting: Posting; recordedAt: number | null }[] = [];
  const changed = new Map<string, EntityState>();
  for (const { fact, recordedAt, offset } of facts) {
    const before = owned.entities.get(fact.entity) ?? unknownEntity;
    const { state, changes } = addFact(before, fact);
    if (state === before) continue;
    owned.entities.set(fact.entity, state);
    changed.set(fact.entity, state);
    changes.forEach(({ sign, content }, index) => {
      const position = { partition: batch.partition, offset, index };
      postings.push({ posting: { position, sign, content }, recordedAt });
    });
  }
  await appendPostings(postings, deps.log);
  refused.forEach(deps.onRefused);
  await appendRefused(deps.log, refused);
  const status = await deps.store.commit(
    { space: meterSpace, partition: owned.partition },
    {
      epoch: owned.epoch,
      expectedNext: owned.next,
      next,
      puts: [...changed].map(([entity, state]) => [entity, encodeEntityState(state)] as const),
      deletes: [],
      increments: [],
    },
  );
  if (status === 'stale') return { status: 'moved' };
  owned.next = next;
  owned.entities.trim();
  return { status: 'done', next };
}

interface FactRecord {
  readonly fact: Fact;
  readonly recordedAt: number | null;
  readonly offset: number;
}

function decodeFacts(batch: Batch): { facts: FactRecord[]; refused: Refused[]; next: number } {
  const facts: FactRecord[] = [];
  const refused: Refused[] = [];
  let next = 0;
  for (const { offset, value } of batch.records) {
    next = offset + 1;
    const fact = decodeFact(value);
    if (fact !== null) facts.push({ ...fact, offset });
    else refused.push(poisonRecord('meter', batch, offset, 'a tallyline.<fact>.v1 event'));
  }
  return { facts, refused, next };
}

async function appendPostings(
  postings: readonly { readonly posting: Posting; readonly recordedAt: number | null }[],
  log: Log,
): Promise<void> {
  if (postings.length === 0) return;
  const records = postings.map(({ posting, recordedAt }) => ({
    key: postingKey(posting.content),
    value: encodePosting(posting, recordedAt),
  }));
  await log.append(topics.postings.name, records);
}
