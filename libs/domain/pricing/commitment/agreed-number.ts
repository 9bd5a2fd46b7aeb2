import type { CommitmentPeriod } from '#domain/contract/commitment-period.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Proration } from '#domain/contract/line.js';
import { segmentsOf } from './segments-of.js';
import type { PricingContext } from '../pricing-context.js';
import { daysOf } from '../proration.js';
import type { TermsSegment } from '../terms-segments.js';
import type { Term } from '../trace.js';

/** A number that is agreed for a whole commitment period. */
export interface Agreed {
  readonly value: string;
  readonly proration: Proration;
}

/**
 * A number of a commitment period. One that changes within it, or holds in a part of it, is made of its parts
 * by days of the calendar; with `proration: none` of the days on which it holds. null: it never holds.
 */
export function agreedNumber(
  { contract, periodEnd, trace }: PricingContext,
  { first, last, days }: CommitmentPeriod,
  agreedIn: (terms: Terms) => Agreed | null,
): { readonly number: Term | string; readonly isWhole: boolean } | null {
  if (last === null) throw new Error(`${contract.id} commits over a term without a last day`);
  const segments = segmentsOf(contract, first, last);
  const holding = segments.filter(({ inForce }) => agreedIn(inForce.terms) !== null);
  const daysIn = (some: readonly TermsSegment[]): number => daysOf(some, contract.timeZone);
  const parts = Map.groupBy(holding, ({ inForce }) => JSON.stringify(agreedIn(inForce.terms)));
  const numbers = [...parts.values()].flatMap((members): (Term | string)[] => {
    const [segment] = members;
    const agreed = segment === undefined ? null : agreedIn(segment.inForce.terms);
    if (segment === undefined || agreed === null) return [];
    const of = agreed.proration === 'none' ? daysIn(holding) : (days ?? daysIn(segments));
    const own = daysIn(members);
    if (own === of) return [agreed.value];
    const inputs = { value: agreed.value, days: own, of };
    return [trace.apply('commitment', 'prorated', segment.version, inputs)];
  });
  const [only] = numbers;
  if (only === undefined) return null;
  if (numbers.length === 1) return { number: only, isWhole: typeof only === 'string' };
  const named = Object.fromEntries(
    numbers.map((each, index) => [typeof each === 'string' ? `agreed ${index + 1}` : each.row, each]),
  );
  return { number: trace.apply('commitment', 'sum', periodEnd.version, named), isWhole: false };
}
