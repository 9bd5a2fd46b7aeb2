import { forEachInterval, type DayRule, type HolidayCalendars } from '#domain/calendar/wall-clock.js';
import { holidayCalendars } from '#domain/calendar/holidays.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { dayBounds, type Period } from '#domain/period/period.js';
import { zoneOf } from '#domain/period/zone.js';
import type { Contract, Terms } from './contract.js';

/** An interval in which one set of terms is in force. */
export interface TermsInForce {
  /** Place among all terms of the contract. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly window: string | null;
  readonly terms: Terms;
}

/**
 * Terms by time: versions by effective instant, calendar windows within them, nothing outside the contract's
 * term.
 */
export function termsInForce(contract: Contract): readonly TermsInForce[] {
  return intervalsOf(contract).map((interval, index) => ({ index, ...interval }));
}

function intervalsOf(contract: Contract): Omit<TermsInForce, 'index'>[] {
  const { firstDay, lastDay } = contract.term;
  const start = firstDay === null ? -Infinity : dayBounds(firstDay, contract.timeZone).start;
  const end = lastDay === null ? Infinity : dayBounds(lastDay, contract.timeZone).end;
  return contract.versions.flatMap((version, index) => {
    const from = Math.max(start, version.from ?? -Infinity);
    const to = Math.min(end, contract.versions[index + 1]?.from ?? Infinity);
    const termsList: Omit<TermsInForce, 'index'>[] = [];
    let at = from;
    for (const window of version.windows.toSorted((a, b) => a.from - b.from)) {
      const opens = Math.max(window.from, at);
      const closes = Math.min(window.to, to);
      if (closes <= opens) continue;
      if (opens > at)
        termsList.push({ from: at, to: opens, version: version.version, window: null, terms: version.terms });
      termsList.push({
        from: opens,
        to: closes,
        version: version.version,
        window: window.id,
        terms: window.terms,
      });
      at = closes;
    }
    if (at < to)
      termsList.push({ from: at, to, version: version.version, window: null, terms: version.terms });
    return termsList;
  });
}

/** The terms that touch a period, clipped to it. */
export function termsInForceDuring(contract: Contract, period: Period): readonly TermsInForce[] {
  const { start, end } = periodsOf(contract).bounds(period);
  return termsInForce(contract).flatMap((inForce) => {
    const from = Math.max(start, inForce.from);
    const to = Math.min(end, inForce.to);
    return from < to ? [{ ...inForce, from, to }] : [];
  });
}

/** An interval in which nothing that matters to one quantity changes: period, terms, bands. */
export interface RatingInterval {
  readonly from: number;
  readonly to: number;
  readonly period: Period;
  readonly inForce: TermsInForce;
  /** Ids of the bands that hold. */
  readonly bands: readonly string[];
  /** Number of the interval among those of its quantity, for callers that keep something of each. */
  readonly slot: number;
}

/** Slot of an interval outside those of its quantity: callers keep nothing for it. */
export const unslotted = -1;

export interface RatingIntervals {
  /** null: outside the contract's term. */
  at(instant: number): RatingInterval | null;
}

interface CompiledPeriod {
  readonly start: number;
  readonly end: number;
  readonly intervals: readonly RatingInterval[];
  readonly ends: Float64Array;
}

type NamedRule = DayRule & { readonly id: string };

/**
 * Compiles the intervals of a quantity period by period, on first use; after that a look-up compares
 * integers.
 */
export function ratingIntervals(
  contract: Contract,
  termsList: readonly TermsInForce[],
  bandsOf: (inForce: TermsInForce) => readonly NamedRule[],
): RatingIntervals {
  const holidays = holidayCalendars(contract);
  const periods = periodsOf(contract);
  const known: CompiledPeriod[] = [];
  let slots = 0;
  let current: CompiledPeriod | undefined;
  let last: RatingInterval | undefined;

  function compiledAt(instant: number): CompiledPeriod {
    if (current !== undefined && instant >= current.start && instant < current.end) return current;
    current = known.find(({ start, end }) => instant >= start && instant < end);
    if (current === undefined) {
      const period = periods.at(instant);
      const { start, end } = periods.bounds(period);
      const intervals = compile(contract, termsList, bandsOf, holidays, period, slots);
      slots += intervals.length;
      current = { start, end, intervals, ends: Float64Array.from(intervals, ({ to }) => to) };
      known.push(current);
    }
    return current;
  }
  return {
    at(instant) {
      if (last !== undefined && instant >= last.from && instant < last.to) return last;
      const found = search(compiledAt(instant), instant);
      if (found !== null) last = found;
      return found;
    },
  };
}

function compile(
  contract: Contract,
  termsList: readonly TermsInForce[],
  bandsOf: (inForce: TermsInForce) => readonly NamedRule[],
  holidays: HolidayCalendars,
  period: Period,
  firstSlot: number,
): RatingInterval[] {
  const zone = zoneOf(contract.timeZone);
  const { start, end } = periodsOf(contract).bounds(period);
  const intervals: RatingInterval[] = [];
  for (const inForce of termsList) {
    const from = Math.max(start, inForce.from);
    const to = Math.min(end, inForce.to);
    if (from >= to) continue;
    const bands = bandsOf(inForce);
    const add = (since: number, until: number, holds: number): void => {
      const names = bands.filter((_, index) => (holds & (1 << index)) !== 0).map(({ id }) => id);
      const slot = firstSlot + intervals.length;
      intervals.push({ from: since, to: until, period, inForce, bands: names, slot });
    };
    if (bands.length === 0) add(from, to, 0);
    else forEachInterval(bands, zone, holidays, from, to, add);
  }
  return intervals;
}

/** The first interval that ends after the instant, if it has begun. */
function search({ intervals, ends }: CompiledPeriod, instant: number): RatingInterval | null {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? Infinity) > instant) high = middle;
    else low = middle + 1;
  }
  const found = intervals[low];
  return found !== undefined && found.from <= instant ? found : null;
}
