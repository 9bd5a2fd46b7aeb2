import type { Vat } from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import type { InvoicedPeriod } from '#domain/restatement/adjustment.js';
import type {
  AllowanceCode,
  AllowanceOrCharge,
  CarriedAdjustment,
  InvoiceLine,
} from '#domain/pricing/invoice.js';
import type { TraceRow } from '#domain/pricing/trace.js';
import { type InvoiceReadyEvent, requireInvoiceReady } from './invoice-ready.js';

type Data = InvoiceReadyEvent['data'];

/**
 * What the close and its adjustments up to this event have charged for the period, read from the event and
 * not priced again: the events in the log were invoiced, whatever today's program would compute.
 */
export function invoicedUpTo({ data }: InvoiceReadyEvent): InvoicedPeriod {
  const { lines, allowancesAndCharges } = data.adjusts?.restated ?? data;
  return {
    currency: data.currencyCode,
    lines: lines.filter(isOwn).map(lineOf),
    allowancesAndCharges: allowancesAndCharges.filter(isOwn).map(allowanceOrChargeOf),
    rows: data.explanation as readonly TraceRow[],
  };
}

/** Net total of all that was invoiced up to this event for its period. */
export function invoicedNet(event: InvoiceReadyEvent): Decimal {
  const { adjusts } = event.data;
  return adjusts === null ? ownNet(event) : new Decimal(adjusts.restated.totalWithoutVat.amount);
}

/**
 * What an event charges for its own period, without VAT: its total less the adjustments of other periods that
 * it carries. That of all events of a period is what the period costs.
 */
export function ownNet({ data }: InvoiceReadyEvent): Decimal {
  const total = new Decimal(data.totals.totalWithoutVat.amount);
  return (data.carried ?? []).reduce((net, { totalWithoutVat }) => net.minus(totalWithoutVat.amount), total);
}

/** Whether an entry is of the event's own period. */
export function isOwn({ corrects }: { readonly corrects?: unknown }): boolean {
  return corrects === undefined;
}

/** The adjustment of an event, as the invoice of another period carries it. `text`: of the event. */
export function carriedIn(text: string): CarriedAdjustment {
  const { id, data } = requireInvoiceReady(text, 'a carried adjustment');
  const { adjusts } = data;
  if (adjusts === null) throw new Error(`${id} is no adjustment`);
  const { period, revision } = data;
  return {
    adjustment: id,
    period,
    revision,
    close: adjusts.id,
    lines: data.lines.map(lineOf),
    allowancesAndCharges: data.allowancesAndCharges.map(allowanceOrChargeOf),
  };
}

function lineOf(line: Data['lines'][number]): InvoiceLine {
  return {
    id: line.identifier,
    line: line.contractLine,
    name: line.itemName,
    part: line.part,
    from: line.from,
    to: line.to,
    version: line.contractVersion,
    window: line.calendarRule,
    bands: line.bands,
    rate: line.rate,
    quantity: new Decimal(line.measured.quantity),
    unit: line.measured.unitCode,
    price: new Decimal(line.measured.price),
    baseQuantity: new Decimal(line.measured.priceBaseQuantity),
    exact: new Decimal(line.unroundedAmount),
    amount: new Decimal(line.netAmount.amount),
    vat: vatOf(line.vat),
    row: line.explainedBy,
  };
}

function allowanceOrChargeOf(entry: Data['allowancesAndCharges'][number]): AllowanceOrCharge {
  const amount = new Decimal(entry.amount.amount);
  return {
    id: entry.identifier,
    clause: entry.clause,
    kind: entry.kind,
    name: entry.reason,
    base: entry.baseAmount === null ? null : new Decimal(entry.baseAmount.amount),
    rate: entry.percentage === null ? null : new Decimal(entry.percentage),
    exact: new Decimal(entry.unroundedAmount),
    amount: entry.chargeIndicator ? amount : amount.negated(),
    vat: vatOf(entry.vat),
    version: entry.contractVersion,
    row: entry.explainedBy,
    ...(entry.reasonCode !== undefined && { allowanceCode: allowanceCodeOf(entry.reasonCode) }),
    ...(entry.originPeriod !== undefined && { origin: entry.originPeriod }),
  };
}

const allowanceCodes: readonly string[] = ['64', '95', '100', '105'] satisfies AllowanceCode[];

/** A difference that was a charge had another code. */
function allowanceCodeOf(code: string): AllowanceCode {
  return allowanceCodes.includes(code) ? (code as AllowanceCode) : '95';
}

function vatOf({ categoryCode, rate, exemptionReason }: Data['lines'][number]['vat']): Vat {
  return { category: categoryCode, rate, reason: exemptionReason };
}
