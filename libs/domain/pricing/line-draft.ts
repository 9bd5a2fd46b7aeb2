import type { Line, Vat } from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import type { InvoiceLine, UnitCode } from './invoice.js';
import type { BookCell, StagedLine } from './terms-segments.js';
import type { Ledger, Step, Term } from './trace.js';

/** A line of the invoice before rounding; later steps (corridor, gate) still change it. */
export interface Draft {
  readonly line: Line;
  readonly part: InvoiceLine['part'];
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly window: string | null;
  readonly bands: readonly string[];
  readonly rate: string | null;
  readonly vat: Vat;
  /** In milliseconds or pieces; `shownPer` of them are one unit of the invoice. */
  readonly quantity: Term;
  readonly shownPer: number;
  readonly unit: UnitCode;
  readonly price: Term | string;
  /** So many milliseconds or pieces cost one `price`. */
  readonly per: number;
  readonly exact: Term;
  /** Drafts that are rounded together, so that the sum of their amounts is the rounded sum. */
  readonly together: string | null;
}

type Place = Pick<Draft, 'line' | 'part' | 'from' | 'to' | 'version' | 'window' | 'bands' | 'rate' | 'vat'>;
type Priced = Pick<Draft, 'quantity' | 'shownPer' | 'unit' | 'price' | 'per'>;

/** A draft whose amount is quantity x price / per, with the row that says so. */
export function draftOf(
  staged: StagedLine,
  cell: BookCell['cell'] | null,
  priced: Priced,
  ledger: Ledger,
): Draft {
  const place = placed(staged, cell);
  return { ...place, ...priced, exact: amountOf(priced, place.version, ledger), together: null };
}

/** The same draft with another quantity or price. */
export function repriced(draft: Draft, change: Partial<Priced>, step: Step, ledger: Ledger): Draft {
  const next = { ...draft, ...change };
  return { ...next, exact: amountOf(next, draft.version, ledger, step) };
}

function amountOf(
  { quantity, price, per }: Priced,
  version: number,
  ledger: Ledger,
  step: Step = 'line',
): Term {
  return ledger.apply(step, 'amount', version, { quantity, price, per });
}

function placed({ stage, line }: StagedLine, cell: BookCell['cell'] | null): Place {
  return {
    line,
    part: 'work',
    from: stage.from,
    to: stage.to,
    version: stage.version,
    window: stage.window,
    bands: cell?.bands ?? [],
    rate: cell?.rate ?? null,
    vat: line.vat ?? stage.regime.terms.vat,
  };
}

export function valueOf(term: Term | string): Decimal {
  return typeof term === 'string' ? new Decimal(term) : term.value;
}

/** A quantity of the book as the first row of its computation. */
export function quantityTerm(cell: BookCell, version: number, ledger: Ledger): Term {
  return ledger.apply('measure', 'sum', version, { [cell.key]: cell.quantity });
}

export function sumTerms(step: Step, version: number, terms: readonly Term[], ledger: Ledger): Term {
  return ledger.apply(step, 'sum', version, Object.fromEntries(terms.map((term) => [term.row, term])));
}
