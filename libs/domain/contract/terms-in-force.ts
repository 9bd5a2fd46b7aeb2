import { eachStretch, type DayRule, type IsHoliday } from '#domain/calendar/wall-clock.js';
import { holidayCalendar } from '#domain/calendar/holidays.js';
import { dayBounds, periodBounds, periodOf, type Period } from '#domain/period/period.js';
import { zoneOf } from '#domain/period/zone.js';
import type { Contract, Terms } from './contract.js';

/** A stretch of time in which one set of terms is in force. */
export interface Regime {
  /** Place among the contract's regimes. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly window: string | null;
  readonly terms: Terms;
}

/**
 * Who rules when: versions by effective instant, calendar windows within them, nothing outside the contract's
 * term.
 */
export function regimesOf(contract: Contract): readonly Regime[] {
  return stretchesOf(contract).map((stretch, index) => ({ index, ...stretch }));
}

function stretchesOf(contract: Contract): Omit<Regime, 'index'>[] {
  const { firstDay, lastDay } = contract.term;
  const start = firstDay === null ? -Infinity : dayBounds(firstDay, contract.timeZone).start;
  const end = lastDay === null ? Infinity : dayBounds(lastDay, contract.timeZone).end;
  return contract.versions.flatMap((version, index) => {
    const from = Math.max(start, version.from ?? -Infinity);
    const to = Math.min(end, contract.versions[index + 1]?.from ?? Infinity);
    const regimes: Omit<Regime, 'index'>[] = [];
    let at = from;
    for (const window of version.windows.toSorted((a, b) => a.from - b.from)) {
      const opens = Math.max(window.from, at);
      const closes = Math.min(window.to, to);
      if (closes <= opens) continue;
      if (opens > at)
        regimes.push({ from: at, to: opens, version: version.version, window: null, terms: version.terms });
      regimes.push({
        from: opens,
        to: closes,
        version: version.version,
        window: window.id,
        terms: window.terms,
      });
      at = closes;
    }
    if (at < to) regimes.push({ from: at, to, version: version.version, window: null, terms: version.terms });
    return regimes;
  });
}

/** The regimes that touch a period, clipped to it. */
export function regimesIn(contract: Contract, period: Period): readonly Regime[] {
  const { start, end } = periodBounds(period, contract.timeZone);
  return regimesOf(contract).flatMap((regime) => {
    const from = Math.max(start, regime.from);
    const to = Math.min(end, regime.to);
    return from < to ? [{ ...regime, from, to }] : [];
  });
}

/** A stretch in which nothing that matters to one quantity changes: period, terms, bands. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly period: Period;
  readonly regime: Regime;
  /** Ids of the bands that hold. */
  readonly bands: readonly string[];
  /** Number of the piece among those of its quantity, for whoever keeps something of each. */
  readonly slot: number;
}

/** Of a piece that is none of those of its quantity: nothing is kept of it. */
export const noSlot = -1;

export interface Pieces {
  /** null: outside the contract's term. */
  at(instant: number): Piece | null;
}

interface Month {
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
  readonly ends: Float64Array;
}

type NamedRule = DayRule & { readonly id: string };

/**
 * Compiles the pieces of a quantity month by month, when first asked for; then a look-up compares integers.
 */
export function piecesOf(
  contract: Contract,
  regimes: readonly Regime[],
  bandsOf: (regime: Regime) => readonly NamedRule[],
): Pieces {
  const holidays = holidayCalendar(contract.holidays);
  const months: Month[] = [];
  let slots = 0;
  let month: Month | undefined;
  let last: Piece | undefined;

  function monthAt(instant: number): Month {
    if (month !== undefined && instant >= month.start && instant < month.end) return month;
    month = months.find(({ start, end }) => instant >= start && instant < end);
    if (month === undefined) {
      const period = periodOf(instant, contract.timeZone);
      const { start, end } = periodBounds(period, contract.timeZone);
      const pieces = compile(contract, regimes, bandsOf, holidays, period, slots);
      slots += pieces.length;
      month = { start, end, pieces, ends: Float64Array.from(pieces, ({ to }) => to) };
      months.push(month);
    }
    return month;
  }
  return {
    at(instant) {
      if (last !== undefined && instant >= last.from && instant < last.to) return last;
      const found = search(monthAt(instant), instant);
      if (found !== null) last = found;
      return found;
    },
  };
}

function compile(
  contract: Contract,
  regimes: readonly Regime[],
  bandsOf: (regime: Regime) => readonly NamedRule[],
  holidays: IsHoliday,
  period: Period,
  firstSlot: number,
): Piece[] {
  const zone = zoneOf(contract.timeZone);
  const { start, end } = periodBounds(period, contract.timeZone);
  const pieces: Piece[] = [];
  for (const regime of regimes) {
    const from = Math.max(start, regime.from);
    const to = Math.min(end, regime.to);
    if (from >= to) continue;
    const bands = bandsOf(regime);
    const tell = (since: number, until: number, holds: number): void => {
      const names = bands.filter((_, index) => (holds & (1 << index)) !== 0).map(({ id }) => id);
      const slot = firstSlot + pieces.length;
      pieces.push({ from: since, to: until, period, regime, bands: names, slot });
    };
    if (bands.length === 0) tell(from, to, 0);
    else eachStretch(bands, zone, holidays, from, to, tell);
  }
  return pieces;
}

/** The first piece that ends after the instant, if it has begun. */
function search({ pieces, ends }: Month, instant: number): Piece | null {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? Infinity) > instant) high = middle;
    else low = middle + 1;
  }
  const found = pieces[low];
  return found !== undefined && found.from <= instant ? found : null;
}
