import type { UnitLine, UnitPricing } from '#domain/contract/line.js';
import { lineDraft, type InvoiceLineDraft } from '../line-draft.js';
import { proratedUnits, type MonthShare } from '../proration.js';
import type { PricingStep, CalculationTrace, Term } from '../trace.js';
import { total, type BookedUnits, type UnitRun } from './units-in-order.js';

/** How units are priced: each at one price, by tiers, by the whole volume, in packages. */
export interface UnitPricingMode<P extends UnitPricing = UnitPricing> {
  drafts(units: PricedUnits, pricing: P, trace: CalculationTrace): InvoiceLineDraft[];
}

/** Units of one segment, bands and rate, and how much of what is agreed by month applies to them. */
export interface PricedUnits extends BookedUnits<UnitLine> {
  readonly share: MonthShare;
  readonly part: InvoiceLineDraft['part'];
}

export function unitDraft(
  { lineInSegment, booked, part }: PricedUnits,
  quantity: Term,
  price: Term | string,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const priced = { quantity, shownPer: 1, unit: 'C62', price, per: 1 } as const;
  return { ...lineDraft(lineInSegment, booked, priced, trace), part };
}

/** Units that a fixed line already pays for come first, in order of time. */
export function aboveIncluded(units: PricedUnits, trace: CalculationTrace): Term {
  const { above } = units.lineInSegment.line;
  return above === 0 ? units.quantity : sliceOf(units, threshold(units, above, trace), null, trace);
}

/** Units of all runs whose place in the month's volume lies in `(from, to]`; `to` null: without end. */
export function sliceOf(
  { runs, lineInSegment }: Pick<PricedUnits, 'runs' | 'lineInSegment'>,
  from: Term | number,
  to: Term | number | null,
  trace: CalculationTrace,
  step: PricingStep = 'line',
): Term {
  const { version } = lineInSegment.segment;
  const slices = runs.map((run) => slice(run, from, to, version, trace, step));
  return total(slices, version, trace);
}

export function slice(
  { after, quantity }: UnitRun,
  from: Term | number,
  to: Term | number | null,
  version: number,
  trace: CalculationTrace,
  step: PricingStep = 'line',
): Term {
  return trace.apply(step, 'slice', version, { after, quantity, from, ...(to !== null && { to }) });
}

/** A place in the volume of a whole month, as far as the month is one of the line. */
export function threshold(
  { lineInSegment: { line, segment }, share }: PricedUnits,
  units: number,
  trace: CalculationTrace,
): Term | number {
  if (line.proration === 'none' || units === 0) return units;
  return proratedUnits(units, share, 'line', segment.version, trace);
}

export function valueOf(term: Term | number): number {
  return typeof term === 'number' ? term : term.value.toNumber();
}
