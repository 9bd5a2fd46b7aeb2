import type { Contract } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { minorUnitOf } from '#domain/money/currencies.js';
import { Decimal, plain } from '#domain/money/money.js';
import type { AllowanceOrCharge, InvoiceLine, VatGroup } from './invoice.js';
import type { CalculationTrace } from './trace.js';

/**
 * What makes two amounts members of one VAT group: category and rate as a number, so that 10 and 10.0 are
 * one. Not the reason: EN 16931 has one group for each exempt category (BR-AE-01, BR-E-01, BR-O-01).
 */
export function vatGroupName({ category, rate }: Vat): string {
  return `${category}/${plain(new Decimal(rate))}`;
}

/**
 * VAT by group, never by line (EN 16931 BR-CO-17, BR-S-08), in order of first appearance. It is rounded half
 * up to the minor unit of the currency, however the contract rounds prices.
 */
export function vatGroups(
  { currency }: Pick<Contract, 'currency'>,
  lines: readonly InvoiceLine[],
  entries: readonly AllowanceOrCharge[],
  trace: CalculationTrace,
): VatGroup[] {
  const scale = minorUnitOf(currency);
  const groups = Map.groupBy([...lines, ...entries], ({ vat }) => vatGroupName(vat));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const vat = groupVat(members.map((member) => member.vat));
    const amounts = Object.fromEntries(members.map(({ id, amount, row }) => [id, { row, value: amount }]));
    const base = trace.apply('vat', 'sum', first.version, amounts);
    const inputs = { base, rate: vat.rate, scale, mode: 'halfAwayFromZero' };
    const tax = trace.apply('vat', 'tax', first.version, inputs);
    return { vat, base: base.value, tax: tax.value, row: tax.row };
  });
}

/** Of a whole group: its rate in shortest form and every reason that one of its members gives. */
function groupVat(members: readonly Vat[]): Vat {
  const [{ category, rate } = { category: 'S', rate: '0' } as const] = members;
  const reasons = new Set(members.flatMap(({ reason }) => reason ?? []));
  const reason = reasons.size === 0 ? null : [...reasons].join('; ');
  return { category, rate: plain(new Decimal(rate)), reason };
}
