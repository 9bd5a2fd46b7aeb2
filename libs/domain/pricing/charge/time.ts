import type { TimeLine } from '#domain/contract/line.js';
import type { WorkTime } from '#domain/contract/measure.js';
import { measureTotal, quantityTerm } from '../book-terms.js';
import { lineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import type { BookedQuantity, LineInSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';
import type { ChargeModel } from './charge-model.js';
import { seatTime } from './seats.js';
import { unitPrice } from './unit-price.js';

const unitMs = { hour: 3_600_000, minute: 60_000, second: 1_000 } as const;

/** Time of one segment that has the same bands and rate. */
interface BookedTime {
  readonly lineInSegment: LineInSegment<TimeLine>;
  /** null: there is no time in the period. */
  readonly booked: BookedQuantity | null;
  readonly quantity: Term;
}

/** Time x price, one line for each price: version, window, bands and rate. */
export const time: ChargeModel<TimeLine> = {
  drafts(context, segments) {
    const { trace } = context;
    const times = segments.flatMap((lineInSegment) =>
      quantitiesOf(context, lineInSegment).map((booked) => ({
        lineInSegment,
        booked,
        quantity: incrementedQuantity(lineInSegment, booked, trace),
      })),
    );
    return capped(context, orZero(times, segments, trace)).map(({ lineInSegment, booked, quantity }) => {
      const { line, segment } = lineInSegment;
      const price = unitPrice(line, booked?.decoded ?? null, segment.version, trace);
      const priced = { quantity, shownPer: 1000, unit: 'SEC', price, per: unitMs[line.unit] } as const;
      return lineDraft(lineInSegment, booked?.decoded ?? null, priced, trace);
    });
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

function workTimeOf({ segment, line }: LineInSegment<TimeLine>): WorkTime | null {
  const measure = segment.inForce.terms.measures[line.measure];
  return measure?.kind === 'time' ? measure : null;
}

function incrementedQuantity(
  lineInSegment: LineInSegment<TimeLine>,
  booked: BookedQuantity,
  trace: CalculationTrace,
): Term {
  const { version } = lineInSegment.segment;
  const value = quantityTerm(booked, version, trace);
  const increment = workTimeOf(lineInSegment)?.increment ?? null;
  if (increment === null || increment.per !== 'month') return value;
  const { firstMs, stepMs } = increment;
  return trace.apply('increment', 'increment', version, { value, first: firstMs, step: stepMs });
}

/**
 * A cap on the average (handle time): what the month has above it is taken from its parts in proportion, in
 * whole milliseconds, the last part making the sum exact. The last version of the clause rules the month.
 */
function capped({ book, trace }: PricingContext, times: readonly BookedTime[]): readonly BookedTime[] {
  const last = times.at(-1)?.lineInSegment;
  const cap = last === undefined ? null : (workTimeOf(last)?.averageCap ?? null);
  if (last === undefined || cap === null) return times;
  const { version } = last.segment;
  const units = measureTotal(cap.measure, null, book, version, trace);
  const most = trace.apply('cap', 'product', version, { value: units, times: cap.perUnitMs });
  const quantities = times.map(({ quantity }) => quantity);
  const whole = trace.sum('cap', version, quantities);
  const total = trace.apply('cap', 'atMost', version, { value: whole, most });
  if (total.value.equals(whole.value)) return times;
  const shares: Term[] = [];
  return times.map((each, index) => {
    const isLast = index === times.length - 1;
    const quantity = isLast
      ? trace.apply('cap', 'difference', version, {
          value: total,
          less: shares.length === 0 ? '0' : trace.sum('cap', version, shares),
        })
      : trace.apply('cap', 'cappedShare', version, { part: each.quantity, capped: total, whole });
    shares.push(quantity);
    return { ...each, quantity };
  });
}
