import type { CommitmentPeriod } from '#domain/contract/commitment-period.js';
import type { AmountCommitment } from '#domain/contract/commitment.js';
import { zero, type Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import type { AllowanceOrCharge, CommitmentBalance } from '../invoice.js';
import { vatOfNothing } from '../limits.js';
import { valueOf } from '../line-draft.js';
import { roundedTo, type CountedAmount } from '../month-limit.js';
import type { PricedMonth } from '../priced-months.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';
import { vatGroupName } from '../vat.js';
import { vatShares, type VatAmounts } from '../vat-shares.js';
import { agreedNumber } from './agreed-number.js';
import { agreedIn, balanceOf, entryOf, type Settlement } from './settlement.js';

/** What a month contributes to a commitment in money. */
export interface CountedMonth {
  readonly month: Period;
  readonly amounts: readonly CountedAmount[];
}

/**
 * A minimum and a maximum in money. `earlier`: the months before in the commitment period, by time; `own`:
 * what counts in this one.
 */
export function settleAmount(
  { context }: PricedMonth,
  clause: AmountCommitment,
  whole: CommitmentPeriod,
  earlier: readonly CountedMonth[],
  own: readonly CountedAmount[],
): Settlement {
  const { contract, trace, book } = context;
  const { version } = context.periodEnd;
  const before = earlier.length === 0 ? null : sumOfMonths(context, earlier);
  const inMonth = trace.apply('commitment', 'sum', version, rowsOf(own));
  const soFar = before === null ? inMonth : trace.sum('commitment', version, [before, inMonth]);
  const entries: AllowanceOrCharge[] = [];
  const balances: CommitmentBalance[] = [];
  const settle = (difference: Term, groups: readonly VatAmounts[]): void => {
    if (difference.value.isZero()) return;
    const shares = vatShares(context, 'commitment', difference, version, groups, vatOfNothing(context));
    entries.push(...shares.map(({ vat, amount }) => entryOf(clause, vat, amount, amount.value, version)));
  };
  for (const kind of ['minimum', 'maximum'] as const) {
    const agreed = agreedNumber(
      context,
      whole,
      agreedIn(clause, (each) => each[kind]),
    );
    if (agreed === null) continue;
    const { number } = agreed;
    const bound = typeof number === 'string' ? number : roundedTo(contract.rounding, number, version, trace);
    const left = trace.apply('commitment', 'shortBy', version, { value: soFar, least: bound });
    balances.push(balanceOf(clause, whole, kind, 'money', { agreed: valueOf(bound), before, inMonth, left }));
    if (kind === 'minimum') {
      if (book.period === whole.last) settle(left, vatGroupsOf(context, earlier, own));
      continue;
    }
    const beyond = trace.apply('commitment', 'shortBy', version, { value: bound, least: soFar });
    const taken =
      before === null ? '0' : trace.apply('commitment', 'shortBy', version, { value: bound, least: before });
    const groups = vatGroupsOf(context, [], own);
    settle(
      trace.apply('commitment', 'difference', version, { value: taken, less: beyond }),
      groups.length === 0 ? vatGroupsOf(context, earlier, own) : groups,
    );
  }
  const all = entries.map((entry, index) => ({ ...entry, id: `${clause.id}.${index + 1}` }));
  return { entries: entries.length > 1 ? all : entries, balances };
}

/** Of months that were priced apart: their amounts, by month. */
function sumOfMonths({ trace, periodEnd }: PricingContext, months: readonly CountedMonth[]): Term {
  const amounts = months.map(({ month, amounts: counted }) => [month, sumOf(counted)] as const);
  return trace.apply('commitment', 'sum', periodEnd.version, Object.fromEntries(amounts));
}

/** VAT groups of what counts, as far as they are above 0. */
function vatGroupsOf(
  { trace, periodEnd }: PricingContext,
  earlier: readonly CountedMonth[],
  own: readonly CountedAmount[],
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
    const sum = (): Term => trace.apply('commitment', 'sum', periodEnd.version, Object.fromEntries(inputs));
    return [{ vat: first.amount.vat, sum }];
  });
}

function rowsOf(amounts: readonly CountedAmount[]): Record<string, Term> {
  return Object.fromEntries(amounts.map(({ id, amount, row }) => [id, { row, value: amount }]));
}

function sumOf(amounts: readonly CountedAmount[]): Decimal {
  return amounts.reduce((sum, { amount }) => sum.plus(amount), zero);
}
