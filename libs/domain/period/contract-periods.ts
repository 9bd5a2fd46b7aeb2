import type { Bounds, Period } from './period.js';
import { periodNumbers, type Rhythm } from './rhythm.js';
import { epochDayOf, formatDay, parseDay, zoneOf } from './zone.js';

/** What says where a contract's periods are cut. */
export interface PeriodFrame {
  readonly timeZone: string;
  readonly period: Rhythm;
}

/**
 * The periods of one contract: the one place that reads their names and knows where they begin. Names of one
 * rhythm sort by time. Methods throw on a name that is no period of the contract; `has` asks first.
 */
export interface ContractPeriods {
  /** The period that an instant (UTC epoch ms) lies in. */
  readonly at: (instant: number) => Period;
  /** Half-open `[start, end)` in the contract's zone: a week in which the clocks go forward has 167 hours. */
  readonly bounds: (period: Period) => Bounds;
  /** So many periods later, or earlier where negative. */
  readonly shift: (period: Period, by: number) => Period;
  /** How many periods later the second is; negative: it is earlier. */
  readonly distance: (from: Period, to: Period) => number;
  /** Calendar days, whatever the clocks do. */
  readonly days: (period: Period) => number;
  readonly firstDay: (period: Period) => string;
  /** The last day, which belongs to it. */
  readonly lastDay: (period: Period) => string;
  /** The period that a local day, `2026-03-29`, lies in. */
  readonly ofDay: (day: string) => Period;
  readonly has: (text: string) => boolean;
  /** How names are written: `YYYY-W01 to YYYY-W53`. */
  readonly form: string;
}

const known = new Map<string, ContractPeriods>();

export function periodsOf({ timeZone, period }: PeriodFrame): ContractPeriods {
  const key = keyOf(timeZone, period);
  const found = known.get(key);
  if (found !== undefined) return found;
  const periods = open(timeZone, period);
  known.set(key, periods);
  return periods;
}

function keyOf(zone: string, rhythm: Rhythm): string {
  switch (rhythm.unit) {
    case 'week':
      return `${zone} week ${rhythm.weekStart}`;
    case '4-4-5':
      return `${zone} 4-4-5 ${rhythm.yearStart.weekday} ${rhythm.yearStart.nearestTo}`;
    case 'month':
    case 'halfMonth':
    case 'quarter':
    case 'year':
      return `${zone} ${rhythm.unit}`;
  }
}

interface Cut extends Bounds {
  readonly period: Period;
}

function open(timeZone: string, rhythm: Rhythm): ContractPeriods {
  const numbers = periodNumbers(rhythm);
  const zone = zoneOf(timeZone);
  const cuts = new Map<Period, Cut>();
  let last: Cut | undefined;

  function number(period: Period): number {
    const parsed = numbers.parse(period);
    if (parsed === null) throw new Error(`'${period}' is not a period such as ${numbers.form}`);
    return parsed;
  }
  function cutOf(period: Period): Cut {
    const cut = cuts.get(period);
    if (cut !== undefined) return cut;
    const place = number(period);
    const start = zone.startOfDay(numbers.firstDay(place));
    const end = zone.startOfDay(numbers.firstDay(place + 1));
    const made = { period, start, end };
    cuts.set(period, made);
    return made;
  }
  const shift = (period: Period, by: number): Period => numbers.name(number(period) + by);
  return {
    at(instant) {
      // comparing integers while the instants stay in one period
      if (last !== undefined && instant >= last.start && instant < last.end) return last.period;
      last = cutOf(numbers.name(numbers.at(epochDayOf(instant + zone.offsetAt(instant)))));
      return last.period;
    },
    bounds(period) {
      const { start, end } = cutOf(period);
      return { start, end };
    },
    shift,
    distance: (from, to) => number(to) - number(from),
    days: (period) => numbers.firstDay(number(period) + 1) - numbers.firstDay(number(period)),
    firstDay: (period) => formatDay(numbers.firstDay(number(period))),
    lastDay: (period) => formatDay(numbers.firstDay(number(period) + 1) - 1),
    ofDay: (day) => numbers.name(numbers.at(parseDay(day))),
    has: (text) => numbers.parse(text) !== null,
    form: numbers.form,
  };
}
