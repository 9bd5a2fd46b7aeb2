import type { FixedLine } from '#domain/contract/line.js';
import { daysInMonth } from '#domain/period/period.js';
import { lineDraft } from '../line-draft.js';
import { daysOf } from '../proration.js';
import type { ChargeModel } from './charge-model.js';
import { signOf, unsigned } from './signed-amount.js';
import { indexed } from './unit-price.js';

/**
 * A monthly amount. Days of the calendar decide what part of it a segment gets, never hours: a month with a
 * change of clocks has no other price. A day belongs to the segment that rules its first moment. However many
 * parts a month has, together they cost the amount to the cent.
 */
export const fixed: ChargeModel<FixedLine> = {
  drafts({ contract, book, trace }, segments) {
    const latest = segments.toSorted((a, b) => a.segment.to - b.segment.to).slice(-1);
    const shown = segments.every(({ line }) => line.proration === 'none') ? latest : segments;
    return shown.flatMap((lineInSegment) => {
      const { line, segment } = lineInSegment;
      const price = indexed(unsigned(line.amount), line.indexation, segment.version, trace);
      const prorated = line.proration === 'calendarDays';
      const days = prorated ? daysOf([segment], contract.timeZone) : 1;
      if (days === 0) return [];
      const quantity = trace.apply('measure', 'sum', segment.version, {
        [prorated ? 'days' : 'months']: signOf(line.amount) * days,
      });
      const per = prorated ? daysInMonth(book.period) : 1;
      const unit = prorated ? 'DAY' : 'MON';
      const draft = lineDraft(lineInSegment, null, { quantity, shownPer: 1, unit, price, per }, trace);
      return { ...draft, together: `fixed ${line.id}` };
    });
  },
};
