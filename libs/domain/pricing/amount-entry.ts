import type { Decimal } from '#domain/money/money.js';
import type { AllowanceOrCharge } from './invoice.js';
import type { Term } from './trace.js';

type OfAmount = 'base' | 'rate' | 'exact' | 'amount' | 'row';

/**
 * An allowance or charge that is an amount of its own, no rate of a base. `exact`: the amount before it was
 * rounded, where that is another.
 */
export function amountEntry(
  own: Omit<AllowanceOrCharge, OfAmount>,
  { value, row }: Term,
  exact: Decimal = value,
): AllowanceOrCharge {
  return { ...own, base: null, rate: null, exact, amount: value, row };
}
