import type { Forecast } from '#domain/contract/kpi.js';
import {
  clockKeyOf,
  decodeQuantityKey,
  encodeQuantityKey,
  type ForecastQuantityKey,
} from '#domain/metering/quantity-key.js';
import type { Period } from '#domain/period/period.js';
import type { PeriodBook } from './period-book.js';
import type { PricingContext } from './pricing-context.js';
import type { BookedQuantity } from './terms-segments.js';
import type { CalculationTrace, Term } from './trace.js';

/** A quantity of the book as the first row of its computation. */
export function quantityTerm(
  { sums }: Pick<BookedQuantity, 'sums'>,
  version: number,
  trace: CalculationTrace,
): Term {
  const quantities = Object.fromEntries(sums.map(({ key, quantity }) => [key, quantity]));
  const taken = sums.flatMap(({ key, claimedTwice }) =>
    claimedTwice === undefined ? [] : [[clockKeyOf(key), claimedTwice] as const],
  );
  if (taken.length === 0) return trace.apply('measure', 'sum', version, quantities);
  return trace.apply('measure', 'countedOnce', version, { ...quantities, ...Object.fromEntries(taken) });
}

/** A measure that a clause refers to, over the versions and calendar windows that count. */
export function measureTotal(
  measure: string,
  includes: (cell: { readonly version: number; readonly window: string | null }) => boolean,
  book: PeriodBook,
  version: number,
  trace: CalculationTrace,
): Term {
  const quantities: Record<string, number> = {};
  for (const key of [...book.quantities.keys()].sort()) {
    if (!key.startsWith(`measure/${measure}/`)) continue;
    const decoded = decodeQuantityKey(key);
    if (decoded.kind !== 'measure' || !includes(decoded)) continue;
    quantities[key] = book.quantities.get(key) ?? 0;
  }
  return trace.apply('measure', 'sum', version, quantities);
}

/** The number agreed for a period, or the last one recorded for it. null: there is none. */
export function forecastTerm(
  { book, periodEnd, trace }: PricingContext,
  forecast: Forecast,
  period: Period,
): Term | null {
  if (forecast.kind === 'agreed') {
    const value = forecast.values[period];
    return value === undefined
      ? null
      : trace.apply('measure', 'sum', periodEnd.version, { [`agreed ${period}`]: value });
  }
  const last = lastRecorded(book, forecast.id);
  return last === null
    ? null
    : trace.apply('measure', 'sum', periodEnd.version, { [encodeQuantityKey(last)]: last.value });
}

/** Of two that were recorded at one instant the higher. */
function lastRecorded({ quantities }: PeriodBook, id: string): ForecastQuantityKey | null {
  let last: ForecastQuantityKey | null = null;
  for (const [key, times] of quantities) {
    const recorded = times > 0 && key.startsWith(`forecast/${id}/`) ? decodeQuantityKey(key) : null;
    if (recorded?.kind !== 'forecast') continue;
    const { at, value } = recorded;
    if (last === null || at > last.at || (at === last.at && value > last.value)) last = recorded;
  }
  return last;
}
