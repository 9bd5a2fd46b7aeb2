import type { Contract } from '#domain/contract/contract.js';
import type { Discount } from '#domain/contract/discount.js';
import { termsInForceDuring } from '#domain/contract/terms-in-force.js';
import type { Period } from '#domain/period/period.js';

/** By what the same discount is known in another month. */
export type DiscountName = Pick<Discount, 'id' | 'over'>;

/** The discount as it is agreed at the end of a month; null: it does not hold in it. */
export function discountIn(contract: Contract, { id, over }: DiscountName, month: Period): Discount | null {
  const last = termsInForceDuring(contract, month).at(-1);
  const version = contract.versions.find((each) => each.version === last?.version);
  const found = version?.terms.discounts?.find((each) => each.id === id && each.over === over);
  return found !== undefined && isBetween(found, month) ? found : null;
}

export function isBetween({ from, to }: Pick<Discount, 'from' | 'to'>, month: Period): boolean {
  return (from === undefined || from <= month) && (to === undefined || month <= to);
}
