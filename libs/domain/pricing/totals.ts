import type { Contract } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { Decimal, zero } from '#domain/money/money.js';
import type { Draft } from './draft.js';
import type { InvoiceAdjustment, InvoiceLine, Totals, VatGroup } from './invoice.js';
import type { Stage } from './book-lines.js';
import type { Ledger, Term } from './row.js';

/** Rounds the drafts where the contract says: each line, or the total with its last units spread over the lines. */
export function roundedLines(
  contract: Contract,
  stages: readonly Stage[],
  drafts: readonly Draft[],
  ledger: Ledger,
): InvoiceLine[] {
  const amounts = roundedTerms(
    contract,
    drafts.map(({ exact }) => exact),
    stages.at(-1)?.version ?? 1,
    ledger,
  );
  const siblings = Map.groupBy(drafts, ({ line }) => line.id);
  return drafts.map((draft, index) => {
    const { line, exact, ...rest } = draft;
    const same = siblings.get(line.id) ?? [];
    const amount = amounts[index] ?? exact;
    return {
      ...rest,
      id: same.length === 1 ? line.id : `${line.id}.${same.indexOf(draft) + 1}`,
      line: line.id,
      name: line.name,
      exact: exact.value,
      amount: amount.value,
      vat: line.vat ?? vatAt(stages, draft),
      row: amount.row,
    };
  });
}

export function roundedTerms(
  contract: Contract,
  exact: readonly Term[],
  version: number,
  ledger: Ledger,
): Term[] {
  const { scale, mode, at } = contract.rounding;
  if (at === 'line') {
    return exact.map((value) => ledger.apply('rounding', 'round', version, { value, scale, mode }));
  }
  const values = Object.fromEntries(exact.map((value, index) => [`value ${index + 1}`, value]));
  return exact.map((_, index) =>
    ledger.apply('rounding', 'roundShare', version, { index, scale, mode, ...values }),
  );
}

function vatAt(stages: readonly Stage[], { version, window }: Draft): Vat {
  const stage = stages.find((candidate) => candidate.version === version && candidate.window === window);
  if (stage === undefined) throw new Error(`version ${version} is not in force in the period`);
  return stage.regime.terms.vat;
}

/** VAT by group, never by line: EN 16931 BR-CO-17, BR-S-08. In order of first appearance. */
export function vatGroups(
  contract: Contract,
  lines: readonly InvoiceLine[],
  adjustments: readonly InvoiceAdjustment[],
  ledger: Ledger,
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
    const base = ledger.apply(
      'vat',
      'sum',
      version,
      Object.fromEntries(members.map(({ id, amount, row }) => [id, { row, value: amount }])),
    );
    const tax = ledger.apply('vat', 'tax', version, { base, rate: vat.rate, scale, mode });
    return { vat, base: base.value, tax: tax.value, row: tax.row };
  });
}

export function totalsOf(
  lines: readonly InvoiceLine[],
  adjustments: readonly InvoiceAdjustment[],
  vat: readonly VatGroup[],
): Totals {
  const lineSum = sum(lines.map(({ amount }) => amount));
  const charges = sum(adjustments.map(({ amount }) => Decimal.max(amount, zero)));
  const allowances = sum(adjustments.map(({ amount }) => Decimal.max(amount.negated(), zero)));
  const net = lineSum.plus(charges).minus(allowances);
  const tax = sum(vat.map((group) => group.tax));
  const exact = sum([...lines, ...adjustments].map((entry) => entry.exact));
  return {
    lines: lineSum,
    allowances,
    charges,
    net,
    vat: tax,
    gross: net.plus(tax),
    residue: exact.minus(net),
  };
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((all, value) => all.plus(value), zero);
}
