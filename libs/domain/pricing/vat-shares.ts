import type { Vat } from '#domain/contract/line.js';
import type { Decimal } from '#domain/money/money.js';
import { roundedTo } from './month-limit.js';
import type { PricingContext } from './pricing-context.js';
import type { PricingStep, Term } from './trace.js';
import { vatGroupName } from './vat.js';

/** Amounts of one VAT group; `sum` adds the row that says what they come to. */
export interface VatAmounts {
  readonly vat: Vat;
  readonly sum: () => Term;
}

export interface VatShare {
  readonly vat: Vat;
  readonly amount: Term;
}

/**
 * Amounts by VAT group, in the order of what is charged: of groups that are equally near the next unit
 * `vatShares` gives the first what rounding leaves over, and a line of nothing, which may be listed or not,
 * must not decide that. A group of nothing is none.
 */
export function byVatGroup<A extends { readonly vat: Vat; readonly amount: Decimal }>(
  amounts: readonly A[],
): (readonly [A, ...A[]])[] {
  const charged = amounts.filter(({ amount }) => !amount.isZero());
  return [...new Set(charged.map(({ vat }) => vatGroupName(vat)))].flatMap((name) => {
    const [first, ...others] = amounts.filter(({ vat }) => vatGroupName(vat) === name);
    return first === undefined ? [] : [[first, ...others] as const];
  });
}

/** An amount over the VAT groups of what it stands for, in proportion; of nothing: `otherwise`. */
export function vatShares(
  { contract, trace }: PricingContext,
  step: PricingStep,
  difference: Term,
  version: number,
  groups: readonly VatAmounts[],
  otherwise: Vat,
): readonly VatShare[] {
  const { scale, mode } = contract.rounding;
  const [only] = groups;
  if (only === undefined || groups.length === 1) {
    const amount = roundedTo(contract.rounding, difference, version, trace);
    return [{ vat: only?.vat ?? otherwise, amount }];
  }
  const sums = groups.map(({ sum }) => sum());
  const whole = trace.sum(step, version, sums);
  const parts = sums.map((part) => trace.apply(step, 'scaled', version, { part, capped: difference, whole }));
  const values = Object.fromEntries(parts.map((part, index) => [`value ${index + 1}`, part]));
  return groups.map(({ vat }, index) => ({
    vat,
    amount: trace.apply(step, 'roundShare', version, { index, scale, mode, ...values }),
  }));
}
