import type { Vat } from '#domain/contract/line.js';
import type { Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import { amountEntry } from '../amount-entry.js';
import type { AllowanceOrCharge } from '../invoice.js';
import type { Term } from '../trace.js';

/** The rest of a month that was below zero, of one VAT group. */
export interface Credit {
  readonly origin: Period;
  readonly vat: Vat;
  readonly arisen: Decimal;
  readonly left: Decimal;
}

/** The clause that what is carried on belongs to. */
export const creditsClause = 'credits';

type CreditName = Pick<AllowanceOrCharge, 'id' | 'clause' | 'name' | 'vat' | 'origin'>;

export function creditEntry(
  { id, clause, name, vat, origin }: CreditName,
  amount: Term,
  version: number,
): AllowanceOrCharge {
  const own = { id, clause, kind: 'credit', name, vat, version, allowanceCode: '64' } as const;
  return amountEntry(origin === undefined ? own : { ...own, origin }, amount);
}
