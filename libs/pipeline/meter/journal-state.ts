import type { HeldClaim, PartitionRef, Store } from '#store/store.js';

/** How far the postings of a partition of facts have come in the journal, as the store keeps it. */
export interface JournalState {
  /** Head of the hash chain of all postings of facts below the stored position; empty: there are none. */
  readonly head: string;
  /** By journal partition: below these offsets lies nothing of facts at or above the stored position. */
  readonly from: readonly number[];
}

/** Part of the stored format. */
export const journalKey = 'journal';

export function encodeJournalState({ head, from }: JournalState): string {
  return JSON.stringify([head, ...from]);
}

export async function readJournalState(
  store: Store,
  at: PartitionRef,
  claim?: HeldClaim,
): Promise<JournalState> {
  const [text = null] = await store.load(at, [journalKey], claim);
  if (text === null) return { head: '', from: [] };
  const [head, ...from] = JSON.parse(text) as [string, ...number[]];
  return { head, from };
}
