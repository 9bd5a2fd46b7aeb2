import type { Vat } from '#domain/contract/line.js';
import { zero } from '#domain/money/money.js';
import { valueOf } from './line-draft.js';
import {
  countedAmounts,
  monthLimit,
  roundedTo,
  type CountedAmount,
  type MonthLimit,
  type RoundedEntry,
  type RoundedLine,
} from './month-limit.js';
import type { AllowanceOrCharge } from './invoice.js';
import type { PricingContext } from './pricing-context.js';
import type { Term } from './trace.js';
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
  return shares.map(({ vat, amount }, index) => ({
    id: shares.length === 1 ? limitIds[kind] : `${limitIds[kind]}.${index + 1}`,
    clause: 'limits',
    kind,
    name: names[kind],
    base: null,
    rate: null,
    exact: index === 0 ? amount.value.plus(residue) : amount.value,
    amount: amount.value,
    vat,
    version,
    row: amount.row,
  }));
}

interface LimitShare {
  readonly vat: Vat;
  readonly amount: Term;
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
): readonly LimitShare[] {
  const { contract, trace } = context;
  const { scale, mode } = contract.rounding;
  const groups = [...Map.groupBy(counted, ({ vat }) => vatGroupName(vat)).values()].flatMap((members) => {
    const [first] = members;
    const amount = members.reduce((all, member) => all.plus(member.amount), zero);
    return first === undefined || amount.lte(0) ? [] : [{ vat: first.vat, members }];
  });
  const [only] = groups;
  if (only === undefined || groups.length === 1) {
    return [
      {
        vat: only?.vat ?? vatOfNothing(context),
        amount: roundedTo(contract.rounding, difference, version, trace),
      },
    ];
  }
  const sums = groups.map(({ members }) => {
    const amounts = Object.fromEntries(members.map(({ id, amount, row }) => [id, { row, value: amount }]));
    return trace.apply('limit', 'sum', version, amounts);
  });
  const whole = trace.sum('limit', version, sums);
  const parts = sums.map((part) =>
    trace.apply('limit', 'scaled', version, { part, capped: difference, whole }),
  );
  const values = Object.fromEntries(parts.map((part, index) => [`value ${index + 1}`, part]));
  return groups.map(({ vat }, index) => ({
    vat,
    amount: trace.apply('limit', 'roundShare', version, { index, scale, mode, ...values }),
  }));
}

/** A minimum for a month without any work: what its lines agree in, else what the contract says. */
function vatOfNothing({ periodEnd: { terms } }: PricingContext): Vat {
  const all = terms.lines.map((line) => line.vat ?? terms.vat);
  const [first] = all;
  const same = first !== undefined && all.every((vat) => vatGroupName(vat) === vatGroupName(first));
  return same ? first : terms.vat;
}
