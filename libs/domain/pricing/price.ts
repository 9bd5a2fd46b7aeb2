import type { Contract } from '#domain/contract/contract.js';
import { minorUnitOf } from '#domain/money/currencies.js';
import type { Decimal } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { carriedEntries } from './carried-adjustments.js';
import { unitBalances } from './commitment/balances.js';
import { provisionalResults } from './charge/provisional.js';
import { Settlements } from './commitment/settlements.js';
import { Credits } from './credit/credits.js';
import { Rebates } from './discount/rebates.js';
import type { CarriedAdjustment, Invoice, Totals } from './invoice.js';
import { kpiValues } from './performance/kpi-values.js';
import { pastBook, type PeriodBook } from './period-book.js';
import { PricedMonths } from './priced-months.js';
import { paymentDetailsOf, paymentWarnings } from './payment-details.js';
import { versionsOf } from './terms-segments.js';
import { totalsOf } from './totals.js';
import { vatGroups } from './vat.js';

/**
 * What a period costs: `invoice(period, cut) = price(contract, book(journal < cut))`. Pure: the same contract
 * and book give the same invoice, and nothing else enters.
 *
 * The order is fixed: quantities with increments and caps -> lines by version, window and band, with their
 * tiers and corridors -> gates -> bonus and malus, each on its named base -> cap per KPI -> cap over all ->
 * what is earned back -> rounding -> discounts of the month -> minimum and maximum of the month ->
 * commitments over several months -> rebates over several months -> service credits of the month before ->
 * credits of months below zero -> carried adjustments of earlier periods -> VAT. Each step leaves a row in
 * the trace.
 */
export function price(
  contract: Contract,
  book: PeriodBook,
  carried: readonly CarriedAdjustment[] = [],
): Invoice {
  const { invoice, own } = pricedMonth(contract, book, carried);
  const { period, warnings } = invoice;
  const netOf = (past: Period): Decimal | null => {
    const sums = pastBook(book, past);
    return sums === null ? null : pricedMonth(contract, sums, []).own.net;
  };
  return {
    ...invoice,
    warnings: [...warnings, ...paymentWarnings(contract, period, own.net, netOf)],
  };
}

/** `own`: totals of the period itself, without what the invoice carries. */
function pricedMonth(
  contract: Contract,
  book: PeriodBook,
  carried: readonly CarriedAdjustment[],
): { readonly invoice: Invoice; readonly own: Totals } {
  const months = new PricedMonths(contract, book);
  const { context, lines: ownLines, entries } = months.of(book.period);
  const { segments, trace, warnings } = context;
  const { version } = context.periodEnd;
  const settlements = new Settlements(months);
  const rebates = new Rebates(months, settlements);
  const settled = settlements.of(book.period);
  const rebated = rebates.of(book.period);
  const credits = new Credits(months, settlements, rebates).of(book.period);
  const ownEntries = [...entries, ...settled.entries, ...rebated.entries, ...credits.entries];
  const others = carriedEntries(carried, version, trace);
  const lines = [...ownLines, ...others.lines];
  const allowancesAndCharges = [...ownEntries, ...others.allowancesAndCharges];
  const provisional = provisionalResults(context);
  const vat = vatGroups(contract, lines, allowancesAndCharges, trace);
  const totals = totalsOf(lines, allowancesAndCharges, vat);
  const paymentDetails = paymentDetailsOf(contract, book.period, { vat, totals }, version, trace);
  const invoice: Invoice = {
    contract: contract.id,
    period: book.period,
    bounds: periodsOf(contract).bounds(book.period),
    currency: contract.currency,
    scale: Math.max(contract.rounding.scale, minorUnitOf(contract.currency)),
    versions: versionsOf(segments, ownLines),
    lines,
    allowancesAndCharges,
    vat,
    totals,
    ...(carried.length > 0 && { carried }),
    commitments: [...unitBalances(context), ...settled.balances, ...rebated.balances],
    ...(credits.balances.length > 0 && { credits: credits.balances }),
    kpis: kpiValues(context),
    rows: trace.rows,
    warnings,
    ...(provisional.length > 0 && { provisional }),
    ...(paymentDetails !== undefined && { paymentDetails }),
  };
  return { invoice, own: totalsOf(ownLines, ownEntries, []) };
}
