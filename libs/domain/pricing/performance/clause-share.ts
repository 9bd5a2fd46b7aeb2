import type { Contract } from '#domain/contract/contract.js';
import { termsInForce } from '#domain/contract/terms-in-force.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { PricingContext } from '../pricing-context.js';
import { daysOf, type PeriodShare } from '../proration.js';
import { clauseIn, type Evaluation } from './evaluation.js';

/**
 * The share of an amount agreed by month that belongs to the part which is judged; null: all of it. An
 * amount, or a number of free events, for a window is that of the window, whichever periods it lies in.
 */
export function shareOf(context: PricingContext, { clause, segments }: Evaluation): PeriodShare | null {
  const { contract, book, segments: month } = context;
  const days = daysOf(segments, contract.timeZone);
  const of = (): number => {
    if (clause.during !== null) return daysOfWindow(contract, clause.id, clause.during);
    const held = month.filter((segment) => clauseIn(segment, clause.id) !== null);
    return clause.proration === 'none'
      ? daysOf(held, contract.timeZone)
      : periodsOf(contract).days(book.period);
  };
  const whole = of();
  return days === whole ? null : { days, of: whole };
}

/** Days of a calendar rule as far as the contract has it with the clause. */
function daysOfWindow(contract: Contract, clause: string, window: string): number {
  const parts = termsInForce(contract).filter(
    (inForce) =>
      inForce.window === window &&
      inForce.terms.bonusMalus.some(
        (each) => each.id === clause && 'during' in each && each.during === window,
      ),
  );
  return daysOf([{ parts }], contract.timeZone);
}
