import type { Contract } from '#domain/contract/contract.js';
import type { TimeLine } from '#domain/contract/line.js';
import type { WorkTime } from '#domain/contract/measure.js';
import { lineDraft, quantityTerm, sumTerms, type InvoiceLineDraft } from '../line-draft.js';
import type { BookedQuantity, LineInSegment } from '../terms-segments.js';
import type { PeriodBook } from '../invoice.js';
import { measureTotal } from '../measure-total.js';
import type { CalculationTrace, Term } from '../trace.js';
import { seatCells } from './seats.js';
import { unitPrice } from './unit-price.js';

const unitMs = { hour: 3_600_000, minute: 60_000, second: 1_000 } as const;

interface TimeCell {
  readonly staged: LineInSegment<TimeLine>;
  readonly cell: BookedQuantity | null;
  readonly quantity: Term;
}

/** Time x price, one line for each price: version, window, bands and rate. */
export function timeDrafts(
  contract: Contract,
  segments: readonly LineInSegment<TimeLine>[],
  book: PeriodBook,
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  const cells = segments.flatMap((staged) =>
    cellsOf(contract, staged).map((cell) => ({
      staged,
      cell,
      quantity: incrementedQuantity(staged, cell, trace),
    })),
  );
  return capped(orZero(cells, segments, trace), book, trace).map(({ staged, cell, quantity }) => {
    const { line, segment } = staged;
    const price = unitPrice(line, cell?.parts ?? null, segment.version, trace);
    const priced = { quantity, shownPer: 1000, unit: 'SEC', price, per: unitMs[line.unit] } as const;
    return lineDraft(staged, cell?.parts ?? null, priced, trace);
  });
}

/** Worked time comes from the book, the time of seats from the calendar. */
function cellsOf(contract: Contract, staged: LineInSegment<TimeLine>): readonly BookedQuantity[] {
  const measure = staged.segment.inForce.terms.measures[staged.line.measure];
  return measure?.kind === 'seats' ? seatCells(contract, staged, measure) : staged.quantities;
}

/** A contract's line without any work is shown as 0, under its last terms. */
function orZero(
  cells: readonly TimeCell[],
  segments: readonly LineInSegment<TimeLine>[],
  trace: CalculationTrace,
): TimeCell[] {
  const staged = segments.at(-1);
  if (cells.length > 0 || staged === undefined) return [...cells];
  const quantity = trace.apply('measure', 'sum', staged.segment.version, { [staged.line.measure]: 0 });
  return [{ staged, cell: null, quantity }];
}

function measureOf({ segment, line }: LineInSegment<TimeLine>): WorkTime | null {
  const measure = segment.inForce.terms.measures[line.measure];
  return measure?.kind === 'time' ? measure : null;
}

function incrementedQuantity(
  staged: LineInSegment<TimeLine>,
  cell: BookedQuantity,
  trace: CalculationTrace,
): Term {
  const { version } = staged.segment;
  const value = quantityTerm(cell, version, trace);
  const increment = measureOf(staged)?.increment ?? null;
  if (increment === null || increment.per !== 'month') return value;
  const { firstMs, stepMs } = increment;
  return trace.apply('increment', 'increment', version, { value, first: firstMs, step: stepMs });
}

/**
 * A cap on the average (handle time): what the month has above it is taken from its cells in proportion, in
 * whole milliseconds, the last cell making the sum exact. The last version of the clause rules the month.
 */
function capped(cells: TimeCell[], book: PeriodBook, trace: CalculationTrace): TimeCell[] {
  const staged = cells.at(-1)?.staged;
  const cap = staged === undefined ? null : (measureOf(staged)?.averageCap ?? null);
  if (staged === undefined || cap === null) return cells;
  const { version } = staged.segment;
  const units = measureTotal(cap.measure, null, book, version, trace);
  const most = trace.apply('cap', 'product', version, { value: units, times: cap.perUnitMs });
  const quantities = cells.map(({ quantity }) => quantity);
  const whole = sumTerms('cap', version, quantities, trace);
  const total = trace.apply('cap', 'atMost', version, { value: whole, most });
  if (total.value.equals(whole.value)) return cells;
  const given: Term[] = [];
  return cells.map((cell, index) => {
    const last = index === cells.length - 1;
    const quantity = last
      ? trace.apply('cap', 'difference', version, {
          value: total,
          less: given.length === 0 ? '0' : sumTerms('cap', version, given, trace),
        })
      : trace.apply('cap', 'cappedShare', version, { part: cell.quantity, capped: total, whole });
    given.push(quantity);
    return { ...cell, quantity };
  });
}
