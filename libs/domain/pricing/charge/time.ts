import type { Contract } from '#domain/contract/contract.js';
import type { TimeLine } from '#domain/contract/line.js';
import type { WorkTime } from '#domain/contract/measure.js';
import { draftOf, quantityTerm, sumTerms, type Draft } from '../line-draft.js';
import type { BookCell, StagedLine } from '../terms-segments.js';
import type { Book } from '../invoice.js';
import { measureTotal } from '../measure-total.js';
import type { Ledger, Term } from '../trace.js';
import { seatCells } from './seats.js';
import { unitPrice } from './unit-price.js';

const unitMs = { hour: 3_600_000, minute: 60_000, second: 1_000 } as const;

interface TimeCell {
  readonly staged: StagedLine<TimeLine>;
  readonly cell: BookCell | null;
  readonly quantity: Term;
}

/** Time x price, one line for each price: version, window, bands and rate. */
export function timeDrafts(
  contract: Contract,
  stages: readonly StagedLine<TimeLine>[],
  book: Book,
  ledger: Ledger,
): Draft[] {
  const cells = stages.flatMap((staged) =>
    cellsOf(contract, staged).map((cell) => ({
      staged,
      cell,
      quantity: incrementedQuantity(staged, cell, ledger),
    })),
  );
  return capped(orZero(cells, stages, ledger), book, ledger).map(({ staged, cell, quantity }) => {
    const { line, stage } = staged;
    const price = unitPrice(line, cell?.cell ?? null, stage.version, ledger);
    const priced = { quantity, shownPer: 1000, unit: 'SEC', price, per: unitMs[line.unit] } as const;
    return draftOf(staged, cell?.cell ?? null, priced, ledger);
  });
}

/** Worked time comes from the book, the time of seats from the calendar. */
function cellsOf(contract: Contract, staged: StagedLine<TimeLine>): readonly BookCell[] {
  const measure = staged.stage.regime.terms.measures[staged.line.measure];
  return measure?.kind === 'seats' ? seatCells(contract, staged, measure) : staged.cells;
}

/** A contract's line without any work is shown as 0, under its last terms. */
function orZero(
  cells: readonly TimeCell[],
  stages: readonly StagedLine<TimeLine>[],
  ledger: Ledger,
): TimeCell[] {
  const staged = stages.at(-1);
  if (cells.length > 0 || staged === undefined) return [...cells];
  const quantity = ledger.apply('measure', 'sum', staged.stage.version, { [staged.line.measure]: 0 });
  return [{ staged, cell: null, quantity }];
}

function measureOf({ stage, line }: StagedLine<TimeLine>): WorkTime | null {
  const measure = stage.regime.terms.measures[line.measure];
  return measure?.kind === 'time' ? measure : null;
}

function incrementedQuantity(staged: StagedLine<TimeLine>, cell: BookCell, ledger: Ledger): Term {
  const { version } = staged.stage;
  const value = quantityTerm(cell, version, ledger);
  const increment = measureOf(staged)?.increment ?? null;
  if (increment === null || increment.per !== 'month') return value;
  const { firstMs, stepMs } = increment;
  return ledger.apply('increment', 'increment', version, { value, first: firstMs, step: stepMs });
}

/**
 * A cap on the average (handle time): what the month has above it is taken from its cells in proportion, in
 * whole milliseconds, the last cell making the sum exact. The last version of the clause rules the month.
 */
function capped(cells: TimeCell[], book: Book, ledger: Ledger): TimeCell[] {
  const staged = cells.at(-1)?.staged;
  const cap = staged === undefined ? null : (measureOf(staged)?.averageCap ?? null);
  if (staged === undefined || cap === null) return cells;
  const { version } = staged.stage;
  const units = measureTotal(cap.measure, null, book, version, ledger);
  const most = ledger.apply('cap', 'product', version, { value: units, times: cap.perUnitMs });
  const quantities = cells.map(({ quantity }) => quantity);
  const whole = sumTerms('cap', version, quantities, ledger);
  const total = ledger.apply('cap', 'atMost', version, { value: whole, most });
  if (total.value.equals(whole.value)) return cells;
  const given: Term[] = [];
  return cells.map((cell, index) => {
    const last = index === cells.length - 1;
    const quantity = last
      ? ledger.apply('cap', 'difference', version, {
          value: total,
          less: given.length === 0 ? '0' : sumTerms('cap', version, given, ledger),
        })
      : ledger.apply('cap', 'cappedShare', version, { part: cell.quantity, capped: total, whole });
    given.push(quantity);
    return { ...cell, quantity };
  });
}
