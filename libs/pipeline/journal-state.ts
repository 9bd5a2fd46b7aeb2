import type { RecordPosition } from '#log/log.js';
import type { HeldClaim, PartitionRef, Store } from '#store/store.js';

/** How far the postings of a partition of facts have come in the journal, as the store keeps it. */
export interface JournalState {
  /** Offset of facts: all below are folded, and what was posted of them is in the journal. */
  readonly next: number;
  /** Head of the hash chain of all postings of these facts; empty: there are none. */
  readonly head: string;
  /** Where in the journal the record with this link lies; null: there is none, or it is not known. */
  readonly headAt: RecordPosition | null;
  /**
   * Facts below were folded by a meter whose store is lost, or lie below the cut of a close: nothing more is
   * posted of them than the journal holds. 0: none.
   */
  readonly foldedTo: number;
  /** By journal partition: below these offsets lies nothing of facts at or above `next`. */
  readonly from: readonly number[];
}

/** Part of the stored format. */
export const journalKey = 'journal';

export function encodeJournalState({ next, head, headAt, foldedTo, from }: JournalState): string {
  const placed = headAt === null ? head : [head, headAt.partition, headAt.offset];
  return JSON.stringify([next, placed, foldedTo, ...from]);
}

/** `next` and `head` belong together, also without a claim. */
export async function readJournalState(
  store: Pick<Store, 'load'>,
  at: PartitionRef,
  claim?: HeldClaim,
): Promise<JournalState> {
  const [text = null] = await store.load(at, [journalKey], claim);
  return decodeJournalState(text);
}

/** `text`: null: there is none yet. */
export function decodeJournalState(text: string | null): JournalState {
  if (text === null) return { next: 0, head: '', headAt: null, foldedTo: 0, from: [] };
  type Head = string | [string, number, number];
  const [next, placed, foldedTo, ...from] = JSON.parse(text) as [number, Head, number, ...number[]];
  if (typeof placed === 'string') return { next, head: placed, headAt: null, foldedTo, from };
  const [head, partition, offset] = placed;
  return { next, head, headAt: { partition, offset }, foldedTo, from };
}
