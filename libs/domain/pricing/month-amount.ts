import type { Contract } from '#domain/contract/contract.js';
import type { Proration } from '#domain/contract/line.js';
import { monthOf } from '#domain/period/period.js';
import type { PricingContext } from './pricing-context.js';
import { byMonth, daysOf, type PeriodShare } from './proration.js';
import type { TermsSegment } from './terms-segments.js';
import type { PricingStep, Term } from './trace.js';

/** An amount agreed by month, as one part of the month has it. */
export interface AgreedAmount {
  readonly amount: string;
  readonly proration: Proration;
}

/** What an amount agreed by month comes to, made up of the parts of the month that have it. */
export interface MonthAmount {
  /** Text: as it is agreed, for a whole month. */
  readonly amount: Term | string;
  readonly segments: readonly TermsSegment[];
  /** Of the segments the one that ends last. */
  readonly last: TermsSegment;
  readonly version: number;
}

/**
 * By days of the calendar: an amount that changes within the month, or holds in a part of it, is made of its
 * parts, and that of a period in two months of a share of each. null: no part of the period has it.
 */
export function monthAmount(
  { segments, contract, trace }: PricingContext,
  agreedIn: (segment: TermsSegment) => AgreedAmount | null,
  step: PricingStep,
): MonthAmount | null {
  const holding = segments.filter((segment) => agreedIn(segment) !== null);
  const last = holding.toSorted((a, b) => a.to - b.to).at(-1);
  if (last === undefined) return null;
  const covered = daysOf(holding, contract.timeZone);
  const parts = Map.groupBy(holding, (segment) => JSON.stringify(agreedIn(segment)));
  const terms = [...parts.values()].flatMap((members): (Term | string)[] => {
    const [first] = members;
    const agreed = first === undefined ? null : agreedIn(first);
    if (first === undefined || agreed === null) return [];
    const shares =
      agreed.proration === 'none'
        ? [{ days: daysOf(members, contract.timeZone), of: covered }]
        : monthShares(members, contract);
    return shares.map((share) => {
      if (share.days === share.of) return agreed.amount;
      return trace.apply(step, 'prorated', first.version, { value: agreed.amount, ...share });
    });
  });
  const { version } = last;
  const common = { segments: holding, last, version };
  const [only] = terms;
  if (typeof only === 'string' && terms.length === 1) return { ...common, amount: only };
  const named = Object.fromEntries(
    terms.map((term, index) => [typeof term === 'string' ? `limit ${index + 1}` : term.row, term]),
  );
  return { ...common, amount: trace.apply(step, 'sum', version, named) };
}

/** Of each month that some segments touch: their days, of all of its days. */
function monthShares(segments: readonly TermsSegment[], contract: Contract): PeriodShare[] {
  const cut = segments.flatMap((segment) => byMonth(segment, contract));
  const months = Map.groupBy(cut, ({ segment }) => monthOf(segment.from, contract.timeZone));
  return [...months.values()].map((members) => ({
    days: daysOf(
      members.map(({ segment }) => segment),
      contract.timeZone,
    ),
    of: members[0]?.daysInMonth ?? 1,
  }));
}
