import type { HeldClaim, PartitionRef, Store } from '#store/store.js';
import type { Covered } from '#wire/states.js';
import { entityKeyLetters } from './archive-pointer.js';
import type { ArchiveSize } from './hashed-pages.js';

/**
 * Which entities are to be archived, oldest first, without looking through all: an entity that is new (or was
 * rehydrated and changed) is added to the newest archive batch; full ones wait in a row. Every archive batch
 * is one entry of the store, and an index says which there are.
 */
export interface ArchiveQueue {
  /** Number of the oldest archive batch, and of the newest; the same where one batch is all there is. */
  readonly head: number;
  readonly tail: number;
  readonly oldestBatch: ArchiveBatch;
  readonly newestBatch: ArchiveBatch;
  readonly archiveSize: ArchiveSize;
}

/** Entities that are archived together. */
export interface ArchiveBatch {
  /** Log time (ms) of the last entity added: from then on the time until archiving counts for all of them. */
  readonly queuedAt: number;
  /**
   * How far the meter had come when the first entity was added, as `encodeOrigin` writes it: of all facts
   * below, the entities are archived once this archive batch is the oldest.
   */
  readonly origin: string;
  readonly keys: readonly string[];
}

/** So many entities fill an archive batch; it is written again with each batch of facts that adds to it. */
const fullBatch = 256;

const emptyBatch: ArchiveBatch = { queuedAt: 0, origin: '', keys: [] };

export const emptyQueue: ArchiveQueue = {
  head: 0,
  tail: 0,
  oldestBatch: emptyBatch,
  newestBatch: emptyBatch,
  archiveSize: { pages: 1, pointers: 0 },
};

/**
 * The oldest archive batch if it is due; at most one per batch of facts, as a batch of facts fills at most
 * one.
 */
export function dueBatch(
  { oldestBatch }: ArchiveQueue,
  logTime: number,
  archiveAfterMs: number,
): ArchiveBatch | null {
  const isDue = oldestBatch.keys.length > 0 && logTime - oldestBatch.queuedAt >= archiveAfterMs;
  return isDue ? oldestBatch : null;
}

/** Without its oldest archive batch; `next` is the one after it, which must be given where there is one. */
export function dequeue(queue: ArchiveQueue, next: ArchiveBatch | null): ArchiveQueue {
  const { head, tail, newestBatch } = queue;
  if (head === tail) {
    return { ...queue, head: tail + 1, tail: tail + 1, oldestBatch: emptyBatch, newestBatch: emptyBatch };
  }
  const oldestBatch = head + 1 === tail ? newestBatch : next;
  if (oldestBatch === null) throw new Error(`archive batch ${head + 1} is missing`);
  return { ...queue, head: head + 1, oldestBatch };
}

/** With further entities, at a log time (ms); `origin`: how far the meter had come before them. */
export function enqueue(
  queue: ArchiveQueue,
  keys: readonly string[],
  logTime: number,
  origin: string,
): ArchiveQueue {
  if (keys.length === 0) return queue;
  const { head, oldestBatch, newestBatch } = queue;
  const isFull = newestBatch.keys.length >= fullBatch;
  const tail = isFull ? queue.tail + 1 : queue.tail;
  const filled = {
    queuedAt: Math.max(logTime, newestBatch.queuedAt),
    origin: isFull || newestBatch.keys.length === 0 ? origin : newestBatch.origin,
    keys: isFull ? [...keys] : [...newestBatch.keys, ...keys],
  };
  return { ...queue, tail, newestBatch: filled, oldestBatch: head === tail ? filled : oldestBatch };
}

/** Names of the entries in the store; none is as long as an entity's key. */
export const indexKey = 'index';
export const batchKey = (batch: number): string => `b${batch}`;
export const pageKey = (page: number): string => `p${page}`;

export function encodeIndex({ head, tail, archiveSize }: ArchiveQueue): string {
  return JSON.stringify([head, tail, archiveSize.pages, archiveSize.pointers]);
}

/** As the store has it. */
export async function readArchiveQueue(
  store: Store,
  ref: PartitionRef,
  claim?: HeldClaim,
): Promise<ArchiveQueue> {
  const [index] = await store.load(ref, [indexKey], claim);
  if (index === null || index === undefined) return emptyQueue;
  const [head, tail, pages, pointers] = JSON.parse(index) as [number, number, number, number];
  const [oldest = null, newest = null] = await store.load(ref, [batchKey(head), batchKey(tail)], claim);
  return {
    head,
    tail,
    oldestBatch: decodeArchiveBatch(oldest),
    newestBatch: decodeArchiveBatch(newest),
    archiveSize: { pages, pointers },
  };
}

export function encodeArchiveBatch({ queuedAt, origin, keys }: ArchiveBatch): string {
  return `${queuedAt} ${origin} ${keys.join('')}`;
}

/** null: nothing was added yet. */
export function decodeArchiveBatch(text: string | null): ArchiveBatch {
  if (text === null) return emptyBatch;
  const [queuedAt = '', origin = '', joined = ''] = text.split(' ');
  const keys: string[] = [];
  for (let from = 0; from < joined.length; from += entityKeyLetters) {
    keys.push(joined.slice(from, from + entityKeyLetters));
  }
  return { queuedAt: Number(queuedAt), origin, keys };
}

type Origin = Omit<Covered, 'kind' | 'folded'>;

/** A text without spaces. */
export function encodeOrigin({ from, fingerprint, head, journal }: Origin): string {
  return JSON.stringify([from, fingerprint, head, journal]);
}

export function decodeOrigin(text: string): Origin {
  const [from, fingerprint, head, journal] = JSON.parse(text) as [number, string, string, number[]];
  return { from, fingerprint, head, journal };
}
