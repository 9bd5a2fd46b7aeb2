import type { Contract } from '#domain/contract/contract.js';
import type { FixedLine, OneOffLine, TimeLine, UnitLine } from '#domain/contract/line.js';
import { periodBounds } from '#domain/period/period.js';
import { stagedLines, stagesOf, type Stage, type StagedLine } from './book-lines.js';
import type { Draft } from './draft.js';
import { fixedDrafts, oneOffDrafts } from './fixed-line.js';
import type { Book, Invoice } from './invoice.js';
import { Ledger } from './row.js';
import { timeDrafts } from './time-line.js';
import { roundedLines, totalsOf, vatGroups } from './totals.js';
import { unitDrafts } from './unit-line.js';

/**
 * What a period costs: `invoice(period, cut) = price(contract, book(journal < cut))`. Pure: the same contract and book
 * give the same invoice, and nothing else enters.
 *
 * The order is fixed: quantities with increments and caps -> lines by version, window and band -> corridors -> gates ->
 * bonus and malus, each on its named base -> cap per KPI -> cap over all -> least and most of the month -> rounding ->
 * VAT. Each step leaves a row.
 */
export function price(contract: Contract, book: Book): Invoice {
  const ledger = new Ledger();
  const stages = stagesOf(contract, book.period);
  const drafts = stagedLines(contract, stages, book).flatMap((staged) =>
    draftsOf(contract, staged, book, ledger),
  );
  const lines = roundedLines(contract, stages, drafts, ledger);
  const vat = vatGroups(contract, lines, [], ledger);
  return {
    contract: contract.id,
    period: book.period,
    bounds: periodBounds(book.period, contract.timeZone),
    currency: contract.currency,
    scale: contract.rounding.scale,
    versions: versionsOf(stages),
    lines,
    adjustments: [],
    vat,
    totals: totalsOf(lines, [], vat),
    kpis: [],
    rows: ledger.rows,
  };
}

function versionsOf(stages: readonly Stage[]): number[] {
  return [...new Set(stages.map(({ version }) => version))];
}

/** The lines of an invoice that one line of the contract yields; its model may differ from stage to stage. */
function draftsOf(contract: Contract, staged: readonly StagedLine[], book: Book, ledger: Ledger): Draft[] {
  return [
    ...timeDrafts(staged.filter(isTime), book, ledger),
    ...unitDrafts(staged.filter(isUnit), ledger),
    ...fixedDrafts(staged.filter(isFixed), book.period, contract.timeZone, ledger),
    ...oneOffDrafts(staged.filter(isOneOff), contract.timeZone, ledger),
  ];
}

function isTime(staged: StagedLine): staged is StagedLine<TimeLine> {
  return staged.line.model === 'time';
}

function isUnit(staged: StagedLine): staged is StagedLine<UnitLine> {
  return staged.line.model === 'perUnit' || staged.line.model === 'outcome';
}

function isFixed(staged: StagedLine): staged is StagedLine<FixedLine> {
  return staged.line.model === 'fixed';
}

function isOneOff(staged: StagedLine): staged is StagedLine<OneOffLine> {
  return staged.line.model === 'oneOff';
}
