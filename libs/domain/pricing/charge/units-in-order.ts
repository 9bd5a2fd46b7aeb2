import type { Line } from '#domain/contract/line.js';
import { quantityTerm } from '../book-terms.js';
import type { BookedQuantity, BookedSum, LineInSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';

/** Units that came one after the other under the same terms, bands and rate. */
export interface UnitRun {
  /**
   * Units of the period before these, whatever their terms: neither amendment nor window restarts a count.
   */
  readonly after: Term | string;
  readonly quantity: Term;
}

/** Units of one segment that have the same bands and rate. */
export interface BookedUnits<L extends Line = Line> {
  readonly lineInSegment: LineInSegment<L>;
  /** null: nothing was counted in the period. */
  readonly booked: BookedQuantity | null;
  readonly quantity: Term;
  /** In order of time: a window in the middle of a segment cuts its units in two. */
  readonly runs: readonly UnitRun[];
  /** All units of the period. */
  readonly volume: Term;
}

/**
 * All units of a line in a period: every unit has its place in the month's volume by its time, whatever
 * prices it. A line without any units is shown as 0, under its last terms. `before`: units of earlier months
 * that fill the volume together with these; null: there are none. `billed`: what becomes of the quantities
 * that were counted, where a measure has increments or caps of the month.
 */
export function unitsInOrder<L extends Line & { readonly measure: string }>(
  segments: readonly LineInSegment<L>[],
  before: Term | null,
  trace: CalculationTrace,
  billed: (runs: readonly CountedRun<L>[]) => readonly CountedRun<L>[] = (runs) => runs,
): BookedUnits<L>[] {
  const last = segments.at(-1);
  if (last === undefined) return [];
  const { version } = last.segment;
  const cells = segments.flatMap((lineInSegment) =>
    lineInSegment.quantities.map((booked) => ({ lineInSegment, booked })),
  );
  if (cells.length === 0) {
    const nothing = trace.apply('measure', 'sum', version, { [last.line.measure]: 0 });
    const runs = [{ after: before ?? '0', quantity: nothing }];
    return [{ lineInSegment: last, booked: null, quantity: nothing, runs, volume: nothing }];
  }
  const runs = runsOf(cells, before, billed, trace);
  const volume = total(
    runs.map(({ quantity }) => quantity),
    version,
    trace,
  );
  return cells.map((cell) => {
    const own = runs.filter((run) => run.cell === cell);
    const quantities = own.map(({ quantity }) => quantity);
    return {
      ...cell,
      quantity: total(quantities, cell.lineInSegment.segment.version, trace),
      runs: own,
      volume,
    };
  });
}

interface Cell<L extends Line> {
  readonly lineInSegment: LineInSegment<L>;
  readonly booked: BookedQuantity;
}

/** What was counted without a break under one version, window, bands and rate. */
export interface CountedRun<L extends Line> {
  readonly cell: Cell<L>;
  readonly quantity: Term;
}

/** Neighbours in time of one cell are one run. */
function runsOf<L extends Line>(
  cells: readonly Cell<L>[],
  before: Term | null,
  billed: (runs: readonly CountedRun<L>[]) => readonly CountedRun<L>[],
  trace: CalculationTrace,
): (UnitRun & CountedRun<L>)[] {
  const sums = cells.flatMap((cell) => cell.booked.sums.map((sum) => ({ cell, sum })));
  sums.sort((a, b) => a.sum.at - b.sum.at);
  const grouped: { cell: Cell<L>; sums: BookedSum[] }[] = [];
  for (const { cell, sum } of sums) {
    const latest = grouped.at(-1);
    if (latest?.cell === cell) latest.sums.push(sum);
    else grouped.push({ cell, sums: [sum] });
  }
  const counted = grouped.map(({ cell, sums: own }) => {
    return { cell, quantity: quantityTerm({ sums: own }, cell.lineInSegment.segment.version, trace) };
  });
  const runs = billed(counted);
  let after: Term | string = before ?? '0';
  return runs.map(({ cell, quantity }, index) => {
    const { version } = cell.lineInSegment.segment;
    const run = { cell, after, quantity };
    if (index < runs.length - 1) {
      after = typeof after === 'string' ? quantity : trace.sum('measure', version, [after, quantity]);
    }
    return run;
  });
}

export function total(terms: readonly Term[], version: number, trace: CalculationTrace): Term {
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : trace.sum('measure', version, terms);
}
