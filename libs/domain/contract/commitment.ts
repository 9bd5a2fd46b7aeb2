import type { CommitmentSpan } from './commitment-span.js';
import type { Proration } from './line.js';

/**
 * What is agreed over several months and settled within the invoices of the months: a minimum by a true-up on
 * the last of them, or on the last month of a contract that ends early; a maximum in the months that pass it.
 */
export type Commitment = VolumeCommitment | AmountCommitment;

interface CommitmentBase {
  readonly id: string;
  readonly name: string;
  readonly over: CommitmentSpan;
  /** Whether the numbers shrink with a commitment period that contract or amendment cover in part. */
  readonly proration: Proration;
}

/**
 * At least so much of a line, in its unit (hours, minutes, units); what is missing has a price of its own.
 */
export interface VolumeCommitment extends CommitmentBase {
  readonly kind: 'volume';
  readonly line: string;
  readonly minimumVolume: string;
  readonly shortfallPrice: string;
}

/** At least or at most so much money. */
export interface AmountCommitment extends CommitmentBase {
  readonly kind: 'amount';
  /**
   * Ids of the lines whose amounts count, before bonus and malus; null: all that is invoiced, with the limits
   * of the months and the commitments that are written before this one.
   */
  readonly base: readonly string[] | null;
  readonly minimum: string | null;
  readonly maximum: string | null;
}
