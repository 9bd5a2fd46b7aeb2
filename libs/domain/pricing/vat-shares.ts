import type { Vat } from '#domain/contract/line.js';
import { roundedTo } from './month-limit.js';
import type { PricingContext } from './pricing-context.js';
import type { PricingStep, Term } from './trace.js';

/** Amounts of one VAT group; `sum` adds the row that says what they come to. */
export interface VatAmounts {
  readonly vat: Vat;
  readonly sum: () => Term;
}

export interface VatShare {
  readonly vat: Vat;
  readonly amount: Term;
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
