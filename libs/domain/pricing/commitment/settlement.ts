import type { CommitmentPeriod } from '#domain/contract/commitment-period.js';
import type { Commitment } from '#domain/contract/commitment.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { zero, type Decimal } from '#domain/money/money.js';
import { amountEntry } from '../amount-entry.js';
import type { AllowanceOrCharge, CommitmentBalance } from '../invoice.js';
import type { Term } from '../trace.js';
import type { Agreed } from './agreed-number.js';

/** What the commitments of a month add to or take from it, and where they stand. */
export interface Settlement {
  readonly entries: readonly AllowanceOrCharge[];
  readonly balances: readonly CommitmentBalance[];
}

/** The same commitment in other terms; null: they do not have it. */
export function commitmentIn<C extends Commitment>(
  { commitments = [] }: Terms,
  { id, over, kind }: C,
): C | null {
  const found = commitments.find((each) => each.id === id && each.over === over && each.kind === kind);
  return (found as C | undefined) ?? null;
}

/** What terms agree for a commitment, by one of its numbers. */
export function agreedIn<C extends Commitment>(
  clause: C,
  number: (clause: C) => string | null,
): (terms: Terms) => Agreed | null {
  return (terms) => {
    const own = commitmentIn(terms, clause);
    const value = own === null ? null : number(own);
    return own === null || value === null ? null : { value, proration: own.proration };
  };
}

export function entryOf(
  { id, name }: Commitment,
  vat: Vat,
  amount: Term,
  exact: Decimal,
  version: number,
): AllowanceOrCharge {
  return amountEntry({ id, clause: id, kind: 'commitment', name, vat, version }, amount, exact);
}

interface Counted {
  readonly agreed: Decimal;
  readonly before: Term | null;
  readonly inMonth: Term;
  readonly left: Term;
}

export function balanceOf(
  { id, over }: Commitment,
  { first, last }: CommitmentPeriod,
  kind: CommitmentBalance['kind'],
  unit: CommitmentBalance['unit'],
  { agreed, before, inMonth, left }: Counted,
): CommitmentBalance {
  return {
    clause: id,
    kind,
    over,
    first,
    last,
    unit,
    agreed,
    before: before?.value ?? zero,
    inMonth: inMonth.value,
    left: left.value,
    row: left.row,
  };
}
