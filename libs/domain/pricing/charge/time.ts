import type { TimeLine } from '#domain/contract/line.js';
import { timeUnitMs } from '#domain/contract/volume-line.js';
import { quantityTerm } from '../book-terms.js';
import { lineDraft } from '../line-draft.js';
import type { LineInSegment } from '../terms-segments.js';
import type { CalculationTrace } from '../trace.js';
import type { ChargeModel } from './charge-model.js';
import { volumeDrafts } from './per-unit.js';
import { isByVolume, quantitiesOf, timeInOrder } from './time-in-order.js';
import { capped, incrementedTimes, type BookedTime } from './time-quantities.js';
import { unitPrice } from './unit-price.js';

/**
 * Time x price, one line for each price: version, window, bands and rate. Where prices rise with the month's
 * volume, or a corridor holds it, every millisecond has its place in it, as units have.
 */
export const time: ChargeModel<TimeLine> = {
  drafts(context, segments) {
    const { trace, book } = context;
    if (segments.some(isByVolume)) {
      return volumeDrafts(context, segments, book.period, (before) => timeInOrder(context, segments, before));
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
