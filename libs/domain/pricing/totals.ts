import type { Contract } from '#domain/contract/contract.js';
import { Decimal, zero } from '#domain/money/money.js';
import type { AllowanceOrCharge, InvoiceLine, Totals, VatGroup } from './invoice.js';
import type { CalculationTrace } from './trace.js';

/** VAT by group, never by line: EN 16931 BR-CO-17, BR-S-08. In order of first appearance. */
export function vatGroups(
  contract: Contract,
  lines: readonly InvoiceLine[],
  adjustments: readonly AllowanceOrCharge[],
  trace: CalculationTrace,
): VatGroup[] {
  const { scale, mode } = contract.rounding;
  const groups = Map.groupBy(
    [...lines, ...adjustments],
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
  adjustments: readonly AllowanceOrCharge[],
  vat: readonly VatGroup[],
): Totals {
  const lineSum = sum(lines.map(({ amount }) => amount));
  const charges = sum(adjustments.map(({ amount }) => Decimal.max(amount, zero)));
  const allowances = sum(adjustments.map(({ amount }) => Decimal.max(amount.negated(), zero)));
  const net = lineSum.plus(charges).minus(allowances);
  const tax = sum(vat.map((group) => group.tax));
  const exact = sum([...lines, ...adjustments].map((entry) => entry.exact));
  const residue = exact.minus(net);
  return { lines: lineSum, allowances, charges, net, vat: tax, gross: net.plus(tax), residue };
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((all, value) => all.plus(value), zero);
}
