import type { HeldClaim, PartitionRef, Store } from '#store/store.js';
import { entityKeyLetters } from './archive-pointer.js';
import type { ArchiveSize } from './hashed-pages.js';

/**
 * Which entities are to be settled, oldest first, without looking through all: whoever is first met (or met
 * again after having been settled) is entered in the bucket that is being filled; full buckets wait in a row.
 * Every bucket is one entry of the store, and an index says which there are.
 */
export interface ArchiveQueue {
  /** Number of the oldest bucket, and of the one that is being filled; the same one after a while of rest. */
  readonly head: number;
  readonly tail: number;
  readonly oldestBatch: ArchiveBatch;
  readonly newestBatch: ArchiveBatch;
  readonly archiveSize: ArchiveSize;
}

export interface ArchiveBatch {
  /** Log time (ms) of the last entry: from then on the horizon counts for all of them. */
  readonly queuedAt: number;
  readonly keys: readonly string[];
}

/** So many entities fill a bucket; it is written again with each batch that adds to it. */
const fullBucket = 256;

const emptyBucket: ArchiveBatch = { queuedAt: 0, keys: [] };

const nothingToSettle: ArchiveQueue = {
  head: 0,
  tail: 0,
  oldestBatch: emptyBucket,
  newestBatch: emptyBucket,
  archiveSize: { pages: 1, pointers: 0 },
};

/** The oldest bucket where its time has come; at most one a batch, as a batch fills at most one. */
export function dueBatch(
  { oldestBatch: oldest }: ArchiveQueue,
  logTime: number,
  horizonMs: number,
): ArchiveBatch | null {
  return oldest.keys.length > 0 && logTime - oldest.queuedAt >= horizonMs ? oldest : null;
}

/** The oldest bucket is done with; `following` is the one after it, and asked for where there is one. */
export function dequeue(settling: ArchiveQueue, following: ArchiveBatch | null): ArchiveQueue {
  const { head, tail, newestBatch: filling } = settling;
  if (head === tail) {
    return {
      ...settling,
      head: tail + 1,
      tail: tail + 1,
      oldestBatch: emptyBucket,
      newestBatch: emptyBucket,
    };
  }
  const oldest = head + 1 === tail ? filling : following;
  if (oldest === null) throw new Error(`bucket ${head + 1} of entities to be settled is missing`);
  return { ...settling, head: head + 1, oldestBatch: oldest };
}

/** With further entities, met at a time of the log. */
export function enqueue(settling: ArchiveQueue, keys: readonly string[], at: number): ArchiveQueue {
  if (keys.length === 0) return settling;
  const { head, tail, oldestBatch: oldest, newestBatch: filling } = settling;
  const isFull = filling.keys.length >= fullBucket;
  const into = isFull ? tail + 1 : tail;
  const filled = {
    queuedAt: Math.max(at, filling.queuedAt),
    keys: isFull ? [...keys] : [...filling.keys, ...keys],
  };
  return { ...settling, tail: into, newestBatch: filled, oldestBatch: head === into ? filled : oldest };
}

/** Names of the entries in the store; none is as long as an entity's key. */
export const indexKey = 'index';
export const batchKey = (bucket: number): string => `b${bucket}`;
export const pageKey = (page: number): string => `p${page}`;

export function encodeIndex({ head, tail, archiveSize: archive }: ArchiveQueue): string {
  return JSON.stringify([head, tail, archive.pages, archive.pointers]);
}

/** As the store has it. */
export async function readArchiveQueue(
  store: Store,
  place: PartitionRef,
  claim: HeldClaim,
): Promise<ArchiveQueue> {
  const [index] = await store.load(place, [indexKey], claim);
  if (index === null || index === undefined) return nothingToSettle;
  const [head, tail, pages, marks] = JSON.parse(index) as [number, number, number, number];
  const [oldest, filling] = await store.load(place, [batchKey(head), batchKey(tail)], claim);
  return {
    head,
    tail,
    oldestBatch: decodeArchiveBatch(oldest ?? null),
    newestBatch: decodeArchiveBatch(filling ?? null),
    archiveSize: { pages, pointers: marks },
  };
}

export function encodeArchiveBatch({ queuedAt: at, keys }: ArchiveBatch): string {
  return `${at} ${keys.join('')}`;
}

/** null: nothing was entered yet. */
export function decodeArchiveBatch(text: string | null): ArchiveBatch {
  if (text === null) return emptyBucket;
  const space = text.indexOf(' ');
  const keys: string[] = [];
  for (let at = space + 1; at < text.length; at += entityKeyLetters)
    keys.push(text.slice(at, at + entityKeyLetters));
  return { queuedAt: Number(text.slice(0, space)), keys };
}
