import type { Vat } from '#domain/contract/line.js';
import { zero } from '#domain/money/money.js';
import { valueOf } from './line-draft.js';
import { countedAmounts, monthLimit, type CountedAmount, type MonthLimit } from './month-limit.js';
import { amountEntry } from './amount-entry.js';
import type { AllowanceOrCharge } from './invoice.js';
import type { PricingContext } from './pricing-context.js';
import type { RoundedEntry, RoundedLine } from './rounding.js';
import type { Term } from './trace.js';
import { byVatGroup, vatShares, type VatShare } from './vat-shares.js';
import { vatGroupName } from './vat.js';

/** What the entries of a limit are called; `.1`, `.2` where it stands for several VAT groups. */
export const limitIds = { minimum: 'monthlyMin', maximum: 'monthlyMax' } as const;

type LimitKind = keyof typeof limitIds;

const names: Readonly<Record<LimitKind, string>> = {
  minimum: 'Monthly minimum',
  maximum: 'Monthly maximum',
};

/**
 * Minimum and maximum of the month. The entries bring the rounded sum to the agreed amount to the cent, which
 * an unrounded difference could miss. They stand for the amounts they correct and so have their VAT: each
 * group of these gets its share. A limit that changes within the month, or holds in a part of it, is made of
 * its parts by days of the calendar; what belongs to a part without it is not counted.
 */
export function limitEntries(
  context: PricingContext,
  lines: readonly RoundedLine[],
  entries: readonly RoundedEntry[],
): AllowanceOrCharge[] {
  for (const kind of ['minimum', 'maximum'] as const) {
    const limit = monthLimit(context, kind);
    if (limit === null) continue;
    const counted = countedAmounts(context, limit, lines, entries);
    const amounts = Object.fromEntries(counted.map(({ id, amount, row }) => [id, { row, value: amount }]));
    const sum = context.trace.apply('limit', 'sum', limit.version, amounts);
    const agreed = valueOf(limit.amount);
    const holds = kind === 'minimum' ? sum.value.gte(agreed) : sum.value.lte(agreed);
    if (!holds) return entriesTo(context, kind, limit, sum, counted);
  }
  return [];
}

function entriesTo(
  context: PricingContext,
  kind: LimitKind,
  limit: MonthLimit,
  sum: Term,
  counted: readonly CountedAmount[],
): AllowanceOrCharge[] {
  const { version } = limit;
  const inputs = { value: limit.amount, less: sum };
  const difference = context.trace.apply('limit', 'difference', version, inputs);
  const exact = counted.reduce((all, entry) => all.plus(entry.exact), zero);
  const residue = sum.value.minus(exact);
  const shares = limitShares(context, difference, version, counted);
  return shares.map(({ vat, amount }, index) => {
    const id = shares.length === 1 ? limitIds[kind] : `${limitIds[kind]}.${index + 1}`;
    const own = { id, clause: 'limits', kind, name: names[kind], vat, version };
    return amountEntry(own, amount, index === 0 ? amount.value.plus(residue) : amount.value);
  });
}

/**
 * The difference to a limit over the VAT groups of what it corrects, in proportion to their amounts. A group
 * below 0 (damages) is nothing that the limit stands for and takes no share.
 */
function limitShares(
  context: PricingContext,
  difference: Term,
  version: number,
  counted: readonly CountedAmount[],
): readonly VatShare[] {
  const groups = byVatGroup(counted).flatMap((members) => {
    const amount = members.reduce((sum, member) => sum.plus(member.amount), zero);
    if (amount.lte(0)) return [];
    const amounts = Object.fromEntries(members.map(({ id, amount: value, row }) => [id, { row, value }]));
    return { vat: members[0].vat, sum: () => context.trace.apply('limit', 'sum', version, amounts) };
  });
  return vatShares(context, 'limit', difference, version, groups, vatOfNothing(context));
}

/** A minimum for a month without any work: what its lines agree in, else what the contract says. */
export function vatOfNothing({ periodEnd: { terms } }: PricingContext): Vat {
  const all = terms.lines.map((line) => line.vat ?? terms.vat);
  const [first] = all;
  const same = first !== undefined && all.every((vat) => vatGroupName(vat) === vatGroupName(first));
  return same ? first : terms.vat;
}
