import type { UnitPricing } from '#domain/contract/line.js';
import { volumeTerms, type VolumeLine } from '#domain/contract/volume-line.js';
import { lineDraft, type InvoiceLineDraft } from '../line-draft.js';
import { proratedUnits, type PeriodShare } from '../proration.js';
import type { PricingStep, CalculationTrace, Term } from '../trace.js';
import { total, type BookedUnits, type UnitRun } from './units-in-order.js';

/** How units are priced: each at one price, by tiers, by the whole volume, in packages. */
export interface UnitPricingMode<P extends UnitPricing = UnitPricing> {
  drafts(units: PricedUnits, pricing: P, trace: CalculationTrace): InvoiceLineDraft[];
}

/** Units of one segment, bands and rate, and how much of what is agreed by month applies to them. */
export interface PricedUnits extends BookedUnits<VolumeLine> {
  readonly share: PeriodShare;
  readonly part: InvoiceLineDraft['part'];
}

const countedUnits = { shownPer: 1, unit: 'C62' } as const;

export function unitDraft(
  { lineInSegment, booked, part }: PricedUnits,
  quantity: Term,
  price: Term | string,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const { line } = lineInSegment;
  const per = volumeTerms(line).perUnit;
  const shown = line.model === 'time' ? ({ shownPer: 1000, unit: 'SEC' } as const) : countedUnits;
  const hoursPerFte = line.model === 'time' ? line.hoursPerFte : undefined;
  const priced = { quantity, ...shown, price, per, hoursPerFte };
  return { ...lineDraft(lineInSegment, booked, priced, trace), part };
}

/** Units that a fixed line already pays for come first, in order of time. */
export function aboveIncluded(units: PricedUnits, trace: CalculationTrace): Term {
  const { above } = volumeTerms(units.lineInSegment.line);
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

/** A place in the volume of a whole month, as far as the month is one of the line; as the book counts it. */
export function threshold(
  { lineInSegment: { line, segment }, share }: PricedUnits,
  units: number,
  trace: CalculationTrace,
): Term | number {
  const { proration, perUnit } = volumeTerms(line);
  if (proration === 'none' || units === 0) return units * perUnit;
  const prorated = proratedUnits(units, share, 'line', segment.version, trace);
  if (typeof prorated === 'number') return prorated * perUnit;
  return asBooked(prorated, perUnit, segment.version, trace);
}

/** A number of units of the line as the book counts it: milliseconds of time. */
export function asBooked(
  units: Term,
  perUnit: number,
  version: number,
  trace: CalculationTrace,
  step: PricingStep = 'line',
): Term {
  return perUnit === 1 ? units : trace.apply(step, 'product', version, { value: units, times: perUnit });
}

export function valueOf(term: Term | number): number {
  return typeof term === 'number' ? term : term.value.toNumber();
}
