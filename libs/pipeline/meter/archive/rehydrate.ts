import type { Interpret } from '#domain/entity/fold.js';
import { type Log, LogUnusable } from '#log/log.js';
import type { HeldClaim, PartitionRef, Store } from '#store/store.js';
import { encodeContent } from '#wire/posting-content.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import type { EntityCache } from '../entity-cache.js';
import { decodeEntity, encodeEntity, type PostedSource, rehydrateEntity } from '../entity.js';
import { decodeArchivePointer, digestOf, entityKeyOf } from './archive-pointer.js';
import {
  type ArchiveBatch,
  type ArchiveQueue,
  batchKey,
  decodeArchiveBatch,
  pageKey,
} from './archive-queue.js';
import { pageOf, pagesToSplit, pointersOf } from './hashed-pages.js';
import { readStatesAt } from './read-states.js';

export interface RehydrationSources {
  readonly log: Log;
  readonly store: Store;
  readonly ref: PartitionRef;
  readonly claim: HeldClaim;
  readonly cache: EntityCache;
  readonly queue: ArchiveQueue;
  readonly interpret: Interpret;
}

/** What a batch of facts, and the archive batch that is due with it, need of the store. */
export interface Rehydration {
  /** Keys of the entities that were not in memory before, by name. */
  readonly missingKeys: ReadonlyMap<string, string>;
  /** Every page of the archive that this batch may change. */
  readonly pages: ReadonlyMap<number, string>;
  /** By key, the due entities as the store has them before this batch. */
  readonly dueStates: ReadonlyMap<string, string>;
  /** The archive batch after the one that is due; null: none is due, or there is no other. */
  readonly nextBatch: ArchiveBatch | null;
}

/**
 * Brings the known entities of a batch into memory, from their states in the store or in the log, with one
 * look-up in the store. Entities of which nothing is known are not in memory afterwards.
 *
 * Throws `StaleClaim` where the store has advanced or been rolled back since: memory would no longer say on
 * which pages the archive pointers lie, and an archived entity would be taken for a new one.
 */
export async function rehydrate(
  names: ReadonlySet<string>,
  due: ArchiveBatch | null,
  sources: RehydrationSources,
): Promise<Rehydration> {
  const { store, ref, claim, cache, queue } = sources;
  const missing = [...names]
    .filter((name) => cache.get(name) === undefined)
    .map((name) => ({ name, key: entityKeyOf(name) }));
  const dueKeys = (due?.keys ?? []).filter((key) => cache.withKey(key) === undefined);
  const pages = [...pagesToRead(names, missing, due, sources)];
  const texts = await store.load(
    ref,
    [...missing.map(({ key }) => key), ...dueKeys, ...pages.map(pageKey), batchKey(queue.head + 1)],
    claim,
  );
  const stateTexts = texts.splice(0, missing.length);
  const dueTexts = texts.splice(0, dueKeys.length);
  const pageTexts = new Map(pages.map((page, index) => [page, texts[index] ?? '']));
  const nextText = due !== null && queue.head < queue.tail ? (texts.at(-1) ?? null) : null;

  const posted = { interpret: sources.interpret, read: postedContentReader(sources.log) };
  const archived = new Map<string, string[]>();
  for (const [index, { name, key }] of missing.entries()) {
    const text = stateTexts[index] ?? null;
    if (text !== null) cache.set(await decodeEntity(key, text, posted));
    else {
      const page = pageTexts.get(pageOf(key, queue.archiveSize.pages)) ?? '';
      const pointers = pointersOf(page, key);
      if (pointers.length > 0) archived.set(name, pointers);
    }
  }
  await rehydrateArchived(archived, posted, sources);
  const dueStored = new Map(dueKeys.map((key, index) => [key, dueTexts[index] ?? null]));
  return {
    missingKeys: new Map(missing.map(({ name, key }) => [name, key])),
    pages: pageTexts,
    dueStates: new Map(
      (due?.keys ?? []).map((key) => [key, dueState(key, dueStored.get(key) ?? null, cache)]),
    ),
    nextBatch: nextText === null ? null : decodeArchiveBatch(nextText),
  };
}

/**
 * Pages where a missing entity may have its pointer, from which the pointer of a changed entity may have to
 * be removed, to which that of a due one is going to be added, and which the growth of the archive may split.
 */
function pagesToRead(
  names: ReadonlySet<string>,
  missing: readonly { readonly key: string }[],
  due: ArchiveBatch | null,
  { cache, queue: { archiveSize } }: RehydrationSources,
): Set<number> {
  const pages = new Set(missing.map(({ key }) => pageOf(key, archiveSize.pages)));
  for (const name of names) {
    const entity = cache.get(name);
    if (entity !== undefined && entity.archivedAs !== null) pages.add(pageOf(entity.key, archiveSize.pages));
  }
  if (due === null) return pages;
  for (const key of due.keys) pages.add(pageOf(key, archiveSize.pages));
  for (const page of pagesToSplit(archiveSize, due.keys.length)) pages.add(page);
  return pages;
}

function dueState(key: string, text: string | null, cache: EntityCache): string {
  const entity = cache.withKey(key);
  const state = text ?? (entity === undefined ? null : encodeEntity(entity));
  if (state === null) throw new Error(`the state of ${key}, which is to be archived, is missing`);
  return state;
}

/** Brings archived entities into memory from their kept states. */
async function rehydrateArchived(
  archived: ReadonlyMap<string, readonly string[]>,
  posted: PostedSource,
  { log, ref: { partition }, cache }: RehydrationSources,
): Promise<void> {
  const offsets = [...archived.values()].flat().map(decodeArchivePointer);
  const states = await readStatesAt(log, partition, offsets);
  for (const [name, pointers] of archived) {
    for (const pointer of pointers) {
      const state = states.get(decodeArchivePointer(pointer));
      // The pointer of another entity, whose key begins alike: its state says so.
      if (state?.entity === name) cache.set(await rehydrateEntity(state, pointer, posted));
    }
  }
}

function postedContentReader(log: Log): PostedSource['read'] {
  return async ({ partition, offset, digest }) => {
    const [record] = await log.read(topics.postings.name, partition, offset, 1);
    const found = record?.offset === offset ? decodeJournalRecord(record.value) : null;
    const posting = found?.postings.find(
      ({ sign, content }) => sign === 1 && digestOf(encodeContent(content)) === digest,
    );
    if (posting !== undefined) return posting.content;
    throw new LogUnusable(
      'log-damaged',
      `${topics.postings.name} partition ${partition} has at ${offset} not the posting to which the state of ` +
        `${meterStage.topic} refers: the journal was truncated, recreated or is a copy of another moment. Restore it, ` +
        'or drop the state of the meter, which follows the journal then (docs/faults.md, "Another log")',
    );
  };
}
