import type { JournalRecord } from '#domain/posting/journal-record.js';
import type { PostingPosition } from '#domain/posting/posting.js';
import type { Log, LogRecord, RecordPosition } from '#log/log.js';
import { partitionOf } from '#log/partition.js';
import { decodeJournalRecord, sourceOf } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

/** A record of the journal, and where it lies there. */
export interface PostedRecord extends JournalRecord {
  readonly at: RecordPosition;
}

/**
 * What lies in the journal already of facts that are still to be folded: an earlier run appended it and did
 * not commit, or its state is lost. It holds, whatever today's interpretation says: readers have counted it.
 *
 * Of each journal partition the part is read that may hold it, once, a little ahead of the facts. A reader
 * counts a posting where its position is above all of the same source before it in that partition; so where
 * a partition holds something above a position, nothing can be posted there any more at that position.
 */
export class PostedBefore {
  readonly #log: Log;
  readonly #source: number;
  readonly #cursors: Cursor[];
  /** Read and not yet committed: by offset of the fact, in order of position. */
  #byOffset = new Map<number, PostedRecord[]>();
  /** Links from which some of them go on. */
  #befores = new Set<string>();

  private constructor(log: Log, source: number, cursors: Cursor[]) {
    this.#log = log;
    this.#source = source;
    this.#cursors = cursors;
  }

  /**
   * `from`: offsets, by journal partition, below which nothing lies of facts at or above the stored position.
   */
  static async open(log: Log, source: number, from: readonly number[]): Promise<PostedBefore> {
    const cursors = (await log.bounds(topics.postings.name)).map(({ partition, begin, end }) => {
      return { partition, next: Math.max(from[partition] ?? 0, begin), end, highest: null };
    });
    return new PostedBefore(log, source, cursors);
  }

  /** Offsets, by journal partition, to which the journal was there when this was opened. */
  get ends(): readonly number[] {
    return this.#cursors.map(({ end }) => end);
  }

  /**
   * Reads on until all is known that was posted of facts up to an offset. `next`: those below are committed.
   */
  async readTo(offset: number, next: number): Promise<void> {
    for (const cursor of this.#cursors) {
      while (cursor.next < cursor.end && (cursor.highest?.offset ?? -1) <= offset) {
        const records = await this.#log.read(topics.postings.name, cursor.partition, cursor.next, readLimit);
        if (records.length === 0) break;
        for (const record of records) this.#take(record, cursor, next);
        cursor.next = (records.at(-1)?.offset ?? 0) + 1;
      }
    }
    for (const records of this.#byOffset.values()) records.sort((a, b) => compare(a.position, b.position));
  }

  #take(record: LogRecord, cursor: Cursor, next: number): void {
    const source = sourceOf(record.value);
    if (source === null || source.partition !== this.#source || source.offset < next) return;
    const decoded = decodeJournalRecord(record.value);
    if (decoded === null || record.offset >= cursor.end) return;
    const last = decoded.postings.at(-1)?.position;
    // Appended twice, as after a lost answer: readers skip it too.
    if (last !== undefined && cursor.highest !== null && compare(last, cursor.highest) <= 0) return;
    if (last !== undefined) cursor.highest = last;
    const own = this.#byOffset.get(source.offset) ?? [];
    own.push({ ...decoded, at: { partition: cursor.partition, offset: record.offset } });
    this.#byOffset.set(source.offset, own);
    this.#befores.add(decoded.before);
  }

  /** Records with what was posted at the offset of a fact, in order of position. */
  at(offset: number): readonly PostedRecord[] {
    return (this.#byOffset.get(offset) ?? []).filter(({ postings }) => postings.length > 0);
  }

  /** Whether some record, of postings or without, goes on from a link: then nothing was posted in between. */
  goesOnFrom(link: string): boolean {
    return this.#befores.has(link);
  }

  /** Whether the journal says already that the chain goes on from a link where this record begins. */
  isRelinked(from: string, { position, before }: PostedRecord): boolean {
    const own = this.#byOffset.get(position.offset) ?? [];
    return own.some((each) => each.postings.length === 0 && each.before === from && each.link === before);
  }

  /** Whether a posting with the key would be counted at the position. */
  isFree(key: string, position: PostingPosition): boolean {
    const highest = this.#cursors[partitionOf(key, this.#cursors.length)]?.highest ?? null;
    return highest === null || compare(position, highest) > 0;
  }

  /** What lies below is committed; returns whether nothing is left. */
  forgetBelow(next: number): boolean {
    for (const [offset, records] of this.#byOffset) {
      if (offset >= next) continue;
      this.#byOffset.delete(offset);
      for (const { before } of records) this.#befores.delete(before);
    }
    return this.#byOffset.size === 0 && this.#cursors.every((cursor) => cursor.next >= cursor.end);
  }
}

interface Cursor {
  readonly partition: number;
  next: number;
  readonly end: number;
  /** The highest position of the source that was read. */
  highest: PostingPosition | null;
}

const readLimit = 2_000;

function compare(a: PostingPosition, b: PostingPosition): number {
  return a.offset - b.offset || a.index - b.index;
}
