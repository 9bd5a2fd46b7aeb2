const DAY_MS = 86_400_000;
const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?$/;
const SHORT = /^(\d+) ?(ms|s|min|h|d)$/;
const SHORT_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: DAY_MS } as const;

/** What a duration in a catalogue may look like, for messages and docs. */
export const DURATION_FORMS =
  'an ISO 8601 duration (PT20S, PT10M, P7D) or a short one (500ms, 20s, 10min, 2h, 7d)';

/**
 * Reads a duration: ISO 8601 in weeks, days, hours, minutes and seconds, or `20s`, `10min` and the like. A
 * day has 24 h; months and years have no fixed length and are not understood.
 * @returns whole milliseconds, or null where the text is no such duration.
 */
export function durationMs(text: string): number | null {
  const short = SHORT.exec(text);
  const ms = short ? Number(short[1]) * SHORT_MS[short[2] as keyof typeof SHORT_MS] : isoMs(text);
  return ms !== null && Number.isSafeInteger(ms) ? ms : null;
}

/** The shortest ISO 8601 text of a duration in days, hours, minutes and seconds: 86 400 000 -> `P1D`. */
export function isoDuration(ms: number): string {
  const parts = [
    [Math.floor(ms / 3_600_000) % 24, 'H'],
    [Math.floor(ms / 60_000) % 60, 'M'],
    [(ms % 60_000) / 1000, 'S'],
  ] as const;
  const days = ms >= DAY_MS ? `${Math.floor(ms / DAY_MS)}D` : '';
  const time = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  if (time === '') return days === '' ? 'PT0S' : `P${days}`;
  return `P${days}T${time}`;
}

function isoMs(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null || text.endsWith('P') || text.endsWith('T')) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1, 6).map((digits) => Number(digits ?? 0));
  const fractionMs = Number((match[6] ?? '').padEnd(3, '0'));
  const wholeDays = (weeks ?? 0) * 7 + (days ?? 0);
  return (
    ((wholeDays * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000 + fractionMs
  );
}
