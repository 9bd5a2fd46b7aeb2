import type { TermsSegment } from './terms-segments.js';
import { writtenTerms } from './written-terms.js';

/**
 * Segments of a month in which a clause says the same. What is judged by month is judged for each such part
 * by itself, under the terms of that part; an amendment or a window that leaves the clause alone makes none.
 */
export interface MonthPart<C> {
  readonly clause: C;
  /** In order of their beginning. */
  readonly segments: readonly TermsSegment[];
  readonly version: number;
}

/** `clauseIn`: what a segment's terms say, plain JSON; null: nothing. Parts come in order of time. */
export function monthParts<C>(
  segments: readonly TermsSegment[],
  clauseIn: (segment: TermsSegment) => C | null,
): MonthPart<C>[] {
  const parts = new Map<string, { clause: C; segments: TermsSegment[] }>();
  for (const segment of segments) {
    const clause = clauseIn(segment);
    if (clause === null) continue;
    const written = JSON.stringify(clause);
    const part = parts.get(written);
    if (part === undefined) parts.set(written, { clause, segments: [segment] });
    else part.segments.push(segment);
  }
  return [...parts.values()].map((part) => ({ ...part, version: part.segments.at(-1)?.version ?? 0 }));
}

/**
 * When the terms of a segment hold last in the month. What goes to the last of several terms goes by this,
 * not by the end of a segment: a window or an amendment that changes nothing ends a segment, and must move
 * nothing.
 */
export function termsHoldUntil(segment: TermsSegment, all: readonly TermsSegment[]): number {
  const written = writtenTerms(segment.inForce.terms);
  return all
    .filter(({ inForce }) => writtenTerms(inForce.terms) === written)
    .reduce((end, { to }) => Math.max(end, to), segment.to);
}

/** Where a sum, a line of the invoice or an entry belongs. */
interface Cell {
  readonly version: number;
  readonly window: string | null;
}

export function isIn(segments: readonly TermsSegment[], { version, window }: Cell): boolean {
  return segments.some((segment) => segment.version === version && segment.window === window);
}

/**
 * Whether something on the invoice belongs to a part: by the terms that it was counted under; results of
 * earlier months, which matured, by the last terms of this one.
 */
export function belongsTo(part: readonly TermsSegment[], all: readonly TermsSegment[], cell: Cell): boolean {
  if (isIn(part, cell)) return true;
  const last = all.toSorted((a, b) => a.to - b.to).at(-1);
  return !isIn(all, cell) && last !== undefined && part.includes(last);
}
