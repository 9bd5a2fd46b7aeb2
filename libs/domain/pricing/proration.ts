import { periodsOf } from '#domain/period/contract-periods.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
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
