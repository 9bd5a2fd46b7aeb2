import type { Contract } from '#domain/contract/contract.js';
import type { BonusMalusDraft } from './performance/bonus-malus-draft.js';
import { valueOf, type InvoiceLineDraft } from './line-draft.js';
import { Decimal, plain, round } from '#domain/money/money.js';
import type { AllowanceOrCharge, InvoiceLine } from './invoice.js';
import type { CalculationTrace, Term } from './trace.js';
import { vatGroupName } from './vat.js';

/** A line of the invoice with the draft that it was rounded from. */
export interface RoundedLine {
  readonly line: InvoiceLine;
  readonly draft: InvoiceLineDraft;
}

/** An entry of the invoice with the draft that it was rounded from. */
export interface RoundedEntry {
  readonly entry: AllowanceOrCharge;
  readonly draft: BonusMalusDraft;
}

/**
 * Rounds lines, allowances and charges where the contract says: each by itself, or the total of the lines,
 * whose last units are then spread over them. Entries that share a cap are rounded together, so that their
 * sum is the cap to the cent; and so are what one line charges at one price, so that an amendment or a window
 * in the middle of a month that leaves the price alone moves no cent.
 */
export function rounded(
  contract: Contract,
  lines: readonly InvoiceLineDraft[],
  entries: readonly BonusMalusDraft[],
  version: number,
  trace: CalculationTrace,
): { readonly lines: RoundedLine[]; readonly entries: RoundedEntry[] } {
  const unrounded = [
    ...lines.map((draft) => ({
      exact: draft.exact,
      together: roundedWith(contract, draft),
    })),
    ...entries.map(({ exact, together }) => ({ exact, together })),
  ];
  const amounts = roundedTerms(contract, unrounded, version, trace);
  return {
    lines: roundedLines(lines, amounts.slice(0, lines.length)),
    entries: roundedEntries(contract, entries, amounts.slice(lines.length)),
  };
}

/** Lines of the same name are rounded together. */
export function roundedWith({ rounding }: Contract, draft: InvoiceLineDraft): string {
  return rounding.at === 'total' ? 'lines' : (draft.together ?? priceOf(draft));
}

/** What a draft charges, and at what price, whatever version or window it was counted under. */
function priceOf({ line, part, bands, rate, price, per, vat }: InvoiceLineDraft): string {
  return JSON.stringify([line.id, part, bands, rate, plain(valueOf(price)), per, vatGroupName(vat)]);
}

interface UnroundedEntry {
  readonly exact: Term;
  readonly together: string | null;
}

function roundedTerms(
  { rounding }: Contract,
  entries: readonly UnroundedEntry[],
  version: number,
  trace: CalculationTrace,
): Term[] {
  const { scale, mode } = rounding;
  return entries.map((entry) => {
    const group =
      entry.together === null ? [entry] : entries.filter(({ together }) => together === entry.together);
    if (group.length === 1) {
      return trace.apply('rounding', 'round', version, { value: entry.exact, scale, mode });
    }
    const values = Object.fromEntries(group.map(({ exact }, index) => [`value ${index + 1}`, exact]));
    const index = group.indexOf(entry);
    return trace.apply('rounding', 'roundShare', version, { index, scale, mode, ...values });
  });
}

function roundedLines(drafts: readonly InvoiceLineDraft[], amounts: readonly Term[]): RoundedLine[] {
  const siblings = Map.groupBy(drafts, ({ line }) => line.id);
  return drafts.map((draft, index) => {
    const { line, quantity, shownPer, price, per, exact, together: _, hoursPerFte: __, ...rest } = draft;
    const same = siblings.get(line.id) ?? [];
    const amount = amounts[index] ?? exact;
    const invoiceLine: InvoiceLine = {
      ...rest,
      id: same.length === 1 ? line.id : `${line.id}.${same.indexOf(draft) + 1}`,
      line: line.id,
      name: line.name,
      quantity: quantity.value.div(shownPer),
      price: valueOf(price),
      baseQuantity: new Decimal(per).div(shownPer),
      exact: exact.value,
      amount: amount.value,
      row: amount.row,
    };
    return { line: invoiceLine, draft };
  });
}

function roundedEntries(
  { rounding }: Contract,
  drafts: readonly BonusMalusDraft[],
  amounts: readonly Term[],
): RoundedEntry[] {
  const siblings = Map.groupBy(drafts, ({ clause }) => clause);
  return drafts.map((draft, index) => {
    const { clause, base, rate, exact, together: _, segments: __, baseLines: ___, ...rest } = draft;
    const same = siblings.get(clause) ?? [];
    const amount = amounts[index] ?? exact;
    const entry: AllowanceOrCharge = {
      ...rest,
      clause,
      id: same.length === 1 ? clause : `${clause}.${same.indexOf(draft) + 1}`,
      base: base === null ? null : round(base.value, rounding.scale, rounding.mode),
      rate: rate?.value ?? null,
      exact: exact.value,
      amount: amount.value,
      row: amount.row,
    };
    return { entry, draft };
  });
}
