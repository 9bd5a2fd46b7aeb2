import type { Contract } from '#domain/contract/contract.js';
import type { Line } from '#domain/contract/line.js';
import { termsInForceDuring, type TermsInForce } from '#domain/contract/terms-in-force.js';
import { clockKeyOf, decodeQuantityKey, type LineQuantityKey } from '#domain/metering/quantity-key.js';
import type { Period } from '#domain/period/period.js';
import type { PeriodBook } from './period-book.js';

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
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return {
      version: first.version,
      window: first.window,
      inForce: first,
      from: first.from,
      to: group.at(-1)?.to ?? first.to,
      parts: group.map(({ from, to }) => ({ from, to })),
    };
  });
}

/** Versions of the contract that the segments and lines of a period are of, in order. */
export function versionsOf(
  segments: readonly TermsSegment[],
  lines: readonly { readonly version: number }[],
): number[] {
  const versions = [...segments, ...lines].map(({ version }) => version);
  return [...new Set(versions)].sort((a, b) => a - b);
}

/** A line of the contract in one segment, with what the book has for it. */
export interface LineInSegment<L extends Line = Line> {
  readonly segment: TermsSegment;
  readonly line: L;
  readonly quantities: readonly BookedQuantity[];
}

/** What the book has for the same bands and rate in one segment. */
export interface BookedQuantity {
  readonly bands: readonly string[];
  readonly rate: string | null;
  /** In order of time. */
  readonly sums: readonly BookedSum[];
}

export interface BookedSum {
  readonly key: string;
  /** Beginning of the rating interval, where the order of units matters; else of the segment. */
  readonly at: number;
  readonly quantity: number;
  /** Milliseconds that it is without, since other work of the same persons has them; absent: none. */
  readonly claimedTwice?: number;
}

/**
 * Lines of the contract in order, each with its segments in order. Throws where the book has a quantity that
 * no line would charge: it is the book of another contract, and no invoice is better than a wrong one.
 */
export function linesBySegment(
  contract: Contract,
  segments: readonly TermsSegment[],
  book: PeriodBook,
): readonly LineInSegment[][] {
  const booked = lineQuantities(book);
  const ids = new Set(segments.flatMap(({ inForce }) => inForce.terms.lines.map(({ id }) => id)));
  checkKnown(contract, segments, book, booked);
  return [...ids].map((id) =>
    segments.flatMap((segment) => {
      const line = segment.inForce.terms.lines.find((candidate) => candidate.id === id);
      if (line === undefined) return [];
      const own = booked.filter(
        ({ decoded: key }) =>
          key.id === id && key.version === segment.version && key.window === segment.window,
      );
      return { segment, line, quantities: quantitiesOf(own, line, segment) };
    }),
  );
}

interface LineSum {
  readonly key: string;
  readonly decoded: LineQuantityKey;
  readonly quantity: number;
  readonly claimedTwice: number;
}

function quantitiesOf(own: readonly LineSum[], line: Line, { from }: TermsSegment): BookedQuantity[] {
  const cells = Map.groupBy(own, ({ decoded: { bands, rate } }) => JSON.stringify([bands, rate]));
  return [...cells.values()]
    .flatMap((members): BookedQuantity[] => {
      const [first] = members;
      if (first === undefined) return [];
      const { bands, rate } = first.decoded;
      const sums = members.map(({ key, decoded, quantity, claimedTwice }) => ({
        key,
        at: decoded.since ?? from,
        quantity,
        ...(claimedTwice !== 0 && { claimedTwice }),
      }));
      return [{ bands, rate, sums: sums.sort((a, b) => a.at - b.at) }];
    })
    .sort((a, b) => byBandAndRate(line, a, b));
}

function lineQuantities(book: PeriodBook): LineSum[] {
  const booked: LineSum[] = [];
  for (const [key, quantity] of book.quantities) {
    if (!key.startsWith('line/')) continue;
    const decoded = decodeQuantityKey(key);
    if (decoded.kind !== 'line' || quantity === 0) continue;
    booked.push({ key, decoded, quantity, claimedTwice: book.quantities.get(clockKeyOf(key)) ?? 0 });
  }
  return booked;
}

function checkKnown(
  contract: Contract,
  segments: readonly TermsSegment[],
  book: PeriodBook,
  booked: readonly LineSum[],
): void {
  if (book.contract !== contract.id)
    throw new Error(`the book is of ${book.contract}, not of ${contract.id}`);
  const unknown = booked.find(({ decoded }) => !isCharged(segments, decoded));
  if (unknown !== undefined)
    throw new Error(`${unknown.key} of ${book.period} belongs to no line of ${contract.id}`);
}

function isCharged(segments: readonly TermsSegment[], { id, version, window }: LineQuantityKey): boolean {
  return segments.some(
    (segment) =>
      segment.version === version &&
      segment.window === window &&
      segment.inForce.terms.lines.some((line) => line.id === id),
  );
}

/** Order of the contract, not of the book: the bands as written, the line's own price last of the rates. */
export function byBandAndRate(
  line: Line,
  a: Pick<BookedQuantity, 'bands' | 'rate'>,
  b: Pick<BookedQuantity, 'bands' | 'rate'>,
): number {
  return compareLists(bandRanks(line, a), bandRanks(line, b)) || rateRank(line, a) - rateRank(line, b);
}

function bandRanks(line: Line, { bands }: Pick<BookedQuantity, 'bands'>): number[] {
  const known = 'bands' in line ? line.bands : [];
  return bands.map((id) => known.findIndex((band) => band.id === id));
}

function rateRank(line: Line, { rate }: Pick<BookedQuantity, 'rate'>): number {
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
