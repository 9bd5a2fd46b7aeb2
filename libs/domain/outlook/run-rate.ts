import { holidayCalendar } from '#domain/calendar/holidays.js';
import type { Contract } from '#domain/contract/contract.js';
import { decodeQuantityKey, encodeQuantityKey, type QuantityKey } from '#domain/metering/quantity-key.js';
import type { Period } from '#domain/period/period.js';
import { dayMs, epochDayOf, weekdayOf, zoneOf } from '#domain/period/zone.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import { type TermsSegment, termsSegments } from '#domain/pricing/terms-segments.js';
import { staysPut } from '#domain/whatif/scale.js';

/** Name and version of the method; what it does is on docs/forecast.md. */
export const runRateMethod = 'runRate@1';

/**
 * What a month-end forecast scales by: open time of the period under the terms in force at an instant, before
 * it, and open time of all the rest of the period. Milliseconds.
 */
export interface RunRate {
  readonly elapsedMs: number;
  readonly remainingMs: number;
  /** Days of the week that are open, 1 Monday to 7 Sunday. */
  readonly weekdays: readonly number[];
  /** Where Sundays are open, public holidays of the contract are as well; else they are closed. */
  readonly areHolidaysOpen: boolean;
  /** The terms in force at the instant. */
  readonly segment: TermsSegment;
  /** From when on other terms hold in the period: the forecast counts nothing under them; null: none do. */
  readonly otherTermsFrom: number | null;
}

/**
 * `at`: UTC epoch ms. `weekdays`: those that are open. null: the contract has no terms in the period at that
 * instant.
 */
export function runRate(
  contract: Contract,
  period: Period,
  at: number,
  weekdays: readonly number[],
): RunRate | null {
  const segments = termsSegments(contract, period);
  // at the very end of a day, what held on it
  const segment =
    segments.find(({ parts }) => parts.some(({ from, to }) => from < at && at <= to)) ??
    segments.find(({ parts }) => parts.some(({ from, to }) => from <= at && at < to));
  if (segment === undefined) return null;
  const areHolidaysOpen = weekdays.includes(7);
  const isHoliday = holidayCalendar(contract.holidays);
  const isOpen = (day: number): boolean =>
    weekdays.includes(weekdayOf(day)) && (areHolidaysOpen || !isHoliday(day));
  const open = (from: number, to: number): number => openMs(from, to, contract.timeZone, isOpen);
  const others = segments.flatMap((each) => (each === segment ? [] : each.parts));
  const later = others.map(({ from }) => from).filter((from) => from > at);
  return {
    elapsedMs: sumOf(segment.parts.map(({ from, to }) => open(from, Math.min(to, at)))),
    remainingMs: sumOf(
      segments.flatMap(({ parts }) => parts).map(({ from, to }) => open(Math.max(from, at), to)),
    ),
    weekdays,
    areHolidaysOpen,
    segment,
    otherTermsFrom: later.length === 0 ? null : Math.min(...later),
  };
}

/** Of `[from, to)` what lies on open days of a zone; where `from` is not before `to`, nothing. */
function openMs(from: number, to: number, timeZone: string, isOpen: (day: number) => boolean): number {
  const zone = zoneOf(timeZone);
  let open = 0;
  for (let at = from; at < to;) {
    const day = epochDayOf(at + zone.offsetAt(at));
    const end = Math.min(to, zone.startOfDay(day + 1));
    if (isOpen(day)) open += end - at;
    at = end;
  }
  return open;
}

/** Whether enough has elapsed to scale by: an open day. */
export function isEnough({ elapsedMs }: RunRate): boolean {
  return elapsedMs >= dayMs;
}

/**
 * The book as the end of the period would have it if work goes on as before. Sums under the terms in force
 * grow by remaining over elapsed, each rounded to a whole unit; a KPI keeps its present ratio exactly where
 * that moves its volume by less than a hundredth. Forecasts, customers lost and ad-hoc work stay as they are,
 * and so does what was counted under other terms.
 */
export function atRunRate(contract: Contract, book: PeriodBook, rate: RunRate): PeriodBook {
  const quantities = new Map<string, number>();
  for (const [key, value] of book.quantities) {
    const cell = decodeQuantityKey(key);
    const grows = isUnder(cell, rate.segment) && !staysPut(contract, cell);
    quantities.set(key, grows ? grown(cell, value, book, rate) : value);
  }
  return { ...book, quantities };
}

function isUnder(cell: QuantityKey, { version, window }: TermsSegment): boolean {
  return cell.kind !== 'forecast' && cell.version === version && cell.window === window;
}

function grown(cell: QuantityKey, value: number, book: PeriodBook, rate: RunRate): number {
  const scaled = scaledBy(value, rate);
  if (cell.kind !== 'kpi') return scaled;
  const other = book.quantities.get(encodeQuantityKey({ ...cell, part: cell.part === 'n' ? 'd' : 'n' })) ?? 0;
  const [n, d] = cell.part === 'n' ? [value, other] : [other, value];
  if (n <= 0 || d <= 0) return scaled;
  const unit = gcd(n, d);
  const times = scaledBy(unit, rate);
  const exact = (value / unit) * times;
  return Math.abs(exact - scaled) * 100 < scaled ? exact : scaled;
}

/** value × (1 + remaining / elapsed), half up. */
function scaledBy(value: number, { elapsedMs, remainingMs }: RunRate): number {
  const [elapsed, whole] = [BigInt(elapsedMs), BigInt(elapsedMs + remainingMs)];
  const product = BigInt(value) * whole * 2n;
  const half = product < 0n ? -elapsed : elapsed;
  return Number((product + half) / (elapsed * 2n));
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
