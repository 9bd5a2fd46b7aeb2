import type { Log } from '#log/log.js';
import type { HeldClaim, PartitionRef, Store } from '#store/store.js';
import { decodePosting } from '#wire/postings.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { decodeEntity, pointerTextIn, type ReadPostedContent, rehydrateEntity } from '../entity.js';
import type { EntityCache } from '../entity-cache.js';
import { decodeArchivePointer, entityKeyOf } from './archive-pointer.js';
import { pagesToSplit, pointersOf, pageOf } from './hashed-pages.js';
import { readFactsAt } from './read-facts.js';
import {
  type ArchiveBatch,
  batchKey,
  decodeArchiveBatch,
  pageKey,
  type ArchiveQueue,
} from './archive-queue.js';

export interface RehydrationSources {
  readonly log: Log;
  readonly store: Store;
  readonly place: PartitionRef;
  readonly claim: HeldClaim;
  readonly cache: EntityCache;
  readonly queue: ArchiveQueue;
}

/** What the facts of a batch, and the entities that are to be settled with it, need of the store. */
export interface RehydrationResult {
  /** Keys of the entities that were not in memory before. */
  readonly missingKeys: ReadonlyMap<string, string>;
  /** Entities that were settled and cannot be taken up again, as their facts have left the log. */
  readonly expired: ReadonlySet<string>;
  /** Every page of the archive that this batch may change. */
  readonly pages: ReadonlyMap<number, string>;
  /** Marks, by key, of the due entities that are not in memory. */
  readonly duePointers: ReadonlyMap<string, string>;
  /** The bucket after the one that is due; null: none was asked for, or there is none. */
  readonly nextBatch: ArchiveBatch | null;
}

/**
 * Brings the entities of a batch that are known into memory, from their states or from their facts in the
 * log, with one look-up in the store. Entities that nothing is known of are not in memory afterwards.
 *
 * Throws `StaleClaim` where the store has gone on or back since: what is in memory would no longer tell where
 * marks lie, and a settled entity would be taken for one that nothing is known of.
 */
export async function rehydrate(
  names: ReadonlySet<string>,
  due: ArchiveBatch | null,
  sources: RehydrationSources,
): Promise<RehydrationResult> {
  const { store, place, claim, cache: memory, queue: settling } = sources;
  const missing = [...names].filter((name) => memory.get(name) === undefined);
  const keys = missing.map(entityKeyOf);
  const dueKeys = (due?.keys ?? []).filter((key) => memory.withKey(key) === undefined);
  const pages = [...pagesToRead(names, keys, due, sources)];
  const asksFollowing = due !== null && settling.head < settling.tail;
  const asked = [...keys, ...dueKeys, ...pages.map(pageKey), batchKey(settling.head + 1)];
  const texts = await store.load(place, asked, claim);
  const bucketAfter = asksFollowing ? (texts.at(-1) ?? null) : null;
  const following = bucketAfter === null ? null : decodeArchiveBatch(bucketAfter);
  const pageTexts = new Map(
    pages.map((page, index) => [page, texts[keys.length + dueKeys.length + index] ?? '']),
  );
  const dueMarks = new Map(dueKeys.map((key, index) => [key, dueMark(key, texts[keys.length + index])]));

  const posted = postedContents(sources.log);
  const settled = new Map<string, string[]>();
  for (const [index, name] of missing.entries()) {
    const key = keys[index] ?? '';
    const text = texts[index] ?? null;
    if (text !== null) memory.set(await decodeEntity(name, key, text, posted));
    else {
      const marks = pointersOf(pageTexts.get(pageOf(key, settling.archiveSize.pages)) ?? '', key);
      if (marks.length > 0) settled.set(name, marks);
    }
  }
  const gone = await takeUp(settled, posted, sources);
  const found = new Map(missing.map((name, index) => [name, keys[index] ?? '']));
  return { missingKeys: found, expired: gone, pages: pageTexts, duePointers: dueMarks, nextBatch: following };
}

/**
 * Pages where a missing entity may have its mark, from which one that is settled may have to be taken, to
 * which one that is due is going to be added, and of which the archive's growth may take a share.
 */
function pagesToRead(
  names: ReadonlySet<string>,
  keys: readonly string[],
  due: ArchiveBatch | null,
  { cache: memory, queue: { archiveSize: archive } }: RehydrationSources,
): Set<number> {
  const pages = new Set(keys.map((key) => pageOf(key, archive.pages)));
  for (const name of names) {
    const entity = memory.get(name);
    if (entity !== undefined && entity.archivedAs !== null) pages.add(pageOf(entity.key, archive.pages));
  }
  if (due === null) return pages;
  for (const key of due.keys) pages.add(pageOf(key, archive.pages));
  for (const page of pagesToSplit(archive, due.keys.length)) pages.add(page);
  return pages;
}

function dueMark(key: string, text: string | null | undefined): string {
  if (text === null || text === undefined) throw new Error(`the state of ${key}, to be settled, is missing`);
  return pointerTextIn(text);
}

/** Settled entities into memory again, from their facts; answers those whose facts have left the log. */
async function takeUp(
  settled: ReadonlyMap<string, readonly string[]>,
  posted: ReadPostedContent,
  { log, place: { partition }, cache: memory }: RehydrationSources,
): Promise<Set<string>> {
  const gone = new Set<string>();
  if (settled.size === 0) return gone;
  const told = [...settled.values()].flat().flatMap((mark) => decodeArchivePointer(mark).factOffsets);
  const past = await readFactsAt(log, partition, told);
  for (const [name, marks] of settled) {
    for (const mark of marks) {
      const facts = decodeArchivePointer(mark).factOffsets.map((offset) => past.get(offset));
      const present = facts.filter((fact) => fact !== undefined);
      // A mark of somebody else, whose key begins alike: its facts say so.
      if (present.some((fact) => fact.entity !== name)) continue;
      if (present.length < facts.length) gone.add(name);
      else memory.set(await rehydrateEntity(name, present, mark, posted));
    }
  }
  return gone;
}

function postedContents(log: Log): ReadPostedContent {
  return async ({ partition, offset }) => {
    const [record] = await log.read(topics.postings.name, partition, offset, 1);
    const posting = record?.offset === offset ? decodePosting(record.value) : null;
    if (posting !== null) return posting.content;
    throw new Error(
      `${topics.postings.name} partition ${partition} has no posting at ${offset}, which the state of ` +
        `${meterStage.topic} refers to: the journal was cut or made anew; restore it`,
    );
  };
}
