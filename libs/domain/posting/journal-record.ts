import type { Posting, PostingPosition } from './posting.js';

/**
 * A record of the journal: what one fact changed under one key. Where an entity's old content and its new one
 * have the same key they lie in one record, and no reader sees half of the change; where the keys differ (the
 * customer has become known) they are two records. Records never hold what several facts changed: the borders
 * of batches must not show in the journal.
 */
export interface JournalRecord {
  /** Position of the first posting; the index of each further one is one higher. */
  readonly position: PostingPosition;
  /** Version of the interpretation that made these postings. */
  readonly interpretation: number;
  readonly cause: PostingCause;
  /** UTC epoch ms at which the log took the delivery that caused it; null: not known. */
  readonly recordedAt: number | null;
  /** Link of the posting before these in the hash chain of the source partition; empty: there is none. */
  readonly before: string;
  /** Link of the last posting here. */
  readonly link: string;
  /** Empty where the record says only that the chain goes on from `before` at `link`. */
  readonly postings: readonly Posting[];
}

/**
 * `fact`: a fact said something new. `software`: the same facts are interpreted in another way.
 * `relinked`: no posting; the chain goes on at a link that other postings led to.
 */
export const postingCauses = ['fact', 'software', 'relinked'] as const;
export type PostingCause = (typeof postingCauses)[number];
