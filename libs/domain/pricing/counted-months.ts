import { zero, type Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import type { CountedAmount } from './month-limit.js';
import type { PricingContext } from './pricing-context.js';
import type { PricingStep, Term } from './trace.js';
import { vatGroupName } from './vat.js';
import type { VatAmounts } from './vat-shares.js';

/** What a month contributes to a sum of money over several months. */
export interface CountedMonth {
  readonly month: Period;
  readonly amounts: readonly CountedAmount[];
}

/** Of months that were priced apart: their amounts, by month. */
export function sumOfMonths(
  { trace, periodEnd }: PricingContext,
  months: readonly CountedMonth[],
  step: PricingStep,
): Term {
  const amounts = months.map(({ month, amounts: counted }) => [month, sumOf(counted)] as const);
  return trace.apply(step, 'sum', periodEnd.version, Object.fromEntries(amounts));
}

/** VAT groups of what counts, as far as they are above 0. */
export function vatGroupsOf(
  { trace, periodEnd }: PricingContext,
  earlier: readonly CountedMonth[],
  own: readonly CountedAmount[],
  step: PricingStep,
): VatAmounts[] {
  const named = [
    ...earlier.flatMap(({ month, amounts }) => amounts.map((amount) => ({ month, amount }))),
    ...own.map((amount) => ({ month: null, amount })),
  ];
  const groups = Map.groupBy(named, ({ amount: { vat } }) => vatGroupName(vat));
  return [...groups.values()].flatMap((members): VatAmounts[] => {
    const [first] = members;
    if (first === undefined || sumOf(members.map(({ amount }) => amount)).lte(0)) return [];
    const months = Map.groupBy(members, ({ month }) => month);
    const inputs = [...months].flatMap(([month, counted]): [string, Term | Decimal][] => {
      const amounts = counted.map(({ amount }) => amount);
      return month === null ? Object.entries(rowsOf(amounts)) : [[month, sumOf(amounts)]];
    });
    const sum = (): Term => trace.apply(step, 'sum', periodEnd.version, Object.fromEntries(inputs));
    return [{ vat: first.amount.vat, sum }];
  });
}

/** Each amount of the month with its row, by its id. */
export function rowsOf(amounts: readonly CountedAmount[]): Record<string, Term> {
  return Object.fromEntries(amounts.map(({ id, amount, row }) => [id, { row, value: amount }]));
}

function sumOf(amounts: readonly CountedAmount[]): Decimal {
  return amounts.reduce((sum, { amount }) => sum.plus(amount), zero);
}
