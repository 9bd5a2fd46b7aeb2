/**
 * Splitting of agent time at quarter-hours of UTC; every zone of today has offsets of whole quarter-hours.
 */
export const quarterMs = 900_000;

function quarterOf(at: number): number {
  return Math.floor(at / quarterMs) * quarterMs;
}

/** UTC day of an instant as `YYYY-MM-DD`, and the index 0..95 of its quarter-hour. */
export function quarterIndex(at: number): number {
  return Math.floor(at / quarterMs) - Math.floor(at / 86_400_000) * 96;
}

const days = new Map<number, string>();

/** Cached: a month of postings names the same few days over and over. */
export function utcDay(at: number): string {
  const number = Math.floor(at / 86_400_000);
  let day = days.get(number);
  if (day === undefined) {
    if (days.size > 10_000) days.clear();
    day = new Date(number * 86_400_000).toISOString().slice(0, 10);
    days.set(number, day);
  }
  return day;
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
export function shareBefore(quantity: number, start: number, end: number, at: number): number {
  if (quantity === end - start) return at - start;
  if (quantity === 0) return 0;
  return Number((BigInt(quantity) * BigInt(at - start)) / BigInt(end - start));
}
