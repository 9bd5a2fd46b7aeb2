import type { Interpret } from '#domain/entity/fold.js';
import { isPageOf } from '#domain/timeline/timeline-page.js';
import { type Log, LogUnusable } from '#log/log.js';
import type { HeldClaim, PartitionRef, Store } from '#store/store.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import type { EntityCache } from '../entity-cache.js';
import { archivePointerIn, decodeEntity, type PostedSource, rehydrateEntity } from '../entity.js';
import { decodeArchivePointer, entityKeyOf } from './archive-pointer.js';
import {
  type ArchiveBatch,
  type ArchiveQueue,
  batchKey,
  decodeArchiveBatch,
  pageKey,
} from './archive-queue.js';
import { pageOf, pagesToSplit, pointersOf } from './hashed-pages.js';
import { readFactsAt } from './read-facts.js';

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
  /** Archived entities that cannot be rehydrated: retention has removed their facts. */
  readonly expired: ReadonlySet<string>;
  /** Every page of the archive that this batch may change. */
  readonly pages: ReadonlyMap<number, string>;
  /** Archive pointers, by key, of the due entities that are not in memory. */
  readonly duePointers: ReadonlyMap<string, string>;
  /** The archive batch after the one that is due; null: none is due, or there is no other. */
  readonly nextBatch: ArchiveBatch | null;
}

/**
 * Brings the known entities of a batch into memory, from their states or from their facts in the log, with
 * one look-up in the store. Entities of which nothing is known are not in memory afterwards.
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
    if (text !== null) cache.set(await decodeEntity(name, key, text, posted));
    else {
      const page = pageTexts.get(pageOf(key, queue.archiveSize.pages)) ?? '';
      const pointers = pointersOf(page, key);
      if (pointers.length > 0) archived.set(name, pointers);
    }
  }
  return {
    missingKeys: new Map(missing.map(({ name, key }) => [name, key])),
    expired: await rehydrateArchived(archived, posted, sources),
    pages: pageTexts,
    duePointers: new Map(dueKeys.map((key, index) => [key, duePointer(key, dueTexts[index] ?? null)])),
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

function duePointer(key: string, text: string | null): string {
  if (text === null) throw new Error(`the state of ${key}, which is to be archived, is missing`);
  return archivePointerIn(text);
}

/** Brings archived entities into memory from their facts; answers those whose facts have left the log. */
async function rehydrateArchived(
  archived: ReadonlyMap<string, readonly string[]>,
  posted: PostedSource,
  { log, ref: { partition }, cache }: RehydrationSources,
): Promise<Set<string>> {
  const expired = new Set<string>();
  if (archived.size === 0) return expired;
  const offsets = [...archived.values()]
    .flat()
    .flatMap((pointer) => decodeArchivePointer(pointer).factOffsets);
  const factsByOffset = await readFactsAt(log, partition, offsets);
  for (const [name, pointers] of archived) {
    for (const pointer of pointers) {
      const facts = decodeArchivePointer(pointer).factOffsets.map((offset) => factsByOffset.get(offset));
      const present = facts.filter((fact) => fact !== undefined);
      // The pointer of another entity, whose key begins alike: its facts say so.
      if (present.some(({ entity }) => entity !== name && !isPageOf(name, entity))) continue;
      if (present.length < facts.length) expired.add(name);
      else {
        const renamed = present.map((fact) => (fact.entity === name ? fact : { ...fact, entity: name }));
        cache.set(await rehydrateEntity(name, renamed, pointer, posted));
      }
    }
  }
  return expired;
}

function postedContentReader(log: Log): PostedSource['read'] {
  return async ({ partition, offset }) => {
    const [record] = await log.read(topics.postings.name, partition, offset, 1);
    const found = record?.offset === offset ? decodeJournalRecord(record.value) : null;
    const posting = found?.postings.find(({ sign }) => sign === 1);
    if (posting !== undefined) return posting.content;
    throw new LogUnusable(
      'log-damaged',
      `${topics.postings.name} partition ${partition} has no posting at ${offset}, to which the state of ` +
        `${meterStage.topic} refers: the journal was truncated or recreated; restore it`,
    );
  };
}
