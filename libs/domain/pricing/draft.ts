import type { Line } from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import type { InvoiceLine, UnitCode } from './invoice.js';
import type { StagedLine } from './book-lines.js';
import type { BookCell } from './book-lines.js';
import type { Ledger, Term } from './row.js';

/** A line of the invoice before rounding; later steps (corridor, gate, limits) still change it. */
export interface Draft {
  readonly line: Line;
  readonly part: InvoiceLine['part'];
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly window: string | null;
  readonly bands: readonly string[];
  readonly rate: string | null;
  readonly quantity: Decimal;
  readonly unit: UnitCode;
  readonly price: Decimal;
  readonly baseQuantity: Decimal;
  readonly exact: Term;
}

/** What a draft takes from where it stands in the contract and the book. */
export function placed(
  { stage, line }: StagedLine,
  cell: BookCell['cell'] | null,
): Pick<Draft, 'line' | 'part' | 'from' | 'to' | 'version' | 'window' | 'bands' | 'rate'> {
  return {
    line,
    part: 'work',
    from: stage.from,
    to: stage.to,
    version: stage.version,
    window: stage.window,
    bands: cell?.bands ?? [],
    rate: cell?.rate ?? null,
  };
}

export function valueOf(term: Term | string): Decimal {
  return typeof term === 'string' ? new Decimal(term) : term.value;
}

/** A quantity of the book as the first row of its computation. */
export function quantityTerm(cell: BookCell, version: number, ledger: Ledger): Term {
  return ledger.apply('measure', 'sum', version, { [cell.key]: cell.quantity });
}

export function sumTerms(
  step: 'line' | 'cap' | 'total' | 'adjustment' | 'limit',
  version: number,
  terms: readonly Term[],
  ledger: Ledger,
): Term {
  return ledger.apply(step, 'sum', version, Object.fromEntries(terms.map((term) => [term.row, term])));
}
