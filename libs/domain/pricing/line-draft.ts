import type { Line, Vat } from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import type { InvoiceLine, UnitCode } from './invoice.js';
import type { BookedQuantity, LineInSegment } from './terms-segments.js';
import type { CalculationTrace, PricingStep, Term } from './trace.js';

/** A line of the invoice before rounding; later steps (corridor, gate) still change it. */
export interface InvoiceLineDraft {
  readonly line: Line;
  readonly part: InvoiceLine['part'];
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly window: string | null;
  readonly bands: readonly string[];
  readonly rate: string | null;
  readonly vat: Vat;
  /** In milliseconds or intervals; `shownPer` of them are one unit of the invoice. */
  readonly quantity: Term;
  readonly shownPer: number;
  readonly unit: UnitCode;
  readonly price: Term | string;
  /** So many milliseconds or intervals cost one `price`. */
  readonly per: number;
  readonly exact: Term;
  /** Drafts that are rounded together, so that the sum of their amounts is the rounded sum. */
  readonly together: string | null;
}

type Place = Pick<
  InvoiceLineDraft,
  'line' | 'part' | 'from' | 'to' | 'version' | 'window' | 'bands' | 'rate' | 'vat'
>;
type Priced = Pick<InvoiceLineDraft, 'quantity' | 'shownPer' | 'unit' | 'price' | 'per'>;

/** A draft whose amount is quantity x price / per, with the row that says so. */
export function lineDraft(
  staged: LineInSegment,
  cell: BookedQuantity['parts'] | null,
  priced: Priced,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const place = placed(staged, cell);
  return { ...place, ...priced, exact: amountOf(priced, place.version, trace), together: null };
}

/** The same draft with another quantity or price. */
export function repriced(
  draft: InvoiceLineDraft,
  change: Partial<Priced>,
  step: PricingStep,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const next = { ...draft, ...change };
  return { ...next, exact: amountOf(next, draft.version, trace, step) };
}

function amountOf(
  { quantity, price, per }: Priced,
  version: number,
  trace: CalculationTrace,
  step: PricingStep = 'line',
): Term {
  return trace.apply(step, 'amount', version, { quantity, price, per });
}

function placed({ segment, line }: LineInSegment, cell: BookedQuantity['parts'] | null): Place {
  return {
    line,
    part: 'work',
    from: segment.from,
    to: segment.to,
    version: segment.version,
    window: segment.window,
    bands: cell?.bands ?? [],
    rate: cell?.rate ?? null,
    vat: line.vat ?? segment.inForce.terms.vat,
  };
}

export function valueOf(term: Term | string): Decimal {
  return typeof term === 'string' ? new Decimal(term) : term.value;
}

/** A quantity of the book as the first row of its computation. */
export function quantityTerm(cell: BookedQuantity, version: number, trace: CalculationTrace): Term {
  return trace.apply('measure', 'sum', version, { [cell.key]: cell.quantity });
}

export function sumTerms(
  step: PricingStep,
  version: number,
  terms: readonly Term[],
  trace: CalculationTrace,
): Term {
  return trace.apply(step, 'sum', version, Object.fromEntries(terms.map((term) => [term.row, term])));
}
