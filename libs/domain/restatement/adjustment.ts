import type { Contract } from '#domain/contract/contract.js';
import { zero, type Decimal } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Invoice, AllowanceOrCharge, InvoiceLine } from '#domain/pricing/invoice.js';
import { CalculationTrace, rowsBehind, type TraceRow, type Term } from '#domain/pricing/trace.js';
import { limitIds } from '#domain/pricing/limits.js';
import { paymentDetailsOf } from '#domain/pricing/payment-details.js';
import { totalsOf } from '#domain/pricing/totals.js';
import { vatGroupName, vatGroups } from '#domain/pricing/vat.js';

/**
 * A period as all of its events together have charged it: the close itself, or the restated period of its
 * last adjustment.
 */
export type InvoicedPeriod = Pick<Invoice, 'currency' | 'lines' | 'allowancesAndCharges' | 'rows'>;

/**
 * The adjustment of a closed period: its restatement less what was invoiced for it. Late events, matured
 * verdicts, back-dated amendments and new mappings are all this one difference. Of lines with the same price
 * it holds the difference in quantity; removed lines are taken back, new ones charged. Negative quantities
 * keep prices positive (EN 16931 BR-27). Its rows are those of both sides, the earlier ones renamed `was.…`,
 * so that it can be recomputed from them alone. null: nothing changed. Throws where the currency changed.
 */
export function adjustmentOf(contract: Contract, before: InvoicedPeriod, after: Invoice): Invoice | null {
  if (before.currency !== after.currency) {
    const { id } = contract;
    throw new Error(`${id} was invoiced in ${before.currency} and is now in ${after.currency}`);
  }
  const trace = new CalculationTrace([...rowsOf(before), ...after.rows]);
  const lines = numbered(
    paired(before.lines, after.lines, lineOf, (line) => lineName(line, contract)).flatMap((pair) =>
      lineDifference(pair, trace),
    ),
    lineOf,
  );
  const allowancesAndCharges = numbered(
    paired(
      before.allowancesAndCharges,
      after.allowancesAndCharges,
      ({ clause }) => clause,
      entryName,
    ).flatMap((pair) => entryDifference(pair, trace)),
    ({ kind, clause }) => (kind === 'minimum' || kind === 'maximum' ? limitIds[kind] : clause),
  );
  if (lines.length === 0 && allowancesAndCharges.length === 0) return null;
  const vat = vatGroups(contract, lines, allowancesAndCharges, trace);
  const totals = totalsOf(lines, allowancesAndCharges, vat);
  const version = after.versions.at(-1) ?? 1;
  const paymentDetails = paymentDetailsOf(contract, after.period, { vat, totals }, version, trace);
  return {
    ...after,
    lines,
    allowancesAndCharges,
    vat,
    totals,
    rows: trace.rows,
    ...(paymentDetails !== undefined && { paymentDetails }),
  };
}

const lineOf = ({ line }: InvoiceLine): string => line;

/** Prefix of the rows by which the period was invoiced before. */
const earlierRow = 'was.';

/** The rows behind what was invoiced, renamed. */
function rowsOf({ lines, allowancesAndCharges, rows }: InvoicedPeriod): TraceRow[] {
  const needed = new Set(
    [...lines, ...allowancesAndCharges].flatMap(({ row }) => rowsBehind(rows, row).map(({ id }) => id)),
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

/** Entries of one name on both sides; one side may have none. */
interface Pair<T> {
  readonly was: readonly T[];
  readonly is: readonly T[];
}

/**
 * Clause by clause, in the order of the restatement, removed clauses at the end. Within a clause what was
 * invoiced comes before what is new.
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
 * clause cuts the month for all of them, and those it left alone have no difference. The period is in
 * it, because results that mature are charged with those of other periods.
 */
function lineName(line: InvoiceLine, contract: Contract): string {
  const { line: id, part, from, bands, rate, unit, price, baseQuantity, vat } = line;
  const period = periodsOf(contract).at(from);
  return JSON.stringify([id, part, period, bands, rate, unit, price, baseQuantity, vatGroupName(vat)]);
}

/** A credit of one month is another than that of the next. */
function entryName({ clause, kind, vat, origin }: AllowanceOrCharge): string {
  return JSON.stringify([clause, kind, vatGroupName(vat), origin ?? null]);
}

function lineDifference({ was, is }: Pair<InvoiceLine>, trace: CalculationTrace): InvoiceLine[] {
  const all = [...was, ...is];
  const current = all.at(-1);
  if (current === undefined) return [];
  const quantity = sum(is, (line) => line.quantity).minus(sum(was, (line) => line.quantity));
  const amount = sum(is, (line) => line.amount).minus(sum(was, (line) => line.amount));
  if (quantity.isZero() && amount.isZero()) return [];
  return [
    {
      ...current,
      from: Math.min(...all.map(({ from }) => from)),
      to: Math.max(...all.map(({ to }) => to)),
      window: all.every(({ window }) => window === current.window) ? current.window : null,
      quantity,
      exact: sum(is, (line) => line.exact).minus(sum(was, (line) => line.exact)),
      ...explained({ was, is }, trace),
    },
  ];
}

function entryDifference({ was, is }: Pair<AllowanceOrCharge>, trace: CalculationTrace): AllowanceOrCharge[] {
  const current = is.at(-1) ?? was.at(-1);
  if (current === undefined) return [];
  const amount = sum(is, (entry) => entry.amount).minus(sum(was, (entry) => entry.amount));
  if (amount.isZero()) return [];
  const exact = sum(is, (entry) => entry.exact).minus(sum(was, (entry) => entry.exact));
  return [{ ...current, base: null, rate: null, exact, ...explained({ was, is }, trace) }];
}

interface ExplainedAmount {
  readonly amount: Decimal;
  readonly row: string;
  readonly version: number;
}

/** The difference of rounded amounts: all events of a period must sum to its restatement to the cent. */
function explained(
  { was, is }: Pair<ExplainedAmount>,
  trace: CalculationTrace,
): { amount: Decimal; row: string } {
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

function together(
  entries: readonly ExplainedAmount[],
  version: number,
  trace: CalculationTrace,
): Term | string {
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
