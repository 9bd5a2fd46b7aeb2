import { holidayCalendars } from '#domain/calendar/holidays.js';
import { forEachInterval } from '#domain/calendar/wall-clock.js';
import type { Contract } from '#domain/contract/contract.js';
import type { TimeLine } from '#domain/contract/line.js';
import type { SeatTime } from '#domain/contract/measure.js';
import { zoneOf } from '#domain/period/zone.js';
import type { BookedQuantity, BookedSum, LineInSegment } from '../terms-segments.js';

/**
 * Time of seats kept staffed. It follows from the calendar alone, by elapsed time, so a round-the-clock seat
 * has 743 hours in a March of Paris. One quantity for each set of bands that holds at once.
 */
export function seatTime(
  contract: Contract,
  { line, segment }: LineInSegment<TimeLine>,
  measure: SeatTime,
): readonly BookedQuantity[] {
  const rules = [...line.bands, ...measure.open];
  const openBits = measure.open.reduce((bits, _, index) => bits | (1 << (line.bands.length + index)), 0);
  const sums = new Map<number, BookedSum[]>();
  for (const { from, to } of segment.parts) {
    const holidays = holidayCalendars(contract);
    forEachInterval(rules, zoneOf(contract.timeZone), holidays, from, to, (since, until, holds) => {
      if (measure.open.length > 0 && (holds & openBits) === 0) return;
      const bands = holds & ~openBits;
      const own = sums.get(bands) ?? [];
      sums.set(bands, own);
      const last = own.at(-1);
      const quantity = (until - since) * measure.seats;
      if (last?.at === from) own[own.length - 1] = { ...last, quantity: last.quantity + quantity };
      else own.push({ key: '', at: from, quantity });
    });
  }
  return [...sums].map(([holds, own]) => {
    const bands = line.bands.flatMap(({ id }, index) => ((holds & (1 << index)) === 0 ? [] : [id]));
    const key = `calendar/${line.measure}/${bands.join('+') || '-'}`;
    const named = own.map((sum, index) => ({ ...sum, key: index === 0 ? key : `${key}/${sum.at}` }));
    return { bands, rate: null, sums: named };
  });
}
