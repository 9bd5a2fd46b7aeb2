/**
 * Local time in an IANA zone as integer arithmetic. A zoned look-up in `Temporal` costs microseconds, so the
 * offset is asked once per interval between two transitions (summer time, a decree) and compared as integers
 * afterwards.
 */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add to a UTC instant to get the local wall clock as if it were UTC. */
  offsetAt(instant: number): number;
  /** The stretch `[from, to)` around the instant in which the offset does not change. */
  stretchAt(instant: number): Stretch;
  /** First instant of a local day (`epochDay` counts local days from 1970-01-01). */
  startOfDay(epochDay: number): number;
}

export interface Stretch {
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
  const stretches: Stretch[] = [];
  const starts = new Map<number, number>();
  let last: Stretch = { from: 0, to: 0, offsetMs: 0 };

  function stretchAt(instant: number): Stretch {
    if (instant >= last.from && instant < last.to) return last;
    last = findStretch(stretches, instant) ?? addStretch(stretches, readStretch(name, instant));
    return last;
  }
  function startOfDay(epochDay: number): number {
    const known = starts.get(epochDay);
    if (known !== undefined) return known;
    const start = plainDate(epochDay).toZonedDateTime(name).epochMilliseconds;
    starts.set(epochDay, start);
    return start;
  }
  return { name, offsetAt: (instant) => stretchAt(instant).offsetMs, stretchAt, startOfDay };
}

function findStretch(stretches: readonly Stretch[], instant: number): Stretch | undefined {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch === undefined || stretch.to > instant) high = middle;
    else low = middle + 1;
  }
  const found = stretches[low];
  return found !== undefined && found.from <= instant ? found : undefined;
}

function addStretch(stretches: Stretch[], stretch: Stretch): Stretch {
  const at = stretches.findIndex((other) => other.from > stretch.from);
  stretches.splice(at === -1 ? stretches.length : at, 0, stretch);
  return stretch;
}

function readStretch(name: string, instant: number): Stretch {
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
  return Math.round(Date.UTC(year, month - 1, day) / dayMs);
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
