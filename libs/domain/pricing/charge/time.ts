import type { TimeLine } from '#domain/contract/line.js';
import { timeUnitMs, volumeTerms } from '#domain/contract/volume-line.js';
import { quantityTerm } from '../book-terms.js';
import { lineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import type { BookedQuantity, LineInSegment } from '../terms-segments.js';
import type { CalculationTrace } from '../trace.js';
import type { ChargeModel } from './charge-model.js';
import { seatTime } from './seats.js';
import { volumeDrafts } from './per-unit.js';
import { billedRuns, capped, incrementedTimes, type BookedTime } from './time-quantities.js';
import { unitPrice } from './unit-price.js';
import { unitsInOrder } from './units-in-order.js';

/**
 * Time x price, one line for each price: version, window, bands and rate. Where prices rise with the month's
 * volume, or a corridor holds it, every millisecond has its place in it, as units have.
 */
export const time: ChargeModel<TimeLine> = {
  drafts(context, segments) {
    const { trace, book } = context;
    if (segments.some(isByVolume)) {
      const counted = segments.map((each) => ({ ...each, quantities: quantitiesOf(context, each) }));
      const units = unitsInOrder(counted, trace, (runs) => billedRuns(context, runs));
      return volumeDrafts(context, counted, book.period, units);
    }
    const times = segments.flatMap((lineInSegment) =>
      quantitiesOf(context, lineInSegment).map((booked) => ({
        lineInSegment,
        booked,
        quantity: quantityTerm(booked, lineInSegment.segment.version, trace),
      })),
    );
    return capped(context, orZero(incrementedTimes(context, times), segments, trace)).map(
      ({ lineInSegment, booked, quantity }) => {
        const { line, segment } = lineInSegment;
        const price = unitPrice(line, booked, segment.version, trace);
        const { hoursPerFte } = line;
        const per = timeUnitMs(line);
        const priced = { quantity, shownPer: 1000, unit: 'SEC', price, per, hoursPerFte } as const;
        return lineDraft(lineInSegment, booked, priced, trace);
      },
    );
  },
};

/** Worked time comes from the book, the time of seats from the calendar. */
function quantitiesOf(
  { contract }: PricingContext,
  lineInSegment: LineInSegment<TimeLine>,
): readonly BookedQuantity[] {
  const measure = lineInSegment.segment.inForce.terms.measures[lineInSegment.line.measure];
  return measure?.kind === 'seats' ? seatTime(contract, lineInSegment, measure) : lineInSegment.quantities;
}

/** A line without any work is shown as 0, under its last terms. */
function orZero(
  times: readonly BookedTime[],
  segments: readonly LineInSegment<TimeLine>[],
  trace: CalculationTrace,
): BookedTime[] {
  const last = segments.at(-1);
  if (times.length > 0 || last === undefined) return [...times];
  const quantity = trace.apply('measure', 'sum', last.segment.version, { [last.line.measure]: 0 });
  return [{ lineInSegment: last, booked: null, quantity }];
}

/** One price for all time needs neither its order nor its sum. */
function isByVolume({ line, segment }: LineInSegment<TimeLine>): boolean {
  const { pricing, above } = volumeTerms(line);
  const { corridors } = segment.inForce.terms;
  const isFlat = pricing.mode === 'flat' && above === 0 && (line.minimum?.volume ?? null) === null;
  return !isFlat || corridors.some((corridor) => corridor.line === line.id);
}
