import type { Contract } from '#domain/contract/contract.js';
import type { FixedLine } from '#domain/contract/line.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { lineDraft } from '../line-draft.js';
import { byMonth, daysOf } from '../proration.js';
import type { LineInSegment } from '../terms-segments.js';
import type { ChargeModel } from './charge-model.js';
import { signOf, unsigned } from './signed-amount.js';
import { indexed } from './unit-price.js';

/**
 * An amount of a month, or of each period of the contract. Days of the calendar decide what part of it
 * a segment gets, never hours: a month with a change of clocks has no other price. A day belongs to the
 * segment that rules its first moment. However many parts a month or period has, together they cost the
 * amount to the cent; a period that lies in two months has a part of each.
 */
export const fixed: ChargeModel<FixedLine> = {
  drafts({ contract, book, trace }, segments) {
    const latest = segments.toSorted((a, b) => a.segment.to - b.segment.to).slice(-1);
    const shown = segments.every(({ line }) => line.proration === 'none') ? latest : segments;
    const whole = periodsOf(contract).days(book.period);
    return shown.flatMap((lineInSegment) => {
      const { line, segment } = lineInSegment;
      const price = indexed(unsigned(line.amount), line.indexation, segment.version, trace);
      const prorated = line.proration === 'calendarDays';
      const parts = prorated ? daysIn(lineInSegment, contract, whole) : [{ segment, days: 1, of: 1 }];
      return parts.flatMap(({ segment: part, days, of: per }) => {
        if (days === 0) return [];
        const unit = prorated ? 'DAY' : contract.period.unit === 'month' ? 'MON' : 'C62';
        const counted = { DAY: 'days', MON: 'months', C62: 'periods' }[unit];
        const quantity = trace.apply('measure', 'sum', segment.version, {
          [counted]: signOf(line.amount) * days,
        });
        const priced = { quantity, shownPer: 1, unit, price, per } as const;
        const draft = lineDraft({ ...lineInSegment, segment: part }, null, priced, trace);
        return { ...draft, together: `fixed ${line.id}` };
      });
    });
  },
};

/** Days of a segment, of those that the amount is for. */
function daysIn(
  { line, segment }: LineInSegment<FixedLine>,
  contract: Contract,
  whole: number,
): { readonly segment: LineInSegment['segment']; readonly days: number; readonly of: number }[] {
  const cut = line.per === 'period' ? [{ segment, daysInMonth: whole }] : byMonth(segment, contract);
  return cut.map(({ segment: part, daysInMonth: of }) => {
    return { segment: part, days: daysOf([part], contract.timeZone), of };
  });
}
