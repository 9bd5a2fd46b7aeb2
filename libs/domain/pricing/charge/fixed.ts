import type { FixedLine, OneOffLine, PassThroughLine } from '#domain/contract/line.js';
import { dayBounds, daysInPeriod, type Period } from '#domain/period/period.js';
import { epochDayOf, zoneOf } from '#domain/period/zone.js';
import { lineDraft, quantityTerm, type InvoiceLineDraft } from '../line-draft.js';
import type { TermsSegment, LineInSegment } from '../terms-segments.js';
import type { CalculationTrace } from '../trace.js';
import { indexed } from './unit-price.js';

/**
 * A monthly amount. Days of the calendar decide what part of it a segment gets, never hours: a month with a
 * change of clocks has no other price. A day belongs to the segment that rules its first moment. However many
 * parts a month has, together they cost the amount to the cent.
 */
export function fixedDrafts(
  segments: readonly LineInSegment<FixedLine>[],
  period: Period,
  timeZone: string,
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  const shown = segments.every(({ line }) => line.proration === 'none') ? segments.slice(-1) : segments;
  return shown.flatMap((staged) => {
    const { line, segment } = staged;
    const price = indexed(line.amount, line.indexation, segment.version, trace);
    const prorated = line.proration === 'calendarDays';
    const days = prorated ? daysOf(segment, timeZone) : 1;
    if (days === 0) return [];
    const quantity = trace.apply('measure', 'sum', segment.version, { [prorated ? 'days' : 'months']: days });
    const per = prorated ? daysInPeriod(period) : 1;
    const unit = prorated ? 'DAY' : 'MON';
    const draft = lineDraft(staged, null, { quantity, shownPer: 1, unit, price, per }, trace);
    return { ...draft, together: `fixed ${line.id}` };
  });
}

/** Charged in the period of its day, under the terms then in force. */
export function oneOffDrafts(
  segments: readonly LineInSegment<OneOffLine>[],
  timeZone: string,
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  return segments.flatMap((staged) => {
    const { line, segment } = staged;
    const { start } = dayBounds(line.day, timeZone);
    if (!segment.parts.some(({ from, to }) => start >= from && start < to)) return [];
    const quantity = trace.apply('measure', 'sum', segment.version, { [line.day]: 1 });
    return lineDraft(staged, null, { quantity, shownPer: 1, unit: 'C62', price: line.amount, per: 1 }, trace);
  });
}

/** The sum of what was paid for the brand, with the markup, as one interval. */
export function passThroughDrafts(
  segments: readonly LineInSegment<PassThroughLine>[],
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  return segments.flatMap((staged) => {
    const { line, segment, quantities: cells } = staged;
    const measure = segment.inForce.terms.measures[line.measure];
    const scale = measure?.kind === 'eventSum' ? measure.scale : 0;
    return cells.map((cell) => {
      const units = quantityTerm(cell, segment.version, trace);
      const cost = trace.apply('line', 'amount', segment.version, {
        quantity: units,
        price: 1,
        per: 10 ** scale,
      });
      const price = trace.apply('price', 'surcharge', segment.version, {
        price: cost,
        surcharge: line.markup,
      });
      const quantity = trace.apply('measure', 'sum', segment.version, { [line.measure]: 1 });
      return lineDraft(staged, cell.parts, { quantity, shownPer: 1, unit: 'C62', price, per: 1 }, trace);
    });
  });
}

/** Local days whose first moment lies in the segment. */
function daysOf({ parts }: TermsSegment, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const dayAfter = (instant: number): number => {
    const day = epochDayOf(instant + zone.offsetAt(instant));
    return zone.startOfDay(day) === instant ? day : day + 1;
  };
  return parts.reduce((days, { from, to }) => days + dayAfter(to) - dayAfter(from), 0);
}
