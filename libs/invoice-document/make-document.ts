import { entryName } from '#contract-text/entry-name.js';
import type { Lang } from '#contract-text/lang.js';
import { wording, type Wording } from '#contract-text/phrasebook.js';
import { Decimal, plain, round } from '#domain/money/money.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import type {
  Data,
  DocumentEntry,
  DocumentLine,
  DocumentTotals,
  DocumentVat,
  InvoiceDocument,
  Issue,
} from './document.js';
import { dueDate, paymentTermsText } from './due-date.js';
import { exemptionOf } from './exemption.js';
import { lineDescription } from './line-description.js';
import { totalsFaults } from './totals-faults.js';

/** Why no document can be made of an event. */
export type NoDocument =
  /** The contract does not say what a document needs: paths of the contract. */
  | { readonly code: 'absent-particulars'; readonly absent: readonly string[] }
  /** It is paid with another event. */
  | { readonly code: 'not-payable'; readonly paidWith: string }
  /** It charges nothing at all. */
  | { readonly code: 'nothing-to-invoice' }
  /** A credit note names the invoice that it corrects. */
  | { readonly code: 'no-preceding-invoice' }
  | { readonly code: 'malformed-number' }
  | { readonly code: 'malformed-date' }
  /** Amounts of an invoice have at most two decimals (BR-DEC). */
  | { readonly code: 'amounts-too-fine' }
  /** The event contradicts itself, which ours never do. */
  | { readonly code: 'totals-do-not-add-up'; readonly faults: readonly string[] };

export type MadeDocument = { readonly document: InvoiceDocument } | { readonly refused: NoDocument };

/** The document of an event, in the language of its descriptions. */
export function makeDocument({ id, data }: InvoiceReadyEvent, issue: Issue, lang: Lang): MadeDocument {
  const refused = whyNot(data, issue);
  if (refused !== null) return { refused };
  const words = wording(lang);
  const isCredit = data.typeCode === '381' || data.typeCode === '261';
  const signed = signs(isCredit);
  const entries = data.allowancesAndCharges.map((entry) => entryOf(entry, isCredit, words));
  const lines = data.lines.flatMap((line) => lineOf(line, signed, data, words));
  const onlyEntries = lines.length === 0;
  const document: InvoiceDocument = {
    ...issue,
    typeCode: data.typeCode,
    isCredit,
    currency: data.currencyCode,
    ...partiesOf(data),
    businessProcess: data.businessProcess,
    notes: data.invoiceNotes,
    references: {
      buyer: data.buyerReference ?? null,
      project: data.projectReference ?? null,
      contract: data.contractReference,
      purchaseOrder: data.purchaseOrderReference,
      tender: data.tenderOrLotReference ?? null,
      buyerAccounting: data.buyerAccountingReference,
    },
    period: data.invoicingPeriod,
    lines: onlyEntries ? entries.map((entry, index) => entryLine(entry, index, data)) : lines,
    entries: onlyEntries ? [] : entries,
    vat: data.vatBreakdown.map((group) => vatOf(group, signed)),
    vatPointDateCode: data.vatPointDateCode,
    totals: totalsOf(data, signed, isCredit, onlyEntries),
    vatAccounting: vatAccountingOf(data, signed),
    payment:
      data.paymentTerms === undefined
        ? null
        : {
            dueDate: dueDate(issue.issueDate, data.paymentTerms),
            terms: paymentTermsText(data, words),
          },
    source: { event: id, contract: data.contract, period: data.period, revision: data.revision },
  };
  if (document.lines.length === 0) return { refused: { code: 'nothing-to-invoice' } };
  const faults = totalsFaults(document);
  return faults.length > 0 ? { refused: { code: 'totals-do-not-add-up', faults } } : { document };
}

function whyNot(data: Data, { number, issueDate, preceding, isDraft }: Issue): NoDocument | null {
  const { adjusts, absent, typeCode } = data;
  if (adjusts?.payable === false) return { code: 'not-payable', paidWith: adjusts.carriedByEvent ?? '' };
  if (absent.length > 0) return { code: 'absent-particulars', absent };
  if (!/^[A-Za-z0-9+_/-]{1,35}$/.test(number)) return { code: 'malformed-number' };
  if (![issueDate, ...preceding.map((each) => each.issueDate)].every(isDay))
    return { code: 'malformed-date' };
  const isCredit = typeCode === '381' || typeCode === '261';
  if (isCredit && preceding.length === 0 && !isDraft) return { code: 'no-preceding-invoice' };
  const amounts = [...data.lines, ...data.allowancesAndCharges].map((entry) =>
    'netAmount' in entry ? entry.netAmount.amount : entry.amount.amount,
  );
  return amounts.some((amount) => new Decimal(amount).decimalPlaces() > 2)
    ? { code: 'amounts-too-fine' }
    : null;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

type Signed = (amount: string) => string;

function signs(isCredit: boolean): Signed {
  return (amount) => money(isCredit ? new Decimal(amount).negated() : new Decimal(amount));
}

function money(amount: Decimal): string {
  return plain(amount, 2);
}

/** Where all of it is out of scope of VAT, no VAT id may be named (BR-O-02). */
function partiesOf({ seller, buyer, vatBreakdown }: Data): Pick<InvoiceDocument, 'seller' | 'buyer'> {
  const isOutside = vatBreakdown.every(({ vat }) => vat.categoryCode === 'O');
  if (!isOutside) return { seller, buyer };
  return { seller: { ...seller, vatIdentifier: null }, buyer: { ...buyer, vatIdentifier: null } };
}

/** Nothing of a line that costs nothing at no price: a unit price must be above zero. */
function lineOf(line: Data['lines'][number], signed: Signed, data: Data, words: Wording): DocumentLine[] {
  const { invoicedQuantity, itemNetPrice, itemPriceBaseQuantity } = line;
  if (new Decimal(itemNetPrice.amount).isZero()) return [];
  const isCredit = data.typeCode === '381' || data.typeCode === '261';
  const quantity = new Decimal(invoicedQuantity);
  return [
    {
      id: line.identifier,
      name: line.itemName,
      description: lineDescription(line, words),
      quantity: plain(isCredit ? quantity.negated() : quantity),
      unit: line.unitCode,
      price: itemNetPrice.amount,
      baseQuantity: itemPriceBaseQuantity,
      net: signed(line.netAmount.amount),
      period: line.period,
      vat: line.vat,
    },
  ];
}

function entryOf(
  entry: Data['allowancesAndCharges'][number],
  isCredit: boolean,
  words: Wording,
): DocumentEntry {
  const isCharge = entry.chargeIndicator !== isCredit;
  const amount = money(new Decimal(entry.amount.amount));
  const { corrects, baseAmount, percentage, reasonCode } = entry;
  const name = entryName({ clause: entry.clause, name: entry.reason }, words);
  const period = corrects === undefined ? '' : ` (${corrects.period})`;
  return {
    isCharge,
    amount,
    reason: `${name}${period}`,
    // the codes of allowances and charges are of two lists
    reasonCode: isCredit || reasonCode === undefined ? null : reasonCode,
    base:
      baseAmount === null || percentage === null ? null : shownBase(baseAmount.amount, percentage, amount),
    vat: entry.vat,
  };
}

/** Percent and base, where a reader who multiplies them gets the amount. */
function shownBase(base: string, ratio: string, amount: string): DocumentEntry['base'] {
  const percent = new Decimal(ratio).times(100).abs();
  const of = new Decimal(base).abs();
  if (percent.decimalPlaces() > 2 || of.decimalPlaces() > 2) return null;
  if (!round(of.times(percent).div(100), 2).equals(amount)) return null;
  return { amount: money(of), percent: plain(percent) };
}

/** EN 16931 asks for a line (BR-16): where only clauses charge, each of them is one. */
function entryLine(
  { isCharge, amount, reason, vat }: DocumentEntry,
  index: number,
  data: Data,
): DocumentLine {
  return {
    id: String(index + 1),
    name: reason,
    description: '',
    quantity: isCharge ? '1' : '-1',
    unit: 'C62',
    price: amount,
    baseQuantity: '1',
    net: isCharge ? amount : money(new Decimal(amount).negated()),
    period: data.invoicingPeriod,
    vat,
  };
}

function vatOf(group: Data['vatBreakdown'][number], signed: Signed): DocumentVat {
  const { categoryCode, rate, exemptionReason } = group.vat;
  return {
    category: categoryCode,
    rate,
    base: signed(group.taxableAmount.amount),
    tax: signed(group.taxAmount.amount),
    exemption: exemptionOf(categoryCode, exemptionReason),
  };
}

function totalsOf(data: Data, signed: Signed, isCredit: boolean, onlyEntries: boolean): DocumentTotals {
  const { totals } = data;
  const [allowances, charges] = isCredit
    ? [totals.sumOfCharges, totals.sumOfAllowances]
    : [totals.sumOfAllowances, totals.sumOfCharges];
  const net = signed(totals.totalWithoutVat.amount);
  return {
    lines: onlyEntries ? net : signed(totals.sumOfLineNetAmounts.amount),
    allowances: onlyEntries ? '0.00' : money(new Decimal(allowances.amount)),
    charges: onlyEntries ? '0.00' : money(new Decimal(charges.amount)),
    net,
    vat: signed(totals.totalVat.amount),
    gross: signed(totals.totalWithVat.amount),
  };
}

function vatAccountingOf(data: Data, signed: Signed): InvoiceDocument['vatAccounting'] {
  const conversion = (data.conversions ?? []).find(({ use }) => use === 'tax');
  if (conversion === undefined) return null;
  return { currency: conversion.currency, vat: signed(conversion.totalVat.amount) };
}
