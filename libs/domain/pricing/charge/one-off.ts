import type { OneOffLine } from '#domain/contract/line.js';
import { dayBounds } from '#domain/period/period.js';
import { lineDraft } from '../line-draft.js';
import type { ChargeModel } from './charge-model.js';
import { signOf, unsigned } from './signed-amount.js';

/** Charged in the period of its day, under the terms in force on that day. */
export const oneOff: ChargeModel<OneOffLine> = {
  drafts({ contract, trace }, segments) {
    return segments.flatMap((lineInSegment) => {
      const { line, segment } = lineInSegment;
      const { start } = dayBounds(line.day, contract.timeZone);
      if (!segment.parts.some(({ from, to }) => start >= from && start < to)) return [];
      const quantity = trace.apply('measure', 'sum', segment.version, { [line.day]: signOf(line.amount) });
      const priced = { quantity, shownPer: 1, unit: 'C62', price: unsigned(line.amount), per: 1 } as const;
      return lineDraft(lineInSegment, null, priced, trace);
    });
  },
};
