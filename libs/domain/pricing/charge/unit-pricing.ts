import type { UnitLine, UnitPricing } from '#domain/contract/line.js';
import { lineDraft, type InvoiceLineDraft } from '../line-draft.js';
import type { BookedQuantity, LineInSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';

/** How units are priced: each at one price, by tiers, by the whole volume, in packages. */
export interface UnitPricingMode<P extends UnitPricing = UnitPricing> {
  drafts(units: BookedUnits, pricing: P, trace: CalculationTrace): InvoiceLineDraft[];
}

/** Units of one segment that have the same bands and rate. */
export interface BookedUnits {
  readonly lineInSegment: LineInSegment<UnitLine>;
  /** null: nothing was counted in the period. */
  readonly booked: BookedQuantity | null;
  readonly quantity: Term;
  /** Units of the period before these, in order of versions: an amendment does not restart the tiers. */
  readonly after: Term;
  /** All units of the period. */
  readonly volume: Term;
}

export function unitDraft(
  { lineInSegment, booked }: BookedUnits,
  quantity: Term,
  price: Term | string,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const priced = { quantity, shownPer: 1, unit: 'C62', price, per: 1 } as const;
  return lineDraft(lineInSegment, booked?.decoded ?? null, priced, trace);
}

/** Units that a fixed line already pays for come first, in order of time. */
export function aboveIncluded(
  { lineInSegment: { line, segment }, quantity, after }: BookedUnits,
  trace: CalculationTrace,
): Term {
  if (line.above === 0) return quantity;
  return trace.apply('line', 'slice', segment.version, { after, quantity, from: line.above });
}
