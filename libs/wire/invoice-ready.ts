import { z } from 'zod';
import type { Contract, Party } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { plain, type Decimal } from '#domain/money/money.js';
import { localDay } from '#domain/period/period.js';
import type { Invoice, InvoiceAdjustment, InvoiceLine, KpiValue, VatGroup } from '#domain/pricing/invoice.js';
import type { Row } from '#domain/pricing/row.js';

/**
 * What billing needs to issue an invoice, and what both parties need to check it. CloudEvents 1.0; names of EN 16931
 * where it has one (the BT or BG term stands in the schema). There is no invoice number: gapless numbers are given by
 * the billing service when it issues.
 *
 * Nothing in it depends on how deliveries came in (no offsets, no clock): the same work gives the same bytes.
 */
export interface InvoiceReady {
  /** Hash of contract, period and revision. */
  readonly id: string;
  /** 1 for the close, then one more for each adjustment. */
  readonly revision: number;
  /** The event that this one corrects, and why; null: the close itself. */
  readonly adjusts: { readonly id: string; readonly cause: string } | null;
  readonly catalogueVersion: string;
  readonly contract: Contract;
  readonly invoice: Invoice;
  /** The book that was priced. */
  readonly quantities: ReadonlyMap<string, number>;
}

export function encodeInvoiceReady(ready: InvoiceReady): string {
  const event: InvoiceReadyEvent = {
    specversion: '1.0',
    id: ready.id,
    source: '/invoicer',
    type: 'tallyline.invoice-ready.v1',
    subject: ready.contract.id,
    datacontenttype: 'application/json',
    data: dataOf(ready),
  };
  return canonicalJson(event);
}

/** null: no invoice-ready event we know. */
export function decodeInvoiceReady(text: string): InvoiceReadyEvent | null {
  try {
    const event = invoiceReadySchema.safeParse(JSON.parse(text));
    return event.success ? event.data : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const text = z.string().min(1);
const date = z.iso.date();
const money = z.strictObject({ amount: decimal, currency: z.string().length(3) });
const term = <T extends z.ZodType>(schema: T, name: string): T => schema.meta({ description: name });

const party = z.strictObject({
  name: term(text, 'BT-27, BT-44'),
  legalRegistrationIdentifier: term(text.nullable(), 'BT-30, BT-47; SIREN, scheme 0002'),
  vatIdentifier: term(text.nullable(), 'BT-31, BT-48'),
  countryCode: term(z.string().length(2), 'BT-40, BT-55'),
});

const vat = z.strictObject({
  categoryCode: term(z.enum(['S', 'AE', 'O', 'E', 'Z']), 'BT-95, BT-102, BT-118, BT-151'),
  rate: term(decimal, 'BT-96, BT-103, BT-119, BT-152; percent'),
  exemptionReason: term(text.nullable(), 'BT-120'),
});

const input = z.union([z.string(), z.strictObject({ row: text, value: decimal })]);
const row = z.strictObject({
  id: text,
  step: text,
  rule: text,
  contractVersion: z.int(),
  inputs: z.record(z.string(), input),
  result: decimal,
});

const line = z.strictObject({
  identifier: term(text, 'BT-126'),
  contractLine: term(text, 'line of the contract'),
  itemName: term(text, 'BT-153'),
  part: z.enum(['work', 'shortfall', 'overflow']),
  period: term(
    z.strictObject({ startDate: date, endDate: date }),
    'BG-26: BT-134, BT-135; both days included',
  ),
  from: term(z.int(), 'UTC epoch ms, inclusive'),
  to: term(z.int(), 'UTC epoch ms, exclusive'),
  contractVersion: z.int(),
  calendarRule: text.nullable(),
  bands: z.array(text),
  rate: text.nullable(),
  invoicedQuantity: term(decimal, 'BT-129'),
  unitCode: term(z.enum(['SEC', 'DAY', 'MON', 'C62']), 'BT-130'),
  itemNetPrice: term(money, 'BT-146'),
  itemPriceBaseQuantity: term(decimal, 'BT-149, in the unit of BT-130'),
  netAmount: term(money, 'BT-131'),
  unroundedAmount: decimal,
  vat: term(vat, 'BG-30'),
  explainedBy: term(text, 'row that gives the net amount'),
});

const adjustment = z.strictObject({
  identifier: text,
  clause: text,
  kind: z.enum(['bonus', 'malus', 'earnBack', 'minimum', 'maximum']),
  chargeIndicator: term(z.boolean(), 'true: BG-21, false: BG-20'),
  reason: term(text, 'BT-97, BT-104'),
  baseAmount: term(money.nullable(), 'BT-93, BT-100'),
  percentage: term(decimal.nullable(), 'BT-94, BT-101; signed ratio, unrounded'),
  amount: term(money, 'BT-92, BT-99; never negative'),
  unroundedAmount: decimal,
  vat,
  contractVersion: z.int(),
  explainedBy: text,
});

export const invoiceReadySchema = z.strictObject({
  specversion: z.literal('1.0'),
  id: text,
  source: text,
  type: z.literal('tallyline.invoice-ready.v1'),
  subject: text,
  datacontenttype: z.literal('application/json'),
  data: z.strictObject({
    contract: term(text, 'BT-12'),
    contractVersions: z.array(z.int()),
    catalogueVersion: text,
    period: z.string().regex(/^\d{4}-\d{2}$/),
    timeZone: text,
    revision: z.int().min(1),
    adjusts: term(z.strictObject({ id: text, cause: text }).nullable(), 'BG-3: what this event corrects'),
    typeCode: term(z.enum(['380', '381']), 'BT-3: 380 invoice, 381 credit note'),
    currencyCode: term(z.string().length(3), 'BT-5'),
    invoicingPeriod: term(z.strictObject({ startDate: date, endDate: date }), 'BG-14: BT-73, BT-74'),
    seller: term(party, 'BG-4'),
    buyer: term(party, 'BG-7'),
    purchaseOrderReference: term(text.nullable(), 'BT-13'),
    buyerAccountingReference: term(text.nullable(), 'BT-19'),
    lines: term(z.array(line), 'BG-25'),
    adjustments: term(z.array(adjustment), 'BG-20, BG-21'),
    vatBreakdown: term(
      z.array(z.strictObject({ vat, taxableAmount: money, taxAmount: money, explainedBy: text })),
      'BG-23: BT-116, BT-117',
    ),
    totals: term(
      z.strictObject({
        sumOfLineNetAmounts: term(money, 'BT-106'),
        sumOfAllowances: term(money, 'BT-107'),
        sumOfCharges: term(money, 'BT-108'),
        totalWithoutVat: term(money, 'BT-109'),
        totalVat: term(money, 'BT-110'),
        totalWithVat: term(money, 'BT-112'),
        roundingResidue: term(decimal, 'unrounded sum less BT-109'),
      }),
      'BG-22',
    ),
    kpis: z.array(
      z.strictObject({
        id: text,
        definition: text,
        definitionVersion: z.int(),
        calendarRule: text.nullable(),
        numerator: z.int(),
        denominator: z.int(),
        value: decimal.nullable(),
      }),
    ),
    quantities: term(z.record(z.string(), z.int()), 'the book: sums of the journal that were priced'),
    explanation: term(z.array(row), 'every step, recomputable in order'),
    notes: term(
      z.array(z.strictObject({ clause: text, message: text })),
      'clauses that could not be applied',
    ),
  }),
});

export type InvoiceReadyEvent = z.output<typeof invoiceReadySchema>;
type Data = InvoiceReadyEvent['data'];

export function invoiceReadyJsonSchema(): unknown {
  return z.toJSONSchema(invoiceReadySchema, { target: 'draft-2020-12' });
}

function dataOf({ contract, invoice, quantities, ...ready }: InvoiceReady): Data {
  const { buyer, timeZone } = contract;
  const { totals } = invoice;
  const amount = (value: Decimal): { amount: string; currency: string } => ({
    amount: plain(value, invoice.scale),
    currency: invoice.currency,
  });
  return {
    contract: contract.id,
    contractVersions: [...invoice.versions],
    catalogueVersion: ready.catalogueVersion,
    period: invoice.period,
    timeZone,
    revision: ready.revision,
    adjusts: ready.adjusts,
    typeCode: totals.net.isNegative() ? '381' : '380',
    currencyCode: invoice.currency,
    invoicingPeriod: daysOf(invoice.bounds.start, invoice.bounds.end, timeZone),
    seller: partyOf(contract.seller),
    buyer: partyOf(buyer),
    purchaseOrderReference: buyer.purchaseOrder,
    buyerAccountingReference: buyer.accountingRef,
    lines: invoice.lines.map((each) => lineOf(each, invoice.currency, timeZone, amount)),
    adjustments: invoice.adjustments.map((each) => adjustmentOf(each, amount)),
    vatBreakdown: invoice.vat.map((group) => vatGroupOf(group, amount)),
    totals: {
      sumOfLineNetAmounts: amount(totals.lines),
      sumOfAllowances: amount(totals.allowances),
      sumOfCharges: amount(totals.charges),
      totalWithoutVat: amount(totals.net),
      totalVat: amount(totals.vat),
      totalWithVat: amount(totals.gross),
      roundingResidue: plain(totals.residue),
    },
    kpis: invoice.kpis.map(kpiOf),
    quantities: Object.fromEntries(quantities),
    explanation: invoice.rows.map(rowOf),
    notes: invoice.notes.map(({ clause, message }) => ({ clause, message })),
  };
}

type Amount = (value: Decimal) => { amount: string; currency: string };

function lineOf(
  each: InvoiceLine,
  currency: string,
  timeZone: string,
  amount: Amount,
): Data['lines'][number] {
  return {
    identifier: each.id,
    contractLine: each.line,
    itemName: each.name,
    part: each.part,
    period: daysOf(each.from, each.to, timeZone),
    from: each.from,
    to: each.to,
    contractVersion: each.version,
    calendarRule: each.window,
    bands: [...each.bands],
    rate: each.rate,
    invoicedQuantity: plain(each.quantity),
    unitCode: each.unit,
    itemNetPrice: { amount: plain(each.price), currency },
    itemPriceBaseQuantity: plain(each.baseQuantity),
    netAmount: amount(each.amount),
    unroundedAmount: plain(each.exact),
    vat: vatOf(each.vat),
    explainedBy: each.row,
  };
}

function adjustmentOf(each: InvoiceAdjustment, amount: Amount): Data['adjustments'][number] {
  return {
    identifier: each.id,
    clause: each.clause,
    kind: each.kind,
    chargeIndicator: !each.amount.isNegative(),
    reason: each.name,
    baseAmount: each.base === null ? null : amount(each.base),
    percentage: each.rate === null ? null : plain(each.rate),
    amount: amount(each.amount.abs()),
    unroundedAmount: plain(each.exact),
    vat: vatOf(each.vat),
    contractVersion: each.version,
    explainedBy: each.row,
  };
}

function vatGroupOf(group: VatGroup, amount: Amount): Data['vatBreakdown'][number] {
  return {
    vat: vatOf(group.vat),
    taxableAmount: amount(group.base),
    taxAmount: amount(group.tax),
    explainedBy: group.row,
  };
}

function kpiOf(kpi: KpiValue): Data['kpis'][number] {
  return {
    id: kpi.id,
    definition: kpi.definition,
    definitionVersion: kpi.definitionVersion,
    calendarRule: kpi.window,
    numerator: kpi.numerator,
    denominator: kpi.denominator,
    value: kpi.value === null ? null : plain(kpi.value),
  };
}

function partyOf({ name, siren, vatId, countryCode }: Party): Data['seller'] {
  return { name, legalRegistrationIdentifier: siren, vatIdentifier: vatId, countryCode };
}

function vatOf({ category, rate, reason }: Vat): Data['lines'][number]['vat'] {
  return { categoryCode: category, rate, exemptionReason: reason };
}

function rowOf(each: Row): Data['explanation'][number] {
  return { ...each, inputs: { ...each.inputs } };
}

/** First and last day of `[from, to)`, both included, as EN 16931 tells periods. */
function daysOf(from: number, to: number, timeZone: string): { startDate: string; endDate: string } {
  return { startDate: localDay(from, timeZone), endDate: localDay(to - 1, timeZone) };
}

/** JSON with the keys of every object in order of code points: one content, one text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
