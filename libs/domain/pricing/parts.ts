import { zero, type Decimal } from '#domain/money/money.js';
import type { Invoice } from './invoice.js';

/** What each line and clause of the contract comes to on an invoice; they sum to its net total. */
export function amountsByClause({
  lines,
  allowancesAndCharges: adjustments,
}: Pick<Invoice, 'lines' | 'allowancesAndCharges'>): Map<string, Decimal> {
  const parts = new Map<string, Decimal>();
  const add = (part: string, amount: Decimal): unknown =>
    parts.set(part, (parts.get(part) ?? zero).plus(amount));
  for (const { line, amount } of lines) add(line, amount);
  for (const { clause, amount } of adjustments) add(clause, amount);
  return parts;
}
