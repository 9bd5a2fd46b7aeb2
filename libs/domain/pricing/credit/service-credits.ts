import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { AllowanceOrCharge } from '../invoice.js';
import type { RoundedEntry } from '../rounding.js';

/** Whether no month of the contract follows. */
export function isLastMonth(contract: Contract, month: Period): boolean {
  const { lastDay } = contract.term;
  return lastDay !== null && periodsOf(contract).ofDay(lastDay) <= month;
}

/**
 * Parts what a month gives and takes: a malus that its clause lets be deducted from the next invoice is not
 * on that of its own month. In the last month of the contract there is no next one, and nothing is put off.
 */
export function serviceCredits(
  contract: Contract,
  month: Period,
  entries: readonly RoundedEntry[],
): { readonly own: RoundedEntry[]; readonly later: AllowanceOrCharge[] } {
  const waits = isLastMonth(contract, month) ? () => false : isPutOff;
  return {
    own: entries.filter((each) => !waits(each)),
    later: entries.filter(waits).map(({ entry }) => entry),
  };
}

function isPutOff({ entry, draft }: RoundedEntry): boolean {
  if (!entry.amount.isNegative() || entry.kind !== 'malus') return false;
  return draft.segments.some(({ inForce }) =>
    inForce.terms.bonusMalus.some(
      (clause) => clause.id === entry.clause && clause.kind !== 'earnBack' && clause.deduct !== undefined,
    ),
  );
}
