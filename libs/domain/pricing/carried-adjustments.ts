import type { Decimal } from '#domain/money/money.js';
import { zero } from '#domain/money/money.js';
import type { AllowanceOrCharge, CarriedAdjustment, InvoiceLine } from './invoice.js';
import type { CalculationTrace } from './trace.js';

/** Entries of an invoice. */
interface Entries {
  readonly lines: readonly InvoiceLine[];
  readonly allowancesAndCharges: readonly AllowanceOrCharge[];
}

/**
 * The entries of carried adjustments as the invoice has them that carries them: with quantity, price, dates
 * and amount of their own, under ids such as `2026-03/2/L1` for line L1 of revision 2 of March. Their amounts
 * come from the event of the adjustment, which explains them.
 */
export function carriedEntries(
  carried: readonly CarriedAdjustment[],
  version: number,
  trace: CalculationTrace,
): Entries {
  const taken = <T extends Entry>(of: CarriedAdjustment, entry: T): T => {
    const { adjustment, period, revision } = of;
    const id = `${period}/${revision}/${entry.id}`;
    const { row } = trace.apply('carried', 'sum', version, { [id]: entry.amount });
    return { ...entry, id, row, corrects: { adjustment, period, revision } };
  };
  return {
    lines: carried.flatMap((each) => each.lines.map((line) => taken(each, line))),
    allowancesAndCharges: carried.flatMap((each) =>
      each.allowancesAndCharges.map((entry) => taken(each, entry)),
    ),
  };
}

type Entry = Pick<InvoiceLine | AllowanceOrCharge, 'id' | 'amount' | 'row' | 'corrects'>;

/** What an adjustment changes in all, without VAT. */
export function netOfCarried({ lines, allowancesAndCharges }: Entries): Decimal {
  return [...lines, ...allowancesAndCharges].reduce((sum, { amount }) => sum.plus(amount), zero);
}
