import type { CommitmentPeriod } from '#domain/contract/commitment-period.js';
import type { AmountCommitment } from '#domain/contract/commitment.js';
import { rowsOf, sumOfMonths, vatGroupsOf, type CountedMonth } from '../counted-months.js';
import type { AllowanceOrCharge, CommitmentBalance } from '../invoice.js';
import { vatOfNothing } from '../limits.js';
import { valueOf } from '../line-draft.js';
import { roundedTo, type CountedAmount } from '../month-limit.js';
import type { PricedMonth } from '../priced-months.js';
import type { Term } from '../trace.js';
import { vatShares, type VatAmounts } from '../vat-shares.js';
import { agreedNumber } from './agreed-number.js';
import { agreedIn, balanceOf, entryOf, type Settlement } from './settlement.js';

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
  const before = earlier.length === 0 ? null : sumOfMonths(context, earlier, 'commitment');
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
      if (book.period === whole.last) settle(left, vatGroupsOf(context, earlier, own, 'commitment'));
      continue;
    }
    const beyond = trace.apply('commitment', 'shortBy', version, { value: bound, least: soFar });
    const taken =
      before === null ? '0' : trace.apply('commitment', 'shortBy', version, { value: bound, least: before });
    const groups = vatGroupsOf(context, [], own, 'commitment');
    settle(
      trace.apply('commitment', 'difference', version, { value: taken, less: beyond }),
      groups.length === 0 ? vatGroupsOf(context, earlier, own, 'commitment') : groups,
    );
  }
  const all = entries.map((entry, index) => ({ ...entry, id: `${clause.id}.${index + 1}` }));
  return { entries: entries.length > 1 ? all : entries, balances };
}
