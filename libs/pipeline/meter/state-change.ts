import type { Change } from '#store/store.js';
import { encodeEntity, type Entity, pointerTextOf } from './entity.js';
import type { EntityCache } from './entity-cache.js';
import { HashedPages } from './archive/hashed-pages.js';
import type { RehydrationResult } from './archive/rehydrate.js';
import {
  type ArchiveBatch,
  batchKey,
  encodeArchiveBatch,
  encodeIndex,
  indexKey,
  pageKey,
  type ArchiveQueue,
  enqueue,
  dequeue,
} from './archive/archive-queue.js';

export interface Batched {
  /** Entities whose facts are others than before. */
  readonly changed: ReadonlySet<Entity>;
  /** To be settled with this batch. */
  readonly due: ArchiveBatch | null;
  readonly logTime: number;
  readonly settling: ArchiveQueue;
  readonly recalled: RehydrationResult;
  readonly memory: EntityCache;
}

export interface AfterBatch extends Pick<Change, 'puts' | 'deletes'> {
  readonly settling: ArchiveQueue;
  /** To be called once the change is committed: what is in memory then says so. */
  apply(): void;
}

/**
 * What a batch makes of the store: states of the entities that changed, marks of those that are settled, and
 * the books about both. Changes nothing in memory before it is told that the store has it.
 */
export function afterBatch(batched: Batched): AfterBatch {
  const { changed, due, settling: before, recalled, memory } = batched;
  const pages = new HashedPages(before.archiveSize, recalled.pages);
  for (const { key, archivedAs: settledAs } of changed) if (settledAs !== null) pages.remove(key, settledAs);
  const met = [...changed].filter(
    ({ isStored: isMet, archivedAs: settledAs }) => !isMet || settledAs !== null,
  );

  const settled = new Map<string, string>();
  for (const key of due?.keys ?? []) {
    const entity = memory.withKey(key);
    const mark = entity === undefined ? recalled.duePointers.get(key) : pointerTextOf(entity);
    if (mark === undefined) throw new Error(`nothing is known of ${key}, which is to be settled`);
    settled.set(key, mark);
    pages.add(key, mark);
  }
  pages.grow();

  const rest = due === null ? before : dequeue(before, recalled.nextBatch);
  const keys = met.map(({ key }) => key);
  const settling = { ...enqueue(rest, keys, batched.logTime), archiveSize: pages.size };
  const puts: [string, string][] = pages.changes().map(([page, text]) => [pageKey(page), text]);
  for (const entity of changed) {
    if (!settled.has(entity.key)) puts.push([entity.key, encodeEntity(entity)]);
  }
  if (keys.length > 0) puts.push([batchKey(settling.tail), encodeArchiveBatch(settling.newestBatch)]);
  if (keys.length > 0 || due !== null) puts.push([indexKey, encodeIndex(settling)]);
  const deletes = due === null ? [] : [batchKey(before.head), ...due.keys];
  return { puts, deletes, settling, apply: () => remember(changed, settled, memory) };
}

function remember(
  changed: ReadonlySet<Entity>,
  settled: ReadonlyMap<string, string>,
  memory: EntityCache,
): void {
  for (const entity of changed) {
    entity.isStored = true;
    entity.archivedAs = null;
  }
  for (const [key, mark] of settled) {
    const entity = memory.withKey(key);
    if (entity !== undefined) entity.archivedAs = mark;
  }
}
