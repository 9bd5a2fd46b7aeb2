import type { HeldClaim, PartitionRef, Store } from '#store/store.js';

/** How far the postings of a partition of facts have come in the journal, as the store keeps it. */
export interface JournalState {
  /** Offset of facts: all below are folded, and what was posted of them is in the journal. */
  readonly next: number;
  /** Head of the hash chain of all postings of these facts; empty: there are none. */
  readonly head: string;
  /** By journal partition: below these offsets lies nothing of facts at or above `next`. */
  readonly from: readonly number[];
}

/** Part of the stored format. */
export const journalKey = 'journal';

export function encodeJournalState({ next, head, from }: JournalState): string {
  return JSON.stringify([next, head, ...from]);
}

/** `next` and `head` belong together, also without a claim. */
export async function readJournalState(
  store: Pick<Store, 'load'>,
  at: PartitionRef,
  claim?: HeldClaim,
): Promise<JournalState> {
  const [text = null] = await store.load(at, [journalKey], claim);
  if (text === null) return { next: 0, head: '', from: [] };
  const [next, head, ...from] = JSON.parse(text) as [number, string, ...number[]];
  return { next, head, from };
}
