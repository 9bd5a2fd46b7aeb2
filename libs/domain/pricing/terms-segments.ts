import { parseKey, type LineCell } from '#domain/metering/quantity-key.js';
import type { Period } from '#domain/period/period.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Line } from '#domain/contract/line.js';
import { regimesIn, type Regime } from '#domain/contract/terms-in-force.js';
import type { Book } from './invoice.js';

/** A version of the contract (and calendar window) as far as it reaches into a period. */
export interface Stage {
  readonly version: number;
  readonly window: string | null;
  readonly regime: Regime;
  readonly from: number;
  readonly to: number;
  /** `[from, to)` of its parts: a window in its middle cuts a version in two. */
  readonly parts: readonly { readonly from: number; readonly to: number }[];
}

/** In order of their beginning. Empty: the contract does not reach into the period. */
export function stagesOf(contract: Contract, period: Period): readonly Stage[] {
  const groups = Map.groupBy(
    regimesIn(contract, period),
    ({ version, window }) => `${version}/${window ?? ''}`,
  );
  return [...groups.values()].flatMap((regimes) => {
    const [first] = regimes;
    if (first === undefined) return [];
    return {
      version: first.version,
      window: first.window,
      regime: first,
      from: first.from,
      to: regimes.at(-1)?.to ?? first.to,
      parts: regimes.map(({ from, to }) => ({ from, to })),
    };
  });
}

/** A line of the contract in one stage, with what the book has for it. */
export interface StagedLine<L extends Line = Line> {
  readonly stage: Stage;
  readonly line: L;
  readonly cells: readonly BookCell[];
}

export interface BookCell {
  readonly key: string;
  readonly cell: LineCell;
  readonly quantity: number;
}

/** Lines of the contract in order, each with its stages in order. */
export function stagedLines(
  contract: Contract,
  stages: readonly Stage[],
  book: Book,
): readonly StagedLine[][] {
  const cells = lineCells(book);
  const ids = new Set(stages.flatMap(({ regime }) => regime.terms.lines.map(({ id }) => id)));
  checkKnown(contract, stages, book, cells);
  return [...ids].map((id) =>
    stages.flatMap((stage) => {
      const line = stage.regime.terms.lines.find((candidate) => candidate.id === id);
      if (line === undefined) return [];
      const own = cells.filter(
        ({ cell }) => cell.id === id && cell.version === stage.version && cell.window === stage.window,
      );
      return { stage, line, cells: own.sort((a, b) => byBandAndRate(line, a.cell, b.cell)) };
    }),
  );
}

function lineCells(book: Book): BookCell[] {
  const cells: BookCell[] = [];
  for (const [key, quantity] of book.quantities) {
    if (!key.startsWith('line/')) continue;
    const cell = parseKey(key);
    if (cell.subject === 'line' && quantity !== 0) cells.push({ key, cell, quantity });
  }
  return cells;
}

/**
 * A quantity that no clause would charge is a book of another contract: better no invoice than a wrong one.
 */
function checkKnown(
  contract: Contract,
  stages: readonly Stage[],
  book: Book,
  cells: readonly BookCell[],
): void {
  if (book.contract !== contract.id)
    throw new Error(`the book is of ${book.contract}, not of ${contract.id}`);
  const lost = cells.find(({ cell }) => !stageHas(stages, cell));
  if (lost !== undefined)
    throw new Error(`${lost.key} of ${book.period} belongs to no line of ${contract.id}`);
}

function stageHas(stages: readonly Stage[], { id, version, window }: LineCell): boolean {
  return stages.some(
    (stage) =>
      stage.version === version &&
      stage.window === window &&
      stage.regime.terms.lines.some((line) => line.id === id),
  );
}

/** Order of the contract, not of the book: the bands as written, the line's own price last of the rates. */
function byBandAndRate(line: Line, a: LineCell, b: LineCell): number {
  return compareLists(bandRanks(line, a), bandRanks(line, b)) || rateRank(line, a) - rateRank(line, b);
}

function bandRanks(line: Line, { bands }: LineCell): number[] {
  const known = 'bands' in line ? line.bands : [];
  return bands.map((id) => known.findIndex((band) => band.id === id));
}

function rateRank(line: Line, { rate }: LineCell): number {
  const rates = 'rates' in line ? line.rates : [];
  return rate === null ? rates.length : rates.findIndex(({ id }) => id === rate);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? -1) - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
