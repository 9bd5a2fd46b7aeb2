import { epochDay, epochDayOf, formatDay, parseDay, plainDate, zoneOf } from './zone.js';

/** A calendar month of a contract, `YYYY-MM`, cut in the contract's zone. */
export type Period = string;

/** Half-open `[start, end)` in UTC epoch milliseconds. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
}

interface Month extends Bounds {
  readonly period: Period;
}

const lastMonth = new Map<string, Month>();
const boundsOf = new Map<string, Bounds>();

/**
 * The month that an instant falls into, in a zone. Comparing integers while the instants stay in one month.
 */
export function monthOf(instant: number, zone: string): Period {
  const known = lastMonth.get(zone);
  if (known !== undefined && instant >= known.start && instant < known.end) return known.period;
  const period = localDay(instant, zone).slice(0, -3);
  const month = { period, ...monthBounds(period, zone) };
  lastMonth.set(zone, month);
  return period;
}

/** First and first-after-last instant of a month: Europe/Paris 2026-03 has 743 h, 2026-10 has 745 h. */
export function monthBounds(period: Period, zone: string): Bounds {
  const key = `${period} ${zone}`;
  const known = boundsOf.get(key);
  if (known !== undefined) return known;
  const { year, month } = parsePeriod(period);
  const local = zoneOf(zone);
  const bounds = {
    start: local.startOfDay(epochDay(year, month, 1)),
    end: local.startOfDay(epochDay(year, month + 1, 1)),
  };
  boundsOf.set(key, bounds);
  return bounds;
}

/** Bounds of one local day, `1999-02-01`. A day that a zone skipped (Samoa, 30 Dec 2011) is empty. */
export function dayBounds(date: string, zone: string): Bounds {
  const day = parseDay(date);
  const local = zoneOf(zone);
  return { start: local.startOfDay(day), end: local.startOfDay(day + 1) };
}

/** The local day that an instant falls into, `1999-02-01`. */
export function localDay(instant: number, zone: string): string {
  return formatDay(epochDayOf(instant + zoneOf(zone).offsetAt(instant)));
}

/**
 * Local wall-clock time in a zone, `2026-03-29T03:00:00`, as an instant; in a gap the clock after it, else
 * the first.
 */
export function localInstant(dateTime: string, zone: string): number {
  return Temporal.PlainDateTime.from(dateTime, { overflow: 'reject' }).toZonedDateTime(zone)
    .epochMilliseconds;
}

/** An instant (UTC epoch ms) by a zone's clock with its offset: `2026-03-02T10:00:00+01:00`. */
export function zonedTime(instant: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

export function nextMonth(period: Period): Period {
  return shiftMonth(period, 1);
}

export function previousMonth(period: Period): Period {
  return shiftMonth(period, -1);
}

export function shiftMonth(period: Period, months: number): Period {
  const { year, month } = parsePeriod(period);
  return plainDate(epochDay(year, month + months, 1))
    .toString()
    .slice(0, -3);
}

/** Calendar days of a month, whatever the clocks did. */
export function daysInMonth(period: Period): number {
  const { year, month } = parsePeriod(period);
  return epochDay(year, month + 1, 1) - epochDay(year, month, 1);
}

function parsePeriod(period: Period): { year: number; month: number } {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(period);
  if (match === null) throw new Error(`'${period}' is not a period such as 2026-03`);
  return { year: Number(match[1]), month: Number(match[2]) };
}
