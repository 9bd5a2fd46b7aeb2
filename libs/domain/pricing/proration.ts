import { periodsOf } from '#domain/period/contract-periods.js';
import type { Contract } from '#domain/contract/contract.js';
import { daysInMonth, monthBounds, monthOf, nextMonth, type Period } from '#domain/period/period.js';
import { epochDayOf, zoneOf } from '#domain/period/zone.js';
import type { TermsSegment } from './terms-segments.js';
import type { CalculationTrace, PricingStep, Term } from './trace.js';

/**
 * The part of a period in which a clause holds, in days of the calendar, never in hours: a month with a
 * change of clocks has no other share. `days` of `of`.
 */
export interface PeriodShare {
  readonly days: number;
  readonly of: number;
}

/** Local days whose first moment lies in the segments: a day belongs to the terms that rule its beginning. */
export function daysOf(segments: readonly Pick<TermsSegment, 'parts'>[], timeZone: string): number {
  const zone = zoneOf(timeZone);
  const dayAfter = (instant: number): number => {
    const day = epochDayOf(instant + zone.offsetAt(instant));
    return zone.startOfDay(day) === instant ? day : day + 1;
  };
  return segments
    .flatMap(({ parts }) => parts)
    .reduce((days, { from, to }) => days + dayAfter(to) - dayAfter(from), 0);
}

export function periodShare(
  segments: readonly Pick<TermsSegment, 'parts'>[],
  period: Period,
  contract: Contract,
): PeriodShare {
  return { days: daysOf(segments, contract.timeZone), of: periodsOf(contract).days(period) };
}

/** The part of a segment that lies in one month, and the days of the month. */
export interface MonthSegment<S> {
  readonly segment: S;
  readonly daysInMonth: number;
}

/**
 * A segment cut at the first moments of months, in order: of what is agreed by the month each invoice has the
 * share of its days. A contract that is invoiced by the month has nothing to cut.
 */
export function byMonth<S extends Pick<TermsSegment, 'from' | 'to' | 'parts'>>(
  segment: S,
  { timeZone }: Contract,
): MonthSegment<S>[] {
  const cut: MonthSegment<S>[] = [];
  const last = monthOf(segment.to, timeZone);
  for (let month = monthOf(segment.from, timeZone); month <= last; month = nextMonth(month)) {
    const { start, end } = monthBounds(month, timeZone);
    const parts = segment.parts
      .map(({ from, to }) => ({ from: Math.max(from, start), to: Math.min(to, end) }))
      .filter(({ from, to }) => from < to);
    const [first, until] = [parts[0], parts.at(-1)];
    if (first === undefined || until === undefined) continue;
    cut.push({
      segment: { ...segment, from: first.from, to: until.to, parts },
      daysInMonth: daysInMonth(month),
    });
  }
  return cut;
}

/** A number of units agreed for the period, as far as the share goes: whole units, a half is one more. */
export function proratedUnits(
  value: number,
  { days, of }: PeriodShare,
  step: PricingStep,
  version: number,
  trace: CalculationTrace,
): Term | number {
  return days === of ? value : trace.apply(step, 'proratedUnits', version, { value, days, of });
}
