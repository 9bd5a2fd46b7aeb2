import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { pastBook } from '../period-book.js';
import { pricingContext, type PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';
import { isInMoney } from './clause-drafts.js';
import { evaluationsOf, type Evaluation } from './evaluation.js';
import { judgedValue } from './judged-value.js';

/**
 * A malus multiplied by what is agreed for the n-th month in a row. What was taken in the months before is
 * judged again from their sums at this cut, under their own terms; it is stored nowhere, and its rows are
 * among those of this price.
 */
export function escalated(context: PricingContext, { clause, version }: Evaluation, value: Term): Term {
  const { escalation } = clause;
  if (escalation === undefined || !value.value.isNegative() || value.value.isZero()) return value;
  const { book, trace } = context;
  const past: Term[] = [];
  for (let months = 1; months < escalation.length; months += 1) {
    const rate = takenIn(context, clause.id, periodsOf(context.contract).shift(book.period, -months));
    if (rate === null) break;
    past.push(rate);
    if (!rate.value.isNegative() || rate.value.isZero()) break;
  }
  const what = isInMoney({ clause }) ? 'amount' : 'rate';
  const rates = Object.fromEntries(past.map((rate, index) => [`${what} ${index + 1}`, rate]));
  const months = trace.apply('bonusMalus', 'monthsInARow', version, rates);
  const times = Object.fromEntries(escalation.map((each, index) => [`times ${index + 1}`, each]));
  return trace.apply('bonusMalus', 'escalated', version, { rate: value, months, ...times });
}

/** The lowest of the parts of an earlier month; null: the clause did not hold in it, or there are no sums. */
function takenIn({ contract, book, trace }: PricingContext, id: string, period: Period): Term | null {
  const past = pastBook(book, period);
  if (past === null) return null;
  const context = { ...pricingContext(contract, past), trace };
  const values = evaluationsOf(context, id).map((evaluation) => {
    return { value: judgedValue(context, evaluation).value, version: evaluation.version };
  });
  return values.reduce<Term | null>((low, { value, version }) => {
    return low === null ? value : trace.apply('bonusMalus', 'atMost', version, { value: low, most: value });
  }, null);
}
