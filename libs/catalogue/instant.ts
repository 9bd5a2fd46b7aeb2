/** Is it a name of the IANA time-zone database (not an offset, which knows no summer)? */
export { isZone as isTimeZone } from '#domain/period/zone.js';

/** What an instant in a catalogue may look like, for messages and docs. */
export const INSTANT_FORMS =
  'a date (2026-03-01), a local time (2026-03-01T06:00) or an instant (2026-03-01T06:00:00Z)';

/**
 * Reads when something begins to hold: a date (its first moment in `timeZone`), a local time there, or an
 * instant with its offset.
 * @returns UTC epoch ms, or null where the text is none of them or the clocks in `timeZone` never or twice
 * showed it.
 */
export function instantMs(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}(T|$)/.test(text)) return null;
  try {
    if (/(Z|[+-]\d{2}:\d{2})$/.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    if (!text.includes('T')) return Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds;
    const local = Temporal.PlainDateTime.from(text);
    return local.toZonedDateTime(timeZone, { disambiguation: 'reject' }).epochMilliseconds;
  } catch (cause) {
    if (Error.isError(cause) && cause.name === 'RangeError') return null;
    throw cause;
  }
}
