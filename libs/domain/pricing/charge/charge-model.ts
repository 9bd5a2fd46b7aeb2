import type { Line } from '#domain/contract/line.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import type { LineInSegment } from '../terms-segments.js';

/** How lines of one kind become lines of the invoice. */
export interface ChargeModel<L extends Line = Line> {
  /**
   * What one line of the contract costs in the period. `segments` are those in which it has this model, in
   * order; there may be none.
   */
  drafts(context: PricingContext, segments: readonly LineInSegment<L>[]): InvoiceLineDraft[];
}

/** The lines whose `model` may be `M`. */
export type LineOf<M extends Line['model'], L = Line> = L extends { readonly model: infer N }
  ? M extends N
    ? L
    : never
  : never;
