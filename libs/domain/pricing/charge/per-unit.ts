import type { UnitLine } from '#domain/contract/line.js';
import { quantityTerm } from '../book-terms.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { LineInSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';
import type { ChargeModel } from './charge-model.js';
import type { BookedUnits, UnitPricingMode } from './unit-pricing.js';
import { unitPricingModes } from './unit-pricing-modes.js';

/** Units x price: contacts, acts, events, and results that are final at the close of their period. */
export const perUnit: ChargeModel<UnitLine> = {
  drafts({ trace }, segments) {
    return unitDrafts(
      segments.filter((lineInSegment) => !isMaturing(lineInSegment)),
      trace,
    );
  },
};

/** Whether its results are charged only when their verdicts are final: see maturity.ts. */
export function isMaturing(lineInSegment: LineInSegment): lineInSegment is LineInSegment<UnitLine> {
  const { line } = lineInSegment;
  return line.model === 'outcome' && line.settleAfter === 'maturity';
}

/** All segments of a line together, because tiers and packages are counted over the whole period. */
export function unitDrafts(
  segments: readonly LineInSegment<UnitLine>[],
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  return bookedUnits(segments, trace).flatMap((units) => {
    const { pricing } = units.lineInSegment.line;
    const mode: UnitPricingMode = unitPricingModes[pricing.mode];
    return mode.drafts(units, pricing, trace);
  });
}

/** A line without any units is shown as 0, under its last terms. */
function bookedUnits(segments: readonly LineInSegment<UnitLine>[], trace: CalculationTrace): BookedUnits[] {
  const last = segments.at(-1);
  if (last === undefined) return [];
  const { version } = last.segment;
  const counted = segments.flatMap((lineInSegment) =>
    lineInSegment.quantities.map((booked) => ({
      lineInSegment,
      booked,
      quantity: quantityTerm(booked, lineInSegment.segment.version, trace),
    })),
  );
  const nothing = trace.apply('measure', 'sum', version, { [last.line.measure]: 0 });
  const [first] = counted;
  if (first === undefined)
    return [{ lineInSegment: last, booked: null, quantity: nothing, after: nothing, volume: nothing }];
  if (counted.length === 1) return [{ ...first, after: nothing, volume: first.quantity }];
  const sum = (units: readonly { quantity: Term }[]): Term =>
    trace.sum(
      'measure',
      version,
      units.map(({ quantity }) => quantity),
    );
  const volume = sum(counted);
  return counted.map((units, index) => ({
    ...units,
    after: index === 0 ? nothing : sum(counted.slice(0, index)),
    volume,
  }));
}
