import type { Discount } from '#domain/contract/discount.js';
import type { Vat } from '#domain/contract/line.js';
import { amountEntry } from '../amount-entry.js';
import type { AllowanceOrCharge } from '../invoice.js';
import { vatOfNothing } from '../limits.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';
import { vatShares, type VatAmounts, type VatShare } from '../vat-shares.js';
import type { AgreedStep } from './agreed-steps.js';

/** What a discount gives, before it is rounded, and by VAT group of its base; never below 0. */
export interface Given {
  readonly exact: Term;
  readonly shares: readonly VatShare[];
}

/** `measured`: what the steps are held against, in `unit`. */
export function given(
  context: PricingContext,
  clause: Discount,
  steps: readonly AgreedStep[],
  base: Term,
  measured: Term,
  unit: 'money' | 'ms' | 'units',
  groups: readonly VatAmounts[],
): Given {
  const { trace, periodEnd } = context;
  const { version } = periodEnd;
  const named = steps.flatMap(({ rate, amount, bound }, index): [string, Term | string][] => [
    ...(bound === null ? [] : [[`${bound.is} ${index + 1}`, bound.value] as [string, Term | string]]),
    ...(rate === undefined ? [] : [[`rate ${index + 1}`, rate] as [string, string]]),
    ...(amount === null ? [] : [[`amount ${index + 1}`, amount] as [string, Term | string]]),
  ]);
  const inputs = { base, measured, unit, appliesTo: clause.appliesTo ?? 'all', ...Object.fromEntries(named) };
  const exact = trace.apply('discount', 'rebate', version, inputs);
  if (exact.value.isZero()) return { exact, shares: [] };
  const { scale, mode } = context.contract.rounding;
  const whole =
    exact.value.decimalPlaces() <= scale
      ? exact
      : trace.apply('discount', 'round', version, { value: exact, scale, mode });
  const otherwise = vatOfNothing(context);
  return { exact, shares: vatShares(context, 'discount', whole, version, groups, otherwise) };
}

/** An allowance of the clause; `id` as it is unique in the invoice. */
export function discountEntry(
  clause: Discount,
  id: string,
  vat: Vat,
  amount: Term,
  version: number,
): AllowanceOrCharge {
  const { over, name } = clause;
  const kind = over === undefined ? 'discount' : 'rebate';
  const allowanceCode = over === undefined ? '95' : over.endsWith('Year') ? '105' : '100';
  return amountEntry({ id, clause: clause.id, kind, name, vat, version, allowanceCode }, amount);
}
