import type { Contract } from '#domain/contract/contract.js';
import { Decimal, zero } from '#domain/money/money.js';
import type { AllowanceOrCharge, Invoice, InvoiceLine, Totals, VatGroup } from './invoice.js';
import type { CalculationTrace } from './trace.js';

/** VAT by group, never by line: EN 16931 BR-CO-17, BR-S-08. In order of first appearance. */
export function vatGroups(
  contract: Contract,
  lines: readonly InvoiceLine[],
  entries: readonly AllowanceOrCharge[],
  trace: CalculationTrace,
): VatGroup[] {
  const { scale, mode } = contract.rounding;
  const groups = Map.groupBy(
    [...lines, ...entries],
    ({ vat }) => `${vat.category}/${vat.rate}/${vat.reason ?? ''}`,
  );
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { vat, version } = first;
    const amounts = Object.fromEntries(members.map(({ id, amount, row }) => [id, { row, value: amount }]));
    const base = trace.apply('vat', 'sum', version, amounts);
    const tax = trace.apply('vat', 'tax', version, { base, rate: vat.rate, scale, mode });
    return { vat, base: base.value, tax: tax.value, row: tax.row };
  });
}

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
