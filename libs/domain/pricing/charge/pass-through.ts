import type { PassThroughLine } from '#domain/contract/line.js';
import { decimal, plain } from '#domain/money/money.js';
import { quantityTerm } from '../book-terms.js';
import { lineDraft } from '../line-draft.js';
import { vatGroupName } from '../vat.js';
import type { ChargeModel } from './charge-model.js';

/** The sum of what was paid for the brand, with the markup, as one interval. */
export const passThrough: ChargeModel<PassThroughLine> = {
  drafts({ trace }, segments) {
    return segments.flatMap((lineInSegment) => {
      const { line, segment, quantities } = lineInSegment;
      const { version } = segment;
      const measure = segment.inForce.terms.measures[line.measure];
      const scale = measure?.kind === 'eventSum' || measure?.kind === 'adHoc' ? measure.scale : 0;
      return quantities.map((booked) => {
        const units = quantityTerm(booked, version, trace);
        const isCredit = units.value.isNegative();
        const paid = isCredit
          ? trace.apply('measure', 'product', version, { value: units, times: -1 })
          : units;
        const cost = trace.apply('line', 'amount', version, { quantity: paid, price: 1, per: 10 ** scale });
        const price = trace.apply('price', 'surcharge', version, { price: cost, surcharge: line.markup });
        const quantity = trace.apply('measure', 'sum', version, { [line.measure]: isCredit ? -1 : 1 });
        const priced = { quantity, shownPer: 1, unit: 'C62', price, per: 1 } as const;
        const draft = lineDraft(lineInSegment, booked, priced, trace);
        // each part of a month has costs, so a price, of its own: what they share is the markup
        const together = `passThrough ${line.id} ${plain(decimal(line.markup))} ${vatGroupName(draft.vat)}`;
        return { ...draft, together };
      });
    });
  },
};
