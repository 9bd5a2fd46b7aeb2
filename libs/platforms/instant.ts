import { dayMs, zoneOf } from '#domain/period/zone.js';

/**
 * An instant as platforms write it, read in one place: `2026-11-20T10:09:48+01:00`, `… 10:09:48.250Z`, or
 * without an offset, which is then local time in the connection's zone.
 */
export interface ParsedInstant {
  /** UTC epoch ms; digits below a millisecond are cut off. */
  readonly at: number;
  /**
   * `ambiguous-local-time`: the clocks showed it twice (autumn); the earlier one is taken.
   * `skipped-local-time`: the clocks never showed it (spring); read as if the change had not happened yet.
   */
  readonly irregularity: 'ambiguous-local-time' | 'skipped-local-time' | null;
}

/** @param timeZone IANA zone of a text without an offset; null: an offset is needed. */
export function parseInstant(text: string, timeZone: string | null): ParsedInstant | null {
  if (common.test(text)) return readCommon(text);
  const found = form.exec(text);
  if (found === null) return null;
  const wall = wallClock(found);
  if (wall === null) return null;
  const offset = found[8];
  if (offset !== undefined) {
    const offsetMs = readOffset(offset);
    return offsetMs === null ? null : { at: wall - offsetMs, irregularity: null };
  }
  return timeZone === null ? null : localInstant(wall, timeZone);
}

/** From 1990 to what is the latest for its delivery (`latestPlausible`). */
export function isPlausible(at: number, latestAt: number): boolean {
  return at >= earliest && at <= latestAt;
}

/** The form that events on the hot path have; the engine's own parser reads it eight times faster. */
const common = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function readCommon(text: string): ParsedInstant | null {
  const at = Date.parse(text);
  // the engine turns 31 April into 1 May and 24:00 into the next day
  const sameDay = new Date(at).getUTCDate() === Number(text.slice(8, 10));
  return sameDay ? { at: at, irregularity: null } : null;
}

const earliest = Date.UTC(1990, 0, 1);

const form =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** The wall clock as if it were UTC; null where a part of it does not exist (31 April, 25:00). */
function wallClock(found: RegExpExecArray): number | null {
  const part = (index: number): number => Number(found[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (year < 1000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const ms = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

function readOffset(text: string): number | null {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function localInstant(wall: number, timeZone: string): ParsedInstant {
  const local = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds)
    return { at: earlier.epochMilliseconds, irregularity: null };
  return earlier.toPlainDateTime().equals(local)
    ? { at: earlier.epochMilliseconds, irregularity: 'ambiguous-local-time' }
    : { at: later.epochMilliseconds, irregularity: 'skipped-local-time' };
}

/** A local time, `2026-03-29T02:30:00`, that the clocks may show twice; null: not a time. */
export interface LocalInstants extends ParsedInstant {
  /** The later of the two; `at` where there is but one. */
  readonly laterAt: number;
}

export function parseLocal(text: string, timeZone: string): LocalInstants | null {
  const found = form.exec(text);
  const wall = found === null || found[8] !== undefined ? null : wallClock(found);
  if (wall === null) return null;
  const zone = zoneOf(timeZone);
  const [before, after] = [zone.offsetAt(wall - dayMs), zone.offsetAt(wall + dayMs)];
  if (before === after) return { at: wall - before, laterAt: wall - before, irregularity: null };
  const first = localInstant(wall, timeZone);
  if (first.irregularity !== 'ambiguous-local-time') return { ...first, laterAt: first.at };
  const local = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
  return {
    ...first,
    laterAt: local.toZonedDateTime(timeZone, { disambiguation: 'later' }).epochMilliseconds,
  };
}
