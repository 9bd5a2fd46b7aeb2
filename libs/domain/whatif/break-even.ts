import { zero, type Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import { priceMonth, type BookSeries } from './books.js';
import type { Driver } from './drivers.js';
import { scaled } from './scale.js';

/** Between two neighbouring integers the draft begins or ceases to cost more than the present contract. */
export interface BreakEven {
  readonly below: number;
  readonly above: number;
  /** Draft less present, net, all months, at the two. */
  readonly differenceBelow: Decimal;
  readonly differenceAbove: Decimal;
}

export interface DriverReport {
  readonly driver: Driver;
  /** In order; empty: over the whole range the draft stays on one side. */
  readonly breakEvens: readonly BreakEven[];
  readonly differenceLow: Decimal;
  readonly differenceHigh: Decimal;
}

/** null: neither contract depends on the driver. */
export function breakEvensOf(
  draft: BookSeries,
  present: BookSeries,
  periods: readonly Period[],
  driver: Driver,
): DriverReport | null {
  const found = new Map<number, Totals>();
  const at = (x: number): Totals => {
    const known = found.get(x);
    if (known !== undefined) return known;
    const totals = { draft: total(scaled(draft, driver, x)), present: total(scaled(present, driver, x)) };
    found.set(x, totals);
    return totals;
  };
  const total = (books: BookSeries): Decimal =>
    periods.reduce((sum, period) => sum.plus(priceMonth(books, period).totals.net), zero);
  const grid = gridOf(driver).map((x) => ({ x, ...at(x) }));
  const [first] = grid;
  const last = grid.at(-1);
  if (first === undefined || last === undefined) return null;
  if (!grid.some((point) => differ(point.draft, first.draft) || differ(point.present, first.present)))
    return null;
  const difference = (x: number): Decimal => at(x).draft.minus(at(x).present);
  const breakEvens = grid.slice(1).flatMap(({ x }, index) => {
    const before = grid[index]?.x ?? x;
    return costsMore(difference(before)) === costsMore(difference(x))
      ? []
      : [narrowed(difference, before, x)];
  });
  return { driver, breakEvens, differenceLow: difference(first.x), differenceHigh: difference(last.x) };
}

interface Totals {
  readonly draft: Decimal;
  readonly present: Decimal;
}

/** Halves the way until the two are neighbours. */
function narrowed(difference: (x: number) => Decimal, from: number, to: number): BreakEven {
  const side = costsMore(difference(from));
  let [below, above] = [from, to];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (costsMore(difference(middle)) === side) below = middle;
    else above = middle;
  }
  return { below, above, differenceBelow: difference(below), differenceAbove: difference(above) };
}

/**
 * So many steps over the range that the search misses no jump between two of them; the present value is
 * added.
 */
const steps = 40;

function gridOf({ low, high, now }: Driver): number[] {
  const even = Array.from({ length: steps + 1 }, (_, index) =>
    Math.round(low + ((high - low) * index) / steps),
  );
  return [...new Set([...even, Math.min(high, Math.max(low, now))])].sort((a, b) => a - b);
}

function costsMore(difference: Decimal): boolean {
  return difference.greaterThan(zero);
}

function differ(a: Decimal, b: Decimal): boolean {
  return !a.equals(b);
}
