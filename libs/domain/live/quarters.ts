/**
 * Splitting of agent time at quarter-hours of UTC; every zone of today has offsets of whole quarter-hours.
 */
export const quarterMs = 900_000;
export const hourMs = 4 * quarterMs;

function quarterOf(at: number): number {
  return Math.floor(at / quarterMs) * quarterMs;
}

/** The quarter-hour of an instant within its hour, 0..3. */
export function quarterIndex(at: number): number {
  return Math.floor(at / quarterMs) - Math.floor(at / hourMs) * 4;
}

/** Calls `part(start, end)` for each piece of `[start, end)` that lies in one quarter-hour, in order. */
export function eachQuarter(start: number, end: number, part: (start: number, end: number) => void): void {
  for (let from = start; from < end;) {
    const to = Math.min(end, quarterOf(from) + quarterMs);
    part(from, to);
    from = to;
  }
}

/**
 * Of a quantity spread evenly over `[start, end)`, what lies before `at`: floor of the exact share.
 * Differences of it over adjoining pieces are integers that sum to the whole.
 */
export function amountBefore(quantity: number, start: number, end: number, at: number): number {
  if (quantity === end - start) return at - start;
  if (quantity === 0) return 0;
  return Number((BigInt(quantity) * BigInt(at - start)) / BigInt(end - start));
}
