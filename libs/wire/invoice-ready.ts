import { absentParticulars } from '#domain/contract/absent-particulars.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { minorUnitOf } from '#domain/money/currencies.js';
import { Decimal, plain } from '#domain/money/money.js';
import { localDay, type Period } from '#domain/period/period.js';
import type { CauseShare } from '#domain/restatement/causes.js';
import type {
  Invoice,
  AllowanceOrCharge,
  CarriedAdjustment,
  CommitmentBalance,
  CreditBalance,
  InvoiceLine,
  KpiValue,
  ProvisionalResults,
  VatGroup,
} from '#domain/pricing/invoice.js';
import { documentQuantity } from '#domain/pricing/document-quantity.js';
import { netOfCarried } from '#domain/pricing/carried-adjustments.js';
import type { PastPeriod } from '#domain/pricing/period-book.js';
import type { TraceRow } from '#domain/pricing/trace.js';
import { canonicalJson } from './canonical-json.js';
import {
  type ContributionRoots,
  invoiceReadySchema,
  type InvoiceReadyEvent,
} from './invoice-ready-schema.js';
import type { Omissions } from './omissions.js';
import { isoInstant } from './iso-instant.js';
import { invoicingOf, partyOf, typeCodeOf } from './invoice-parties.js';
import { parseJson } from './parse-json.js';

export { type ContributionRoots, invoiceReadySchema, type InvoiceReadyEvent };

type Data = InvoiceReadyEvent['data'];

/**
 * What billing needs to issue an invoice, and what both parties need to check it. CloudEvents 1.0; names of
 * EN 16931 where it has one (the schema names the BT or BG term). There is no invoice number: gapless
 * numbers are given by the billing service when it issues.
 *
 * Nothing in it depends on how deliveries came in (no offsets, no clock): the same work gives the same bytes.
 */
export interface InvoiceReady {
  /** Hash of contract, period and revision. */
  readonly id: string;
  /** 1 for the close, then one more for each adjustment. */
  readonly revision: number;
  /** What this one corrects, and why; null: the close itself. */
  readonly adjusts: Adjusts | null;
  readonly catalogueVersion: string;
  readonly contract: Contract;
  /** Of an adjustment: the difference. */
  readonly invoice: Invoice;
  /** The book that was priced. */
  readonly quantities: ReadonlyMap<string, number>;
  /** The books of earlier periods that the price looks back to. */
  readonly history: readonly PastPeriod[];
  /** What the quantities were added up from; absent: the event is one of a version without them. */
  readonly contributionRoots?: ContributionRoots | undefined;
  /** What is not in it. */
  readonly omissions: Omissions;
}

export interface Adjusts {
  /** The event of the close. */
  readonly id: string;
  /** The revision before this one. */
  readonly since: {
    readonly revision: number;
    readonly catalogueVersion: string;
    /** All that was invoiced for the period. */
    readonly net: Decimal;
  };
  readonly causes: readonly CauseShare[];
  /** The period whose invoice carries it; null: a document of its own. */
  readonly carriedBy: Period | null;
  /** Its event; null: it is a document of its own. Absent: made by a version that carried nothing itself. */
  readonly carriedByEvent?: string | null;
  /** The whole period as it is now. */
  readonly restated: Invoice;
}

export function encodeInvoiceReady(ready: InvoiceReady): string {
  const event: InvoiceReadyEvent = {
    specversion: '1.0',
    id: ready.id,
    source: '/invoicer',
    type: 'tallyline.invoice-ready.v1',
    subject: ready.contract.id,
    time: isoInstant(ready.invoice.bounds.end),
    datacontenttype: 'application/json',
    data: dataOf(ready),
  };
  return canonicalJson(event);
}

/** null: the text is not an invoice-ready event. */
export function decodeInvoiceReady(text: string): InvoiceReadyEvent | null {
  const event = invoiceReadySchema.safeParse(parseJson(text));
  return event.success ? event.data : null;
}

/**
 * An event in the log has another form than this version reads: an earlier build wrote it. What was invoiced
 * with it is unknown, so nothing may be computed that needs it.
 */
export class EventUnreadable extends Error {
  override readonly name = 'EventUnreadable';
  readonly code = 'event-unreadable';
}

/** The event in this text. Throws `EventUnreadable`. `what`: which event it should be. */
export function requireInvoiceReady(text: string, what: string): InvoiceReadyEvent {
  const event = decodeInvoiceReady(text);
  if (event !== null) return event;
  throw new EventUnreadable(
    `the event of ${what} has a form that this version does not read: go on with the version that wrote it, or make the data ` +
      'again from its deliveries',
  );
}

function dataOf({ contract, invoice, quantities, history, ...ready }: InvoiceReady): Data {
  const { buyer, timeZone } = contract;
  const { totals } = invoice;
  const amount = amountOf(invoice);
  return {
    contract: contract.id,
    contractVersions: [...invoice.versions],
    catalogueVersion: ready.catalogueVersion,
    period: invoice.period,
    timeZone,
    revision: ready.revision,
    adjusts: ready.adjusts === null ? null : adjustsOf(ready.adjusts, totals.net, timeZone),
    typeCode: typeCodeOf(ready.adjusts, totals.net, contract),
    currencyCode: invoice.currency,
    invoicingPeriod: daysOf(invoice.bounds.start, invoice.bounds.end, timeZone),
    seller: partyOf(contract.seller),
    buyer: partyOf(buyer),
    absent: absentParticulars(
      contract,
      invoice.vat.map(({ vat }) => vat.category),
    ),
    ...invoicingOf(contract),
    purchaseOrderReference: invoice.paymentDetails?.purchaseOrder ?? buyer.purchaseOrder,
    buyerAccountingReference: buyer.accountingRef,
    lines: invoice.lines.map((each) => lineOf(each, invoice, timeZone, amount)),
    allowancesAndCharges: invoice.allowancesAndCharges.map((each) => allowanceOrChargeOf(each, amount)),
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
    ...(invoice.carried !== undefined && {
      carried: invoice.carried.map((each) => carriedOf(each, amount)),
    }),
    commitments: invoice.commitments.map(commitmentOf),
    ...(invoice.credits !== undefined && {
      credits: invoice.credits.map((each) => creditOf(each, amount)),
    }),
    ...(invoice.provisional !== undefined && {
      provisional: invoice.provisional.map((each) => provisionalOf(each, amount)),
    }),
    ...paymentDetailsOf(invoice, amount),
    kpis: invoice.kpis.map(kpiOf),
    quantities: Object.fromEntries(quantities),
    ...(ready.contributionRoots !== undefined && { contributionRoots: ready.contributionRoots }),
    earlierPeriods: history.map((past) => ({
      period: past.period,
      quantities: Object.fromEntries(past.quantities),
    })),
    explanation: invoice.rows.map(rowOf),
    omissions: omissionsOf(ready.omissions),
    notes: invoice.warnings.map(({ clause, message }) => ({ clause, message })),
  };
}

/** Of refused records the event says nothing: where there are only those it has no reason to give either. */
function omissionsOf({ work, estimatedValues, parked = [], acceptedBecause }: Omissions): Omissions {
  const isAny = work.length + parked.length > 0;
  return {
    work,
    estimatedValues,
    // Whom it is about, and who decided it, is in the close: a proof holds the event, without names.
    ...(parked.length > 0 && {
      parked: parked.map(({ stage, refusal, reason }) => ({ stage, refusal, reason })),
    }),
    acceptedBecause: isAny ? acceptedBecause : null,
  };
}

/** Nothing where the contract says nothing of it, so that events of such contracts stay as they were. */
function paymentDetailsOf({ paymentDetails }: Invoice, amount: Amount): Partial<Data> {
  if (paymentDetails === undefined) return {};
  const { payment, conversions } = paymentDetails;
  const taxCurrency = conversions.find(({ use }) => use === 'tax')?.currency;
  return {
    ...(taxCurrency !== undefined && { vatAccountingCurrencyCode: taxCurrency }),
    ...(payment !== null && {
      paymentTerms: {
        days: payment.days,
        count: payment.count,
        note: payment.discounts.map(structuredNote).join(''),
        discounts: payment.discounts.map(({ days, rate, groups, total }) => ({
          days,
          rate,
          groups: groups.map(({ vat, base, tax }) => ({
            vat: vatOf(vat),
            taxableAmount: amount(base),
            taxAmount: amount(tax),
          })),
          total: amount(total),
        })),
      },
    }),
    ...(conversions.length > 0 && {
      conversions: conversions.map(({ use, currency, source, date, rate, net, vat, gross }) => {
        const scale = minorUnitOf(currency);
        const money = (value: Decimal) => ({ amount: plain(value, scale), currency });
        const totals = { totalWithoutVat: money(net), totalVat: money(vat), totalWithVat: money(gross) };
        return { use, currency, source, date, rate, ...totals };
      }),
    }),
  };
}

/** A discount in BT-20 as XRechnung structures it (BR-DE-18): percent with two decimals, a line each. */
function structuredNote({ days, rate }: { readonly days: number; readonly rate: string }): string {
  return `#SKONTO#TAGE=${days}#PROZENT=${new Decimal(rate).times(100).toFixed(2)}#\n`;
}

function adjustsOf(
  { id, since, causes, carriedBy, carriedByEvent, restated }: Adjusts,
  net: Decimal,
  timeZone: string,
): NonNullable<Data['adjusts']> {
  const amount = amountOf(restated);
  const { revision, catalogueVersion } = since;
  return {
    id,
    since: { revision, catalogueVersion, totalWithoutVat: amount(since.net) },
    cause: causes.map(({ cause }) => cause).join('+'),
    causes: causes.map((share) => ({ cause: share.cause, totalWithoutVat: amount(share.net) })),
    document: carriedBy !== null ? 'nextInvoice' : net.isNegative() ? 'creditNote' : 'complementaryInvoice',
    carriedBy,
    ...(carriedByEvent !== undefined && { payable: carriedByEvent === null, carriedByEvent }),
    restated: {
      lines: restated.lines.map((each) => lineOf(each, restated, timeZone, amount)),
      allowancesAndCharges: restated.allowancesAndCharges.map((each) => allowanceOrChargeOf(each, amount)),
      totalWithoutVat: amount(restated.totals.net),
    },
  };
}

type Amount = (value: Decimal) => { amount: string; currency: string };

function amountOf({ scale, currency }: Invoice): Amount {
  return (value) => ({ amount: plain(value, scale), currency });
}

function lineOf(
  each: InvoiceLine,
  { currency, scale }: Pick<Invoice, 'currency' | 'scale'>,
  timeZone: string,
  amount: Amount,
): Data['lines'][number] {
  // documents compute with two decimals, whatever the contract rounds to
  const document = documentQuantity(each, Math.max(2, scale));
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
    invoicedQuantity: plain(document.quantity),
    unitCode: document.unit,
    itemNetPrice: { amount: plain(document.price), currency },
    itemPriceBaseQuantity: plain(document.baseQuantity),
    measured: {
      quantity: plain(each.quantity),
      unitCode: each.unit,
      price: plain(each.price),
      priceBaseQuantity: plain(each.baseQuantity),
    },
    netAmount: amount(each.amount),
    unroundedAmount: plain(each.exact),
    vat: vatOf(each.vat),
    explainedBy: each.row,
    ...(each.corrects !== undefined && { corrects: { ...each.corrects } }),
  };
}

function allowanceOrChargeOf(each: AllowanceOrCharge, amount: Amount): Data['allowancesAndCharges'][number] {
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
    ...(each.allowanceCode !== undefined && {
      reasonCode: each.amount.isNegative() ? each.allowanceCode : mutuallyDefined,
    }),
    ...(each.origin !== undefined && { originPeriod: each.origin }),
    ...(each.corrects !== undefined && { corrects: { ...each.corrects } }),
  };
}

function carriedOf(each: CarriedAdjustment, amount: Amount): NonNullable<Data['carried']>[number] {
  const { adjustment, period, revision, close: precedingInvoice } = each;
  return { adjustment, period, revision, precedingInvoice, totalWithoutVat: amount(netOfCarried(each)) };
}

/** UNTDID 7161, which has no charge for what a discount gave before. */
const mutuallyDefined = 'ZZZ';

function creditOf(each: CreditBalance, amount: Amount): NonNullable<Data['credits']>[number] {
  const { clause, origin, vat, arisen, usedBefore, used, left, remainder } = each;
  return {
    clause,
    originPeriod: origin,
    vat: vatOf(vat),
    arisen: amount(arisen),
    usedBefore: amount(usedBefore),
    used: amount(used),
    left: amount(left),
    remainder,
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

function provisionalOf(
  { line, name, period, count, estimate, chargedIn }: ProvisionalResults,
  amount: Amount,
): NonNullable<Data['provisional']>[number] {
  return { contractLine: line, itemName: name, period, count, estimatedAmount: amount(estimate), chargedIn };
}

export function commitmentOf(balance: CommitmentBalance): Data['commitments'][number] {
  const { clause, kind, over, unit, agreed, left } = balance;
  return {
    clause,
    kind,
    over,
    firstPeriod: balance.first,
    lastPeriod: balance.last,
    unit,
    agreed: agreed === null ? null : plain(agreed),
    before: plain(balance.before),
    inPeriod: plain(balance.inMonth),
    left: left === null ? null : plain(left),
    explainedBy: balance.row,
  };
}

function vatOf({ category, rate, reason }: Vat): Data['lines'][number]['vat'] {
  return { categoryCode: category, rate, exemptionReason: reason };
}

function rowOf(each: TraceRow): Data['explanation'][number] {
  return { ...each, inputs: { ...each.inputs } };
}

/** First and last day of `[from, to)`, both included, as in the periods of EN 16931. */
function daysOf(from: number, to: number, timeZone: string): { startDate: string; endDate: string } {
  return { startDate: localDay(from, timeZone), endDate: localDay(to - 1, timeZone) };
}
