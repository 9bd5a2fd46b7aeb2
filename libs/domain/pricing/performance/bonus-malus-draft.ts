import type { Vat } from '#domain/contract/line.js';
import type { AllowanceOrCharge } from '../invoice.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { TermsSegment } from '../terms-segments.js';
import type { Term } from '../trace.js';

/** A bonus or malus before rounding. */
export interface BonusMalusDraft {
  readonly clause: string;
  readonly kind: AllowanceOrCharge['kind'];
  readonly name: string;
  readonly base: Term | null;
  readonly rate: Term | null;
  readonly exact: Term;
  readonly vat: Vat;
  readonly version: number;
  /** Of entries that share a cap only the sum is exact; they are rounded together. */
  readonly together: string | null;
  /** The part of the month that it is for; of what is given back: none. */
  readonly segments: readonly TermsSegment[];
  /** Lines that sum to `base`. */
  readonly baseLines: readonly InvoiceLineDraft[];
}
