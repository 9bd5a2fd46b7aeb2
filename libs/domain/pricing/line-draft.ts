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
  /** Of time in FTE: the hours that one stands for. */
  readonly hoursPerFte?: string | undefined;
  readonly exact: Term;
  /** Drafts that are rounded together, so that the sum of their amounts is the rounded sum. */
  readonly together: string | null;
}

type LineOrigin = Pick<
  InvoiceLineDraft,
  'line' | 'part' | 'from' | 'to' | 'version' | 'window' | 'bands' | 'rate' | 'vat'
>;
type LinePrice = Pick<InvoiceLineDraft, 'quantity' | 'shownPer' | 'unit' | 'price' | 'per' | 'hoursPerFte'>;

/** The bands and the rate that a quantity was counted under. */
export type Cell = Pick<BookedQuantity, 'bands' | 'rate'>;

/**
 * A draft whose amount is quantity x price / per, with the row that says so. `key`: the bands and rate that
 * the quantity was counted under; null where the line has none.
 */
export function lineDraft(
  lineInSegment: LineInSegment,
  key: Cell | null,
  linePrice: LinePrice,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const origin = originOf(lineInSegment, key);
  return { ...origin, ...linePrice, exact: amountOf(linePrice, origin.version, trace), together: null };
}

/** The same draft with another quantity or price. */
export function repriced(
  draft: InvoiceLineDraft,
  change: Partial<LinePrice>,
  step: PricingStep,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const next = { ...draft, ...change };
  return { ...next, exact: amountOf(next, draft.version, trace, step) };
}

function amountOf(
  { quantity, price, per, hoursPerFte }: LinePrice,
  version: number,
  trace: CalculationTrace,
  step: PricingStep = 'line',
): Term {
  return trace.apply(step, 'amount', version, {
    quantity,
    price,
    per,
    ...(hoursPerFte !== undefined && { hoursPerFte }),
  });
}

function originOf({ segment, line }: LineInSegment, key: Cell | null): LineOrigin {
  return {
    line,
    part: 'work',
    from: segment.from,
    to: segment.to,
    version: segment.version,
    window: segment.window,
    bands: key?.bands ?? [],
    rate: key?.rate ?? null,
    vat: line.vat ?? segment.inForce.terms.vat,
  };
}

export function valueOf(term: Term | string): Decimal {
  return typeof term === 'string' ? new Decimal(term) : term.value;
}
