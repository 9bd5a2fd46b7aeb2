import type { Contract } from '#domain/contract/contract.js';
import type {
  FixedLine,
  GainShareLine,
  OneOffLine,
  PassThroughLine,
  TimeLine,
  UnitLine,
} from '#domain/contract/line.js';
import { periodBounds } from '#domain/period/period.js';
import { bonusMalus } from './performance/bonus-malus.js';
import { linesBySegment, termsSegments, type TermsSegment, type LineInSegment } from './terms-segments.js';
import { withCorridors } from './corridors.js';
import type { InvoiceLineDraft } from './line-draft.js';
import { earnedBack, type PastPrice } from './performance/earn-back.js';
import { fixedDrafts, oneOffDrafts, passThroughDrafts } from './charge/fixed.js';
import { gainShareDrafts } from './charge/gain-share.js';
import { gated } from './performance/gate.js';
import type { PeriodBook, Invoice, KpiValue } from './invoice.js';
import { allWindows, kpiValue, readKpi, windowsOf } from './performance/kpi-reading.js';
import { limitEntries } from './limits.js';
import { maturedDrafts, maturing } from './charge/maturity.js';
import { periodEndTerms, type PeriodEndTerms, type PricingContext } from './pricing-context.js';
import { rounded } from './rounding.js';
import { CalculationTrace } from './trace.js';
import { timeDrafts } from './charge/time.js';
import { totalsOf, vatGroups } from './totals.js';
import { unitDrafts } from './charge/per-unit.js';

/**
 * What a period costs: `invoice(period, cut) = price(contract, book(journal < cut))`. Pure: the same contract
 * and book give the same invoice, and nothing else enters.
 *
 * The order is fixed: quantities with increments and caps -> lines by version, window and band -> corridors
 * -> gates -> bonus and malus, each on its named base -> cap per KPI -> cap over all -> what is earned back
 * -> rounding -> least and most of the month -> VAT. Each step leaves a row.
 */
export function price(contract: Contract, book: PeriodBook): Invoice {
  return settle(contract, book, true).invoice;
}

function settle(contract: Contract, book: PeriodBook, withEarnBack: boolean): PastPrice {
  const segments = termsSegments(contract, book.period);
  const periodEnd = periodEndTerms(contract, segments) ?? lastTerms(contract);
  const pricing: PricingContext = {
    contract,
    book,
    segments,
    periodEnd,
    trace: new CalculationTrace(),
    warnings: [],
  };
  const drafts = gated(pricing, withCorridors(pricing, lineDrafts(pricing)));
  const judged = bonusMalus(pricing, drafts);
  const earned = withEarnBack ? earnedBack(pricing, (past) => settle(contract, past, false)) : [];
  const sums = rounded(contract, drafts, [...judged.drafts, ...earned], periodEnd.version, pricing.trace);
  const adjustments = [...sums.adjustments, ...limitEntries(pricing, sums.lines, sums.adjustments)];
  const vat = vatGroups(contract, sums.lines, adjustments, pricing.trace);
  const invoice = {
    contract: contract.id,
    period: book.period,
    bounds: periodBounds(book.period, contract.timeZone),
    currency: contract.currency,
    scale: contract.rounding.scale,
    versions: versionsOf(segments, sums.lines),
    lines: sums.lines,
    allowancesAndCharges: adjustments,
    vat,
    totals: totalsOf(sums.lines, adjustments, vat),
    kpis: kpiValues(pricing),
    rows: pricing.trace.rows,
    warnings: pricing.warnings,
  };
  return { invoice, missed: judged.missed };
}

/** A contract that has ended may still have results that mature; its last terms periodEnd them. */
function lastTerms({ id, versions }: Contract): PeriodEndTerms {
  const last = versions.at(-1);
  if (last === undefined) throw new Error(`contract ${id} has no version`);
  return { version: last.version, terms: { ...last.terms, limits: null } };
}

function versionsOf(
  segments: readonly TermsSegment[],
  lines: readonly { readonly version: number }[],
): number[] {
  const versions = [...segments, ...lines].map(({ version }) => version);
  return [...new Set(versions)].sort((a, b) => a - b);
}

function lineDrafts(pricing: PricingContext): InvoiceLineDraft[] {
  const staged = linesBySegment(pricing.contract, pricing.segments, pricing.book);
  const matured = maturedDrafts(pricing);
  const drafts = staged.flatMap((segments) => {
    const id = segments[0]?.line.id;
    return [...draftsOf(pricing, segments), ...matured.filter(({ line }) => line.id === id)];
  });
  return [...drafts, ...matured.filter((draft) => !drafts.includes(draft))];
}

/** The invoice lines that one line of the contract yields; its model may differ from segment to segment. */
function draftsOf(pricing: PricingContext, staged: readonly LineInSegment[]): InvoiceLineDraft[] {
  const { contract, book, trace } = pricing;
  return [
    ...timeDrafts(contract, staged.filter(isTime), book, trace),
    ...unitDrafts(staged.filter(isUnit), trace),
    ...fixedDrafts(staged.filter(isFixed), book.period, contract.timeZone, trace),
    ...gainShareDrafts(pricing, staged.filter(isGainShare)),
    ...oneOffDrafts(staged.filter(isOneOff), contract.timeZone, trace),
    ...passThroughDrafts(staged.filter(isPassThrough), trace),
  ];
}

/** Every KPI of the contract, over the month and in each of its windows. */
function kpiValues(pricing: PricingContext): KpiValue[] {
  const { contract, book, periodEnd } = pricing;
  const decimals = contract.rounding.displayRatio;
  return Object.entries(periodEnd.terms.kpis).flatMap(([id, kpi]) => [
    kpiValue(readKpi(pricing, id, kpi, allWindows), null, decimals),
    ...windowsOf(book, id).map((name) =>
      kpiValue(
        readKpi(pricing, id, kpi, (window) => window === name),
        name,
        decimals,
      ),
    ),
  ]);
}

function isTime(staged: LineInSegment): staged is LineInSegment<TimeLine> {
  return staged.line.model === 'time';
}

function isUnit(staged: LineInSegment): staged is LineInSegment<UnitLine> {
  return (staged.line.model === 'perUnit' || staged.line.model === 'outcome') && !maturing(staged);
}

function isFixed(staged: LineInSegment): staged is LineInSegment<FixedLine> {
  return staged.line.model === 'fixed';
}

function isGainShare(staged: LineInSegment): staged is LineInSegment<GainShareLine> {
  return staged.line.model === 'gainShare';
}

function isOneOff(staged: LineInSegment): staged is LineInSegment<OneOffLine> {
  return staged.line.model === 'oneOff';
}

function isPassThrough(staged: LineInSegment): staged is LineInSegment<PassThroughLine> {
  return staged.line.model === 'passThrough';
}
