import type { Contract } from '#domain/contract/contract.js';
import { zero, type Decimal } from '#domain/money/money.js';
import type { Invoice, InvoiceAdjustment, InvoiceLine } from './invoice.js';
import { Ledger, type Term } from './row.js';
import { totalsOf, vatGroups } from './totals.js';

/**
 * What a period costs now less what was invoiced for it: late events, matured verdicts, back-dated amendments
 * and new mappings are all this one difference. Lines that stand in both are told by what changed in
 * quantity; a line that is gone is taken back, a new one is charged. Negative quantities keep prices positive
 * (EN 16931 BR-27). null: nothing changed.
 *
 * `before`: all that was invoiced so far for the period, as one invoice (the last one repriced in full).
 */
export function adjustmentOf(contract: Contract, before: Invoice, after: Invoice): Invoice | null {
  const ledger = new Ledger(after.rows);
  const lines = differences(before.lines, after.lines, lineName).flatMap(({ was, is }) =>
    lineDifference(was, is, ledger),
  );
  const adjustments = differences(before.adjustments, after.adjustments, adjustmentName).flatMap(
    ({ was, is }) => entryDifference(was, is, ledger),
  );
  if (lines.length + adjustments.length === 0) return null;
  const vat = vatGroups(contract, lines, adjustments, ledger);
  return { ...after, lines, adjustments, vat, totals: totalsOf(lines, adjustments, vat), rows: ledger.rows };
}

interface Pair<T> {
  readonly was: T | null;
  readonly is: T | null;
}

function differences<T>(before: readonly T[], after: readonly T[], nameOf: (entry: T) => string): Pair<T>[] {
  const known = new Map(before.map((entry) => [nameOf(entry), entry]));
  const pairs = after.map((is): Pair<T> => ({ was: known.get(nameOf(is)) ?? null, is }));
  const names = new Set(after.map(nameOf));
  return [...pairs, ...before.filter((was) => !names.has(nameOf(was))).map((was) => ({ was, is: null }))];
}

/** What must be the same for two lines to differ in quantity only. */
function lineName(line: InvoiceLine): string {
  const { line: id, part, from, version, window, bands, rate, unit, price, baseQuantity, vat } = line;
  return JSON.stringify([id, part, from, version, window, bands, rate, unit, price, baseQuantity, vat]);
}

function adjustmentName({ clause, kind, vat, id }: InvoiceAdjustment): string {
  return JSON.stringify([clause, kind, vat, kind === 'minimum' || kind === 'maximum' ? '' : id]);
}

function lineDifference(was: InvoiceLine | null, is: InvoiceLine | null, ledger: Ledger): InvoiceLine[] {
  const stands = is ?? was;
  if (stands === null) return [];
  const quantity = (is?.quantity ?? zero).minus(was?.quantity ?? zero);
  const amount = difference(was, is, ledger);
  if (quantity.isZero() && amount.value.isZero()) return [];
  const exact = (is?.exact ?? zero).minus(was?.exact ?? zero);
  const id = is === null ? `${stands.id}-gone` : stands.id;
  return [{ ...stands, id, quantity, exact, amount: amount.value, row: amount.row }];
}

function entryDifference(
  was: InvoiceAdjustment | null,
  is: InvoiceAdjustment | null,
  ledger: Ledger,
): InvoiceAdjustment[] {
  const stands = is ?? was;
  if (stands === null) return [];
  const amount = difference(was, is, ledger);
  if (amount.value.isZero()) return [];
  const exact = (is?.exact ?? zero).minus(was?.exact ?? zero);
  const id = is === null ? `${stands.id}-gone` : stands.id;
  return [{ ...stands, id, base: null, rate: null, exact, amount: amount.value, row: amount.row }];
}

interface Billed {
  readonly amount: Decimal;
  readonly row: string;
  readonly version: number;
}

/** Of rounded amounts: what was invoiced must come out to the cent. */
function difference(was: Billed | null, is: Billed | null, ledger: Ledger): Term {
  const value = is === null ? '0' : { row: is.row, value: is.amount };
  const version = (is ?? was)?.version ?? 1;
  return ledger.apply('total', 'difference', version, { value, less: was?.amount ?? zero });
}
