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
import { archivePointerOf, encodeEntity, type Entity } from './entity.js';

/** What a batch has made of entities, and what the store had before. */
export interface BatchChanges {
  /** Entities whose facts differ from before. */
  readonly changed: ReadonlySet<Entity>;
  /** Archived with this batch. */
  readonly due: ArchiveBatch | null;
  readonly logTime: number;
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
 * archived, and the archive queue. Changes nothing in memory before it is committed.
 */
export function storeChange({
  changed,
  due,
  logTime,
  queue: before,
  rehydration,
  cache,
}: BatchChanges): StoreChange {
  const pages = new HashedPages(before.archiveSize, rehydration.pages);
  for (const { key, archivedAs } of changed) if (archivedAs !== null) pages.remove(key, archivedAs);
  const queued = [...changed].filter(({ isStored, archivedAs }) => !isStored || archivedAs !== null);

  const archived = new Map<string, string>();
  for (const key of due?.keys ?? []) {
    const entity = cache.withKey(key);
    const pointer = entity === undefined ? rehydration.duePointers.get(key) : archivePointerOf(entity);
    if (pointer === undefined) throw new Error(`nothing is known of ${key}, which is to be archived`);
    archived.set(key, pointer);
    pages.add(key, pointer);
  }
  pages.grow();

  const rest = due === null ? before : dequeue(before, rehydration.nextBatch);
  const keys = queued.map(({ key }) => key);
  const queue: ArchiveQueue = { ...enqueue(rest, keys, logTime), archiveSize: pages.size };
  const puts: [string, string][] = pages.changes().map(([page, text]) => [pageKey(page), text]);
  for (const entity of changed) {
    if (!archived.has(entity.key)) puts.push([entity.key, encodeEntity(entity)]);
  }
  if (keys.length > 0) puts.push([batchKey(queue.tail), encodeArchiveBatch(queue.newestBatch)]);
  if (keys.length > 0 || due !== null) puts.push([indexKey, encodeIndex(queue)]);
  const deletes = due === null ? [] : [batchKey(before.head), ...due.keys];
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
