import type { JournalRecord } from '#domain/posting/journal-record.js';
import type { PostingPosition } from '#domain/posting/posting.js';
import type { RecordPosition } from '#log/log.js';

/** A record of the journal with its place. */
export interface PlacedRecord extends JournalRecord {
  readonly at: RecordPosition;
}

/** A head of the chain that something else than the journal names, such as a close. */
export interface KnownHead {
  /** What names it, for people. */
  readonly name: string;
  /** The close that names it; null: the meter. */
  readonly close: string | null;
  /** Of the source partition: everything below this offset. */
  readonly offset: number;
  readonly head: string;
}

export type ChainFault =
  /**
   * The record goes on from a link to which no record before it leads: something is missing or out of order.
   */
  | { readonly code: 'broken-chain'; readonly record: PlacedRecord; readonly after: PlacedRecord | null }
  /**
   * The record lies behind others that were posted later, so that readers take it for counted and skip it.
   */
  | { readonly code: 'out-of-order'; readonly record: PlacedRecord; readonly after: PlacedRecord | null }
  /** Two records go on from one link: two postings are counted where one was made. */
  | { readonly code: 'posted-twice'; readonly record: PlacedRecord; readonly after: PlacedRecord | null }
  /** The chain has another head at an offset than something that was written then. */
  | { readonly code: 'head-differs'; readonly known: KnownHead; readonly after: PlacedRecord | null };

/**
 * The hash chain of one source partition, put together from records that come in any order: each names the
 * link it goes on from. Only what cannot be put in place yet is kept.
 */
export class SourceChain {
  readonly faults: ChainFault[] = [];
  /** Records that say that the chain goes on at another link, as far as it was followed. */
  readonly relinked: PlacedRecord[] = [];
  postings = 0;
  head = '';
  #last: PlacedRecord | null = null;
  readonly #waiting = new Map<string, PlacedRecord>();
  /** Skipped by readers, by the link they go on from. */
  readonly #skipped = new Map<string, PlacedRecord>();
  readonly #relinks = new Map<string, PlacedRecord>();
  readonly #known: KnownHead[];

  constructor(known: readonly KnownHead[]) {
    this.#known = [...known].sort((a, b) => a.offset - b.offset);
  }

  /** `record`: counted by readers, or without postings. */
  add(record: PlacedRecord): void {
    const { before, postings } = record;
    if (postings.length === 0) {
      this.#relinks.set(before, record);
    } else if (this.#waiting.has(before) || !this.#isAhead(record.position)) {
      this.faults.push({ code: 'posted-twice', record, after: this.#last });
      return;
    } else {
      this.#waiting.set(before, record);
    }
    this.#goOn();
    if (this.#waiting.size > maxWaiting) this.#goOnBehindGap();
  }

  /**
   * `record`: not counted by readers, as its position is not above that of one before it in its partition.
   */
  skip(record: PlacedRecord): void {
    if (this.#skipped.size < maxWaiting) this.#skipped.set(record.before, record);
  }

  /** Everything was read: what could not be put in place is at fault. */
  end(): void {
    while (this.#waiting.size > 0) this.#goOnBehindGap();
    this.#compareKnown(Infinity);
  }

  #goOn(): void {
    for (;;) {
      const next = this.#waiting.get(this.head);
      if (next !== undefined) {
        this.#waiting.delete(this.head);
        this.#compareKnown(next.position.offset);
        this.head = next.link;
        this.postings += next.postings.length;
        this.#last = next;
        continue;
      }
      const relink = this.#relinks.get(this.head);
      if (relink === undefined) return;
      this.#compareKnown(relink.position.offset);
      this.#relinks.delete(this.head);
      this.relinked.push(relink);
      this.head = relink.link;
    }
  }

  /** The chain is broken: says where, and goes on with the lowest record that waits. */
  #goOnBehindGap(): void {
    const skipped = this.#skipped.get(this.head);
    if (skipped !== undefined) {
      this.#skipped.delete(this.head);
      this.faults.push({ code: 'out-of-order', record: skipped, after: this.#last });
      this.head = skipped.link;
      this.#last = skipped;
      this.#goOn();
      return;
    }
    const [lowest] = [...this.#waiting.values()].sort((a, b) => compare(a.position, b.position));
    if (lowest === undefined) return;
    this.faults.push({ code: 'broken-chain', record: lowest, after: this.#last });
    this.head = lowest.before;
    this.#goOn();
  }

  #isAhead(position: PostingPosition): boolean {
    return this.#last === null || compare(position, this.#last.position) > 0;
  }

  #compareKnown(offset: number): void {
    while (this.#known.length > 0 && (this.#known[0]?.offset ?? Infinity) <= offset) {
      const known = this.#known.shift();
      if (known !== undefined && known.head !== this.head) {
        this.faults.push({ code: 'head-differs', known, after: this.#last });
      }
    }
  }
}

/** More than ever lies between what was appended at one time to the partitions of a journal. */
const maxWaiting = 100_000;

function compare(a: PostingPosition, b: PostingPosition): number {
  return a.offset - b.offset || a.index - b.index;
}
