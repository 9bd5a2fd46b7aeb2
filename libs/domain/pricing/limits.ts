import { zero } from '#domain/money/money.js';
import type { AllowanceOrCharge, InvoiceLine } from './invoice.js';
import type { PricingContext } from './pricing-context.js';

/**
 * Minimum and maximum of the month. The entry brings the rounded sum to the agreed amount to the cent, which
 * an unrounded difference could miss.
 */
export function limitEntries(
  { periodEnd, trace }: PricingContext,
  lines: readonly InvoiceLine[],
  entries: readonly AllowanceOrCharge[],
): AllowanceOrCharge[] {
  const { limits, vat } = periodEnd.terms;
  if (limits === null) return [];
  const counted = limits.appliesTo === 'linesOnly' ? lines : [...lines, ...entries];
  const amounts = Object.fromEntries(counted.map(({ id, amount, row }) => [id, { row, value: amount }]));
  const sum = trace.apply('limit', 'sum', periodEnd.version, amounts);
  const { monthlyMin, monthlyMax } = limits;
  const short = monthlyMin !== null && sum.value.lt(monthlyMin);
  const over = monthlyMax !== null && sum.value.gt(monthlyMax);
  const limit = short ? monthlyMin : over ? monthlyMax : null;
  if (limit === null) return [];
  const amount = trace.apply('limit', 'difference', periodEnd.version, { value: limit, less: sum });
  const exact = counted.reduce((all, entry) => all.plus(entry.exact), zero);
  return [
    {
      id: short ? 'monthlyMin' : 'monthlyMax',
      clause: 'limits',
      kind: short ? 'minimum' : 'maximum',
      name: short ? 'Monthly minimum' : 'Monthly maximum',
      base: null,
      rate: null,
      exact: amount.value.plus(sum.value).minus(exact),
      amount: amount.value,
      vat,
      version: periodEnd.version,
      row: amount.row,
    },
  ];
}
