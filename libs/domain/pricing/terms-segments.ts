import { decodeQuantityKey, type LineQuantityKey } from '#domain/metering/quantity-key.js';
import type { Period } from '#domain/period/period.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Line } from '#domain/contract/line.js';
import { termsInForceDuring, type TermsInForce } from '#domain/contract/terms-in-force.js';
import type { PeriodBook } from './invoice.js';

/** A version of the contract (and calendar window) as far as it reaches into a period. */
export interface TermsSegment {
  readonly version: number;
  readonly window: string | null;
  readonly inForce: TermsInForce;
  readonly from: number;
  readonly to: number;
  /** `[from, to)` of its parts: a window in its middle cuts a version in two. */
  readonly parts: readonly { readonly from: number; readonly to: number }[];
}

/** In order of their beginning. Empty: the contract does not reach into the period. */
export function termsSegments(contract: Contract, period: Period): readonly TermsSegment[] {
  const groups = Map.groupBy(
    termsInForceDuring(contract, period),
    ({ version, window }) => `${version}/${window ?? ''}`,
  );
  return [...groups.values()].flatMap((termsList) => {
    const [first] = termsList;
    if (first === undefined) return [];
    return {
      version: first.version,
      window: first.window,
      inForce: first,
      from: first.from,
      to: termsList.at(-1)?.to ?? first.to,
      parts: termsList.map(({ from, to }) => ({ from, to })),
    };
  });
}

/** A line of the contract in one segment, with what the book has for it. */
export interface LineInSegment<L extends Line = Line> {
  readonly segment: TermsSegment;
  readonly line: L;
  readonly quantities: readonly BookedQuantity[];
}

export interface BookedQuantity {
  readonly key: string;
  readonly parts: LineQuantityKey;
  readonly quantity: number;
}

/** Lines of the contract in order, each with its segments in order. */
export function linesBySegment(
  contract: Contract,
  segments: readonly TermsSegment[],
  book: PeriodBook,
): readonly LineInSegment[][] {
  const cells = lineCells(book);
  const ids = new Set(segments.flatMap(({ inForce }) => inForce.terms.lines.map(({ id }) => id)));
  checkKnown(contract, segments, book, cells);
  return [...ids].map((id) =>
    segments.flatMap((segment) => {
      const line = segment.inForce.terms.lines.find((candidate) => candidate.id === id);
      if (line === undefined) return [];
      const own = cells.filter(
        ({ parts: cell }) =>
          cell.id === id && cell.version === segment.version && cell.window === segment.window,
      );
      return { segment, line, quantities: own.sort((a, b) => byBandAndRate(line, a.parts, b.parts)) };
    }),
  );
}

function lineCells(book: PeriodBook): BookedQuantity[] {
  const cells: BookedQuantity[] = [];
  for (const [key, quantity] of book.quantities) {
    if (!key.startsWith('line/')) continue;
    const cell = decodeQuantityKey(key);
    if (cell.subject === 'line' && quantity !== 0) cells.push({ key, parts: cell, quantity });
  }
  return cells;
}

/**
 * A quantity that no clause would charge is a book of another contract: better no invoice than a wrong one.
 */
function checkKnown(
  contract: Contract,
  segments: readonly TermsSegment[],
  book: PeriodBook,
  cells: readonly BookedQuantity[],
): void {
  if (book.contract !== contract.id)
    throw new Error(`the book is of ${book.contract}, not of ${contract.id}`);
  const lost = cells.find(({ parts: cell }) => !stageHas(segments, cell));
  if (lost !== undefined)
    throw new Error(`${lost.key} of ${book.period} belongs to no line of ${contract.id}`);
}

function stageHas(segments: readonly TermsSegment[], { id, version, window }: LineQuantityKey): boolean {
  return segments.some(
    (segment) =>
      segment.version === version &&
      segment.window === window &&
      segment.inForce.terms.lines.some((line) => line.id === id),
  );
}

/** Order of the contract, not of the book: the bands as written, the line's own price last of the rates. */
function byBandAndRate(line: Line, a: LineQuantityKey, b: LineQuantityKey): number {
  return compareLists(bandRanks(line, a), bandRanks(line, b)) || rateRank(line, a) - rateRank(line, b);
}

function bandRanks(line: Line, { bands }: LineQuantityKey): number[] {
  const known = 'bands' in line ? line.bands : [];
  return bands.map((id) => known.findIndex((band) => band.id === id));
}

function rateRank(line: Line, { rate }: LineQuantityKey): number {
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
