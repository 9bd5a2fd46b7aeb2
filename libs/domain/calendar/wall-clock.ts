import { dayMs, epochDayOf, weekdayOf, type Zone } from '#domain/period/zone.js';

export const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday', 'siteHoliday'] as const;
export type DayName = (typeof dayNames)[number];

/** Milliseconds of the local day, half-open; 86 400 000 is midnight at its end. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When something holds, by the wall clock. Empty days: every day. Empty times: the whole day. */
export interface DayRule {
  readonly days: readonly DayName[];
  readonly times: readonly TimeRange[];
  /** Days on which it does not hold, whatever else is said. */
  readonly notOn?: readonly HolidayName[];
}

/** Of the brand, and of the site where the work is done. */
export type HolidayName = 'holiday' | 'siteHoliday';

/** Whether a local day (counted from 1970-01-01) is a public holiday. */
export type IsHoliday = (epochDay: number) => boolean;

export type HolidayCalendars = Readonly<Record<HolidayName, IsHoliday>>;

/** More would not fit into the bits of an integer; contracts are held to fewer when they are read. */
const maxRules = 30;

/**
 * Cuts `[from, to)` wherever a rule begins or ceases to hold and reports each interval with the rules that
 * hold in it (bit i: rule i). Neighbours differ. A clock that is put back passes the same local times twice
 * and they count twice; what it skips does not exist.
 */
export function forEachInterval(
  rules: readonly DayRule[],
  zone: Zone,
  holidays: HolidayCalendars,
  from: number,
  to: number,
  report: (from: number, to: number, holds: number) => void,
): void {
  if (rules.length > maxRules) throw new Error(`${rules.length} rules are more than ${maxRules}`);
  const edges = edgesOf(rules);
  let since = from;
  let held = -1;
  for (let at = from; at < to;) {
    const interval = zone.intervalAt(at);
    const local = at + interval.offsetMs;
    const day = epochDayOf(local);
    const time = local - day * dayMs;
    const holds = rulesAt(rules, weekdayOf(day), namesOf(holidays, day), time);
    if (holds !== held) {
      if (at > since) report(since, at, held);
      since = at;
      held = holds;
    }
    const edge = edges.find((candidate) => candidate > time) ?? dayMs;
    at = Math.min(to, interval.to, at + edge - time);
  }
  if (to > since) report(since, to, held);
}

function edgesOf(rules: readonly DayRule[]): number[] {
  const edges = rules.flatMap(({ times }) => times.flatMap(({ fromMs, toMs }) => [fromMs, toMs]));
  return [...new Set([...edges, dayMs])].sort((a, b) => a - b);
}

function rulesAt(
  rules: readonly DayRule[],
  weekday: number,
  holidays: readonly HolidayName[],
  time: number,
): number {
  let holds = 0;
  rules.forEach((rule, index) => {
    if (onDay(rule, weekday, holidays) && atTime(rule, time)) holds |= 1 << index;
  });
  return holds;
}

const none: readonly HolidayName[] = [];

function namesOf({ holiday, siteHoliday }: HolidayCalendars, day: number): readonly HolidayName[] {
  const isOfSite = siteHoliday(day);
  if (holiday(day)) return isOfSite ? ['holiday', 'siteHoliday'] : ['holiday'];
  return isOfSite ? ['siteHoliday'] : none;
}

function onDay({ days, notOn }: DayRule, weekday: number, holidays: readonly HolidayName[]): boolean {
  if (notOn?.some((each) => holidays.includes(each)) === true) return false;
  if (days.length === 0) return true;
  const name = dayNames[weekday - 1];
  return (name !== undefined && days.includes(name)) || holidays.some((each) => days.includes(each));
}

function atTime({ times }: DayRule, time: number): boolean {
  return times.length === 0 || times.some(({ fromMs, toMs }) => time >= fromMs && time < toMs);
}
