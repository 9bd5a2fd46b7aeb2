import type { Change } from '#store/store.js';
import {
  type ArchiveBatch,
  type ArchiveQueue,
  batchKey,
  dequeue,
  encodeArchiveBatch,
  encodeIndex,
  enqueue,
  indexKey,
  pageKey,
} from './archive/archive-queue.js';
import { HashedPages } from './archive/hashed-pages.js';
import type { Rehydration } from './archive/rehydrate.js';
import type { EntityCache } from './entity-cache.js';
import { encodeEntity, type Entity } from './entity.js';

/** What a batch has made of entities, and what the store had before. */
export interface BatchChanges {
  /** Entities whose facts differ from before. */
  readonly changed: ReadonlySet<Entity>;
  /** Archived with this batch. */
  readonly due: ArchiveBatch | null;
  /** By key, the archive pointers of what is due: where its state, as it was before this batch, is kept. */
  readonly pointers: ReadonlyMap<string, string>;
  readonly logTime: number;
  /** How far the meter had come before this batch. */
  readonly origin: string;
  readonly queue: ArchiveQueue;
  readonly rehydration: Rehydration;
  readonly cache: EntityCache;
}

export interface StoreChange extends Pick<Change, 'puts' | 'deletes'> {
  readonly queue: ArchiveQueue;
  /** To be called once the change is committed: the entities in memory then say so. */
  readonly onCommitted: () => void;
}

/**
 * What a batch changes in the store: states of the entities that changed, archive pointers of those that are
 * archived, and the archive queue. What is due and changes is not archived but queued again: the state that
 * is kept of it lacks the facts of this batch. Changes nothing in memory before it is committed.
 */
export function storeChange({
  changed,
  due,
  pointers,
  logTime,
  origin,
  queue: before,
  rehydration,
  cache,
}: BatchChanges): StoreChange {
  const pages = new HashedPages(before.archiveSize, rehydration.pages);
  for (const { key, archivedAs } of changed) if (archivedAs !== null) pages.remove(key, archivedAs);
  const changedKeys = new Set([...changed].map(({ key }) => key));
  const archived = new Map([...pointers].filter(([key]) => !changedKeys.has(key)));
  for (const [key, pointer] of archived) pages.add(key, pointer);
  pages.grow();

  const rest = due === null ? before : dequeue(before, rehydration.nextBatch);
  const keys = [...changed]
    .filter(({ key, isStored, archivedAs }) => !isStored || archivedAs !== null || pointers.has(key))
    .map(({ key }) => key);
  const queue: ArchiveQueue = { ...enqueue(rest, keys, logTime, origin), archiveSize: pages.size };
  const puts: [string, string][] = pages.changes().map(([page, text]) => [pageKey(page), text]);
  for (const entity of changed) puts.push([entity.key, encodeEntity(entity)]);
  if (keys.length > 0) puts.push([batchKey(queue.tail), encodeArchiveBatch(queue.newestBatch)]);
  if (keys.length > 0 || due !== null) puts.push([indexKey, encodeIndex(queue)]);
  const deletes = due === null ? [] : [batchKey(before.head), ...archived.keys()];
  return { puts, deletes, queue, onCommitted: () => updateCache(changed, archived, cache) };
}

function updateCache(
  changed: ReadonlySet<Entity>,
  archived: ReadonlyMap<string, string>,
  cache: EntityCache,
): void {
  for (const entity of changed) {
    entity.isStored = true;
    entity.archivedAs = null;
  }
  for (const [key, pointer] of archived) {
    const entity = cache.withKey(key);
    if (entity !== undefined) entity.archivedAs = pointer;
  }
}
