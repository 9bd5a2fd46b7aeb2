/**
 * Local time in an IANA zone as integer arithmetic. A zoned look-up in `Temporal` costs microseconds, so the
 * offset is asked once per interval between two transitions (summer time, a decree) and compared as integers
 * afterwards.
 */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add to a UTC instant to get the local wall clock as if it were UTC. */
  offsetAt(instant: number): number;
  /** The interval `[from, to)` around the instant in which the offset does not change. */
  intervalAt(instant: number): OffsetInterval;
  /** First instant of a local day (`epochDay` counts local days from 1970-01-01). */
  startOfDay(epochDay: number): number;
}

export interface OffsetInterval {
  readonly from: number;
  readonly to: number;
  readonly offsetMs: number;
}

export const dayMs = 86_400_000;

const zones = new Map<string, Zone>();

/** Throws on a name that is no IANA zone. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = openZone(name);
  zones.set(name, zone);
  return zone;
}

/** Whether a text names an IANA zone (an offset such as `+02:00` does not: it has no summer time). */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function openZone(name: string): Zone {
  if (!isZone(name)) throw new Error(`'${name}' is not an IANA time zone such as Europe/Paris`);
  const intervals: OffsetInterval[] = [];
  const starts = new Map<number, number>();
  let last: OffsetInterval = { from: 0, to: 0, offsetMs: 0 };

  function intervalAt(instant: number): OffsetInterval {
    if (instant >= last.from && instant < last.to) return last;
    last = findInterval(intervals, instant) ?? addInterval(intervals, readInterval(name, instant));
    return last;
  }
  function startOfDay(epochDay: number): number {
    const known = starts.get(epochDay);
    if (known !== undefined) return known;
    const start = plainDate(epochDay).toZonedDateTime(name).epochMilliseconds;
    starts.set(epochDay, start);
    return start;
  }
  return { name, offsetAt: (instant) => intervalAt(instant).offsetMs, intervalAt, startOfDay };
}

function findInterval(intervals: readonly OffsetInterval[], instant: number): OffsetInterval | undefined {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const interval = intervals[middle];
    if (interval === undefined || interval.to > instant) high = middle;
    else low = middle + 1;
  }
  const found = intervals[low];
  return found !== undefined && found.from <= instant ? found : undefined;
}

function addInterval(intervals: OffsetInterval[], interval: OffsetInterval): OffsetInterval {
  const at = intervals.findIndex((other) => other.from > interval.from);
  intervals.splice(at === -1 ? intervals.length : at, 0, interval);
  return interval;
}

function readInterval(name: string, instant: number): OffsetInterval {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name);
  const next = zoned.getTimeZoneTransition('next');
  // 'previous' looks strictly before, so one nanosecond later includes a transition at the very instant
  const previous = zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  return {
    from: previous === null ? -Infinity : previous.epochMilliseconds,
    to: next === null ? Infinity : next.epochMilliseconds,
    offsetMs: Math.round(zoned.offsetNanoseconds / 1_000_000),
  };
}

/** Local days since 1970-01-01 of a wall clock. */
export function epochDayOf(localMs: number): number {
  return Math.floor(localMs / dayMs);
}

export function epochDay(year: number, month: number, day: number): number {
  // Not `Date.UTC`, which takes the years 0 to 99 for those of the twentieth century.
  return Math.round(new Date(0).setUTCFullYear(year, month - 1, day) / dayMs);
}

export function plainDate(day: number): Temporal.PlainDate {
  return new Temporal.PlainDate(1970, 1, 1).add({ days: day });
}

/** `1999-02-01` -> epoch day; throws on a date that does not exist. */
export function parseDay(text: string): number {
  const date = Temporal.PlainDate.from(text, { overflow: 'reject' });
  return epochDay(date.year, date.month, date.day);
}

export function formatDay(day: number): string {
  return plainDate(day).toString();
}

/** 1 Monday .. 7 Sunday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
