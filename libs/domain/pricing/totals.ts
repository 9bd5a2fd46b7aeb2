import { Decimal, zero } from '#domain/money/money.js';
import type { AllowanceOrCharge, Invoice, InvoiceLine, Totals, VatGroup } from './invoice.js';

export function totalsOf(
  lines: readonly InvoiceLine[],
  entries: readonly AllowanceOrCharge[],
  vat: readonly VatGroup[],
): Totals {
  const lineSum = sum(lines.map(({ amount }) => amount));
  const charges = sum(entries.map(({ amount }) => Decimal.max(amount, zero)));
  const allowances = sum(entries.map(({ amount }) => Decimal.max(amount.negated(), zero)));
  const net = lineSum.plus(charges).minus(allowances);
  const tax = sum(vat.map((group) => group.tax));
  const exact = sum([...lines, ...entries].map((entry) => entry.exact));
  const residue = exact.minus(net);
  return { lines: lineSum, allowances, charges, net, vat: tax, gross: net.plus(tax), residue };
}

/** What each line and clause of the contract comes to on an invoice; they sum to its net total. */
export function amountsByClause({
  lines,
  allowancesAndCharges,
}: Pick<Invoice, 'lines' | 'allowancesAndCharges'>): Map<string, Decimal> {
  const amounts = new Map<string, Decimal>();
  const add = (id: string, amount: Decimal): unknown =>
    amounts.set(id, (amounts.get(id) ?? zero).plus(amount));
  for (const { line, amount } of lines) add(line, amount);
  for (const { clause, amount } of allowancesAndCharges) add(clause, amount);
  return amounts;
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((all, value) => all.plus(value), zero);
}
