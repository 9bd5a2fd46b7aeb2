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
import { kpiAdjustments } from './performance/bonus-malus.js';
import { stagedLines, stagesOf, type Stage, type StagedLine } from './terms-segments.js';
import { withCorridors } from './charge/corridor.js';
import type { Draft } from './line-draft.js';
import { earnedBack, type PastPrice } from './performance/earn-back.js';
import { fixedDrafts, oneOffDrafts, passThroughDrafts } from './charge/fixed.js';
import { gainShareDrafts } from './charge/gain-share.js';
import { gated } from './performance/gate.js';
import type { Book, Invoice, KpiValue } from './invoice.js';
import { everywhere, kpiValue, readKpi, windowsOf } from './performance/kpi-reading.js';
import { limitEntries } from './limits.js';
import { maturedDrafts, maturing } from './charge/maturity.js';
import { judgeOf, type Judge, type Pricing } from './pricing.js';
import { rounded } from './rounding.js';
import { Ledger } from './trace.js';
import { timeDrafts } from './charge/time.js';
import { totalsOf, vatGroups } from './totals.js';
import { unitDrafts } from './charge/unit.js';

/**
 * What a period costs: `invoice(period, cut) = price(contract, book(journal < cut))`. Pure: the same contract
 * and book give the same invoice, and nothing else enters.
 *
 * The order is fixed: quantities with increments and caps -> lines by version, window and band -> corridors
 * -> gates -> bonus and malus, each on its named base -> cap per KPI -> cap over all -> what is earned back
 * -> rounding -> least and most of the month -> VAT. Each step leaves a row.
 */
export function price(contract: Contract, book: Book): Invoice {
  return settle(contract, book, true).invoice;
}

function settle(contract: Contract, book: Book, withEarnBack: boolean): PastPrice {
  const stages = stagesOf(contract, book.period);
  const judge = judgeOf(contract, stages) ?? lastTerms(contract);
  const pricing: Pricing = { contract, book, stages, judge, ledger: new Ledger(), notes: [] };
  const drafts = gated(pricing, withCorridors(pricing, lineDrafts(pricing)));
  const judged = kpiAdjustments(pricing, drafts);
  const earned = withEarnBack ? earnedBack(pricing, (past) => settle(contract, past, false)) : [];
  const sums = rounded(contract, drafts, [...judged.drafts, ...earned], judge.version, pricing.ledger);
  const adjustments = [...sums.adjustments, ...limitEntries(pricing, sums.lines, sums.adjustments)];
  const vat = vatGroups(contract, sums.lines, adjustments, pricing.ledger);
  const invoice = {
    contract: contract.id,
    period: book.period,
    bounds: periodBounds(book.period, contract.timeZone),
    currency: contract.currency,
    scale: contract.rounding.scale,
    versions: versionsOf(stages, sums.lines),
    lines: sums.lines,
    adjustments,
    vat,
    totals: totalsOf(sums.lines, adjustments, vat),
    kpis: kpiValues(pricing),
    rows: pricing.ledger.rows,
    notes: pricing.notes,
  };
  return { invoice, missed: judged.missed };
}

/** A contract that has ended may still have results that mature; its last terms judge them. */
function lastTerms({ id, versions }: Contract): Judge {
  const last = versions.at(-1);
  if (last === undefined) throw new Error(`contract ${id} has no version`);
  return { version: last.version, terms: { ...last.terms, limits: null } };
}

function versionsOf(stages: readonly Stage[], lines: readonly { readonly version: number }[]): number[] {
  const versions = [...stages, ...lines].map(({ version }) => version);
  return [...new Set(versions)].sort((a, b) => a - b);
}

function lineDrafts(pricing: Pricing): Draft[] {
  const staged = stagedLines(pricing.contract, pricing.stages, pricing.book);
  const matured = maturedDrafts(pricing);
  const drafts = staged.flatMap((stages) => {
    const id = stages[0]?.line.id;
    return [...draftsOf(pricing, stages), ...matured.filter(({ line }) => line.id === id)];
  });
  return [...drafts, ...matured.filter((draft) => !drafts.includes(draft))];
}

/** The lines of an invoice that one line of the contract yields; its model may differ from stage to stage. */
function draftsOf(pricing: Pricing, staged: readonly StagedLine[]): Draft[] {
  const { contract, book, ledger } = pricing;
  return [
    ...timeDrafts(contract, staged.filter(isTime), book, ledger),
    ...unitDrafts(staged.filter(isUnit), ledger),
    ...fixedDrafts(staged.filter(isFixed), book.period, contract.timeZone, ledger),
    ...gainShareDrafts(pricing, staged.filter(isGainShare)),
    ...oneOffDrafts(staged.filter(isOneOff), contract.timeZone, ledger),
    ...passThroughDrafts(staged.filter(isPassThrough), ledger),
  ];
}

/** Every KPI of the contract, over the month and in each of its windows. */
function kpiValues(pricing: Pricing): KpiValue[] {
  const { contract, book, judge } = pricing;
  const decimals = contract.rounding.displayRatio;
  return Object.entries(judge.terms.kpis).flatMap(([id, kpi]) => [
    kpiValue(readKpi(pricing, id, kpi, everywhere), null, decimals),
    ...windowsOf(book, id).map((name) =>
      kpiValue(
        readKpi(pricing, id, kpi, (window) => window === name),
        name,
        decimals,
      ),
    ),
  ]);
}

function isTime(staged: StagedLine): staged is StagedLine<TimeLine> {
  return staged.line.model === 'time';
}

function isUnit(staged: StagedLine): staged is StagedLine<UnitLine> {
  return (staged.line.model === 'perUnit' || staged.line.model === 'outcome') && !maturing(staged);
}

function isFixed(staged: StagedLine): staged is StagedLine<FixedLine> {
  return staged.line.model === 'fixed';
}

function isGainShare(staged: StagedLine): staged is StagedLine<GainShareLine> {
  return staged.line.model === 'gainShare';
}

function isOneOff(staged: StagedLine): staged is StagedLine<OneOffLine> {
  return staged.line.model === 'oneOff';
}

function isPassThrough(staged: StagedLine): staged is StagedLine<PassThroughLine> {
  return staged.line.model === 'passThrough';
}
