import type { Contract } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { zero, type Decimal } from '#domain/money/money.js';
import { periodOf } from '#domain/period/period.js';
import type { Invoice, AllowanceOrCharge, InvoiceLine } from '#domain/pricing/invoice.js';
import { CalculationTrace, rowsBehind, type TraceRow, type Term } from '#domain/pricing/trace.js';
import { totalsOf, vatGroups } from '#domain/pricing/totals.js';

/**
 * A period as all of its invoices together have charged it: the close itself, or what the last adjustment
 * restated.
 */
export type InvoicedPeriod = Pick<Invoice, 'currency' | 'lines' | 'allowancesAndCharges' | 'rows'>;

/**
 * What a period costs now less what was invoiced for it: late events, matured verdicts, back-dated amendments
 * and new mappings are all this one difference. What has the same price is told by what changed in quantity;
 * what is gone is taken back, what is new is charged. Negative quantities keep prices positive (EN 16931
 * BR-27). Its rows are those of both sides, the earlier ones renamed `was.…`, so that it can be computed
 * again from them alone. null: nothing changed.
 */
export function adjustmentOf(contract: Contract, before: InvoicedPeriod, after: Invoice): Invoice | null {
  if (before.currency !== after.currency) {
    const { id } = contract;
    throw new Error(`${id} was invoiced in ${before.currency} and is now in ${after.currency}`);
  }
  const trace = new CalculationTrace([...rowsOf(before), ...after.rows]);
  const { timeZone } = contract;
  const lines = numbered(
    paired(before.lines, after.lines, lineOf, (line) => lineName(line, timeZone)).flatMap((pair) =>
      lineDifference(pair, trace),
    ),
    lineOf,
  );
  const adjustments = numbered(
    paired(
      before.allowancesAndCharges,
      after.allowancesAndCharges,
      ({ clause }) => clause,
      adjustmentName,
    ).flatMap((pair) => entryDifference(pair, trace)),
    ({ kind, id, clause }) => (kind === 'minimum' || kind === 'maximum' ? id : clause),
  );
  if (lines.length + adjustments.length === 0) return null;
  const vat = vatGroups(contract, lines, adjustments, trace);
  return {
    ...after,
    lines,
    allowancesAndCharges: adjustments,
    vat,
    totals: totalsOf(lines, adjustments, vat),
    rows: trace.rows,
  };
}

const lineOf = ({ line }: InvoiceLine): string => line;

/** Begins the names of rows by which a period had been invoiced before. */
const earlierRow = 'was.';

/** The rows that what was invoiced rests on, under names of their own. */
function rowsOf({ lines, allowancesAndCharges: adjustments, rows }: InvoicedPeriod): TraceRow[] {
  const needed = new Set(
    [...lines, ...adjustments].flatMap(({ row }) => rowsBehind(rows, row).map(({ id }) => id)),
  );
  return rows
    .filter(({ id }) => needed.has(id))
    .map((row) => {
      const inputs = Object.entries(row.inputs).map(([name, input]) => {
        return [name, typeof input === 'string' ? input : { ...input, row: earlierRow + input.row }] as const;
      });
      return { ...row, id: earlierRow + row.id, inputs: Object.fromEntries(inputs) };
    });
}

/** Entries of one name on both sides; one of them may have none. */
interface Pair<T> {
  readonly was: readonly T[];
  readonly is: readonly T[];
}

/**
 * Clause by clause, in the order in which the period is told now, clauses that are gone at the end. Of each
 * what had been invoiced stands before what is new.
 */
function paired<T>(
  before: readonly T[],
  after: readonly T[],
  clauseOf: (entry: T) => string,
  nameOf: (entry: T) => string,
): Pair<T>[] {
  const [was, is] = [Map.groupBy(before, nameOf), Map.groupBy(after, nameOf)];
  const clauses = Map.groupBy([...before, ...after], clauseOf);
  const order = new Set([...after, ...before].map(clauseOf));
  return [...order].flatMap((clause) => {
    const names = new Set((clauses.get(clause) ?? []).map(nameOf));
    return [...names].map((name) => ({ was: was.get(name) ?? [], is: is.get(name) ?? [] }));
  });
}

/**
 * What must be the same for lines to differ in quantity only. Neither version nor window: an amendment of one
 * clause cuts the month for all of them, and those it left alone have no difference. The month is in it,
 * because results that mature are charged with those of other months.
 */
function lineName(line: InvoiceLine, timeZone: string): string {
  const { line: id, part, from, bands, rate, unit, price, baseQuantity, vat } = line;
  const month = periodOf(from, timeZone);
  return JSON.stringify([id, part, month, bands, rate, unit, price, baseQuantity, vatName(vat)]);
}

function adjustmentName({ clause, kind, vat }: AllowanceOrCharge): string {
  return JSON.stringify([clause, kind, vatName(vat)]);
}

function vatName({ category, rate, reason }: Vat): readonly (string | null)[] {
  return [category, rate, reason];
}

function lineDifference({ was, is }: Pair<InvoiceLine>, trace: CalculationTrace): InvoiceLine[] {
  const all = [...was, ...is];
  const stands = all.at(-1);
  if (stands === undefined) return [];
  const quantity = sum(is, (line) => line.quantity).minus(sum(was, (line) => line.quantity));
  const amount = sum(is, (line) => line.amount).minus(sum(was, (line) => line.amount));
  if (quantity.isZero() && amount.isZero()) return [];
  return [
    {
      ...stands,
      from: Math.min(...all.map(({ from }) => from)),
      to: Math.max(...all.map(({ to }) => to)),
      window: all.every(({ window }) => window === stands.window) ? stands.window : null,
      quantity,
      exact: sum(is, (line) => line.exact).minus(sum(was, (line) => line.exact)),
      ...explained({ was, is }, trace),
    },
  ];
}

function entryDifference({ was, is }: Pair<AllowanceOrCharge>, trace: CalculationTrace): AllowanceOrCharge[] {
  const stands = is.at(-1) ?? was.at(-1);
  if (stands === undefined) return [];
  const amount = sum(is, (entry) => entry.amount).minus(sum(was, (entry) => entry.amount));
  if (amount.isZero()) return [];
  const exact = sum(is, (entry) => entry.exact).minus(sum(was, (entry) => entry.exact));
  return [{ ...stands, base: null, rate: null, exact, ...explained({ was, is }, trace) }];
}

interface Billed {
  readonly amount: Decimal;
  readonly row: string;
  readonly version: number;
}

/** Of rounded amounts: what was invoiced must come out to the cent. */
function explained({ was, is }: Pair<Billed>, trace: CalculationTrace): { amount: Decimal; row: string } {
  const version = (is.at(-1) ?? was.at(-1))?.version ?? 1;
  const value = together(is, version, trace);
  const less = together(
    was.map((entry) => ({ ...entry, row: earlierRow + entry.row })),
    version,
    trace,
  );
  const { value: amount, row } = trace.apply('total', 'difference', version, { value, less });
  return { amount, row };
}

function together(entries: readonly Billed[], version: number, trace: CalculationTrace): Term | string {
  const terms = entries.map(({ row, amount }): Term => ({ row, value: amount }));
  const [first] = terms;
  if (first === undefined) return '0';
  if (terms.length === 1) return first;
  return trace.apply('total', 'sum', version, Object.fromEntries(terms.map((term) => [term.row, term])));
}

/** `L1`, or `L1.1`, `L1.2` where there are several of it, as in any invoice. */
function numbered<T extends { readonly id: string }>(
  entries: readonly T[],
  clauseOf: (entry: T) => string,
): T[] {
  const siblings = Map.groupBy(entries, clauseOf);
  return entries.map((entry) => {
    const clause = clauseOf(entry);
    const same = siblings.get(clause) ?? [];
    return { ...entry, id: same.length === 1 ? clause : `${clause}.${same.indexOf(entry) + 1}` };
  });
}

function sum<T>(entries: readonly T[], of: (entry: T) => Decimal): Decimal {
  return entries.reduce((all, entry) => all.plus(of(entry)), zero);
}
