import type { Waiver } from '#domain/contract/bonus-malus.js';
import { periodBounds } from '#domain/period/period.js';
import { measureTotal } from '../measure-total.js';
import { forecastTerm, type PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';

/**
 * What is left of a rate after the waivers of its clause: a malus is 0 where one applies, a bonus stays.
 * Outages are no matter of rates: the meter leaves their contacts out of the KPI; their proof is told here
 * all the same.
 */
export function waived(
  pricing: PricingContext,
  clause: string,
  waivers: readonly Waiver[],
  rate: Term,
): Term {
  if (!rate.value.isNegative()) return rate;
  return waivers
    .filter(({ of }) => of.includes(clause))
    .reduce((left, waiver) => {
      const holds = waiverTerm(pricing, waiver);
      if (holds === null) return left;
      const inputs = { rate: left, waived: holds, waiver: waiver.id, proof: waiver.proof };
      return pricing.trace.apply('adjustment', 'waivedRate', pricing.periodEnd.version, inputs);
    }, rate);
}

/** 1: it waives, 0: it does not; null: it is not about this period. */
function waiverTerm(pricing: PricingContext, waiver: Waiver): Term | string | null {
  const { book, periodEnd, trace, warnings: notes } = pricing;
  switch (waiver.kind) {
    case 'volumeAbove': {
      const forecast = forecastTerm(pricing, waiver.forecast, book.period);
      if (forecast === null) {
        notes.push({ clause: waiver.id, message: `no forecast for ${book.period}: nothing is waived` });
        return null;
      }
      const value = measureTotal(waiver.measure, waiver.during, book, periodEnd.version, trace);
      const most = trace.apply('adjustment', 'product', periodEnd.version, {
        value: forecast,
        times: waiver.above,
      });
      return trace.apply('adjustment', 'exceeds', periodEnd.version, { value, most });
    }
    case 'period':
      return touches(pricing, waiver) ? '1' : null;
    case 'outage':
      return touches(pricing, waiver) ? '0' : null;
  }
}

function touches(
  { contract, book }: PricingContext,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const { start, end } = periodBounds(book.period, contract.timeZone);
  return from < end && to > start;
}
