import type { Waiver } from '#domain/contract/bonus-malus.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { forecastTerm, measureTotal } from '../book-terms.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';

/**
 * What is left of a rate after the waivers of its clause: a malus is 0 where one applies, a bonus stays.
 * Outages do not change rates: the meter leaves their contacts out of the KPI. Their proof is recorded here
 * all the same.
 */
export function waived(
  context: PricingContext,
  clause: string,
  waivers: readonly Waiver[],
  rate: Term,
  version: number,
): Term {
  if (!rate.value.isNegative()) return rate;
  return waivers
    .filter(({ of }) => of.includes(clause))
    .reduce((left, waiver) => {
      const holds = waiverTerm(context, waiver, version);
      if (holds === null) return left;
      const inputs = { rate: left, waived: holds, waiver: waiver.id, proof: waiver.proof };
      return context.trace.apply('bonusMalus', 'waivedRate', version, inputs);
    }, rate);
}

/** 1: it waives, 0: it does not; null: it is not about this period. */
function waiverTerm(context: PricingContext, waiver: Waiver, version: number): Term | string | null {
  const { book, trace, warnings } = context;
  switch (waiver.kind) {
    case 'volumeAbove': {
      const forecast = forecastTerm(context, waiver.forecast, book.period);
      if (forecast === null) {
        warnings.push({
          code: 'no-forecast',
          clause: waiver.id,
          message: `no forecast for ${book.period}: nothing is waived`,
        });
        return null;
      }
      const { during } = waiver;
      const includes = ({ window }: { readonly window: string | null }): boolean =>
        during === null || window === during;
      const value = measureTotal(waiver.measure, includes, book, version, trace);
      const most = trace.apply('bonusMalus', 'product', version, {
        value: forecast,
        times: waiver.above,
      });
      return trace.apply('bonusMalus', 'exceeds', version, { value, most });
    }
    case 'period':
      return touches(context, waiver) ? '1' : null;
    case 'outage':
      return touches(context, waiver) ? '0' : null;
  }
}

function touches(
  { contract, book }: PricingContext,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const { start, end } = periodsOf(contract).bounds(book.period);
  return from < end && to > start;
}
