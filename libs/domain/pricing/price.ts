import type { Contract } from '#domain/contract/contract.js';
import { minorUnitOf } from '#domain/money/currencies.js';
import { periodBounds } from '#domain/period/period.js';
import { lineDrafts } from './charge/charge-models.js';
import type { AllowanceOrCharge, Invoice, InvoiceLine } from './invoice.js';
import { limitEntries } from './limits.js';
import type { InvoiceLineDraft } from './line-draft.js';
import type { RoundedEntry, RoundedLine } from './month-limit.js';
import { bonusMalus, type BonusMalusDraft } from './performance/bonus-malus.js';
import { earnedBack, type PastPrice } from './performance/earn-back.js';
import { gated } from './performance/gate.js';
import { kpiValues } from './performance/kpi-values.js';
import type { PeriodBook } from './period-book.js';
import { pricingContext } from './pricing-context.js';
import { rounded } from './rounding.js';
import { versionsOf } from './terms-segments.js';
import { totalsOf } from './totals.js';
import { vatGroups } from './vat.js';

/**
 * What a period costs: `invoice(period, cut) = price(contract, book(journal < cut))`. Pure: the same contract
 * and book give the same invoice, and nothing else enters.
 *
 * The order is fixed: quantities with increments and caps -> lines by version, window and band, with their
 * tiers and corridors -> gates -> bonus and malus, each on its named base -> cap per KPI -> cap over all ->
 * what is earned back
 * -> rounding -> minimum and maximum of the month -> VAT. Each step leaves a row in the trace.
 */
export function price(contract: Contract, book: PeriodBook): Invoice {
  return priceOnce(contract, book, true).invoice;
}

/** `earnsBack` false: of a past period that this one looks back to, so that pricing does not recur. */
function priceOnce(contract: Contract, book: PeriodBook, earnsBack: boolean): PastPrice {
  const context = pricingContext(contract, book);
  const { segments, periodEnd, trace, warnings } = context;

  const payable = gated(context, lineDrafts(context));
  const performance = bonusMalus(context, payable);
  const earned = earnsBack ? earnedBack(context, (past) => priceOnce(contract, past, false)) : [];

  const drafts = [...performance.drafts, ...earned];
  const { lines, entries } = rounded(contract, payable, drafts, periodEnd.version, trace);
  const limited = limitEntries(context, roundedLines(lines, payable), roundedEntries(entries, drafts));
  const allowancesAndCharges = [...entries, ...limited];
  const vat = vatGroups(contract, lines, allowancesAndCharges, trace);
  const invoice: Invoice = {
    contract: contract.id,
    period: book.period,
    bounds: periodBounds(book.period, contract.timeZone),
    currency: contract.currency,
    scale: Math.max(contract.rounding.scale, minorUnitOf(contract.currency)),
    versions: versionsOf(segments, lines),
    lines,
    allowancesAndCharges,
    vat,
    totals: totalsOf(lines, allowancesAndCharges, vat),
    kpis: kpiValues(context),
    rows: trace.rows,
    warnings,
  };
  return { invoice, verdicts: performance.verdicts };
}

function roundedLines(
  lines: readonly InvoiceLine[],
  drafts: readonly InvoiceLineDraft[],
): readonly RoundedLine[] {
  return lines.flatMap((line, index) => {
    const draft = drafts[index];
    return draft === undefined ? [] : [{ line, draft }];
  });
}

function roundedEntries(
  entries: readonly AllowanceOrCharge[],
  drafts: readonly BonusMalusDraft[],
): readonly RoundedEntry[] {
  return entries.flatMap((entry, index) => {
    const draft = drafts[index];
    return draft === undefined ? [] : [{ entry, draft }];
  });
}
