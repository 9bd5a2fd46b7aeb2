import { dayBounds } from '#domain/period/period.js';
import { namedDays } from '#domain/period/relative-days.js';
import type { AccrualInstant } from './accruals.js';

/**
 * The end of the day that a text names, in a zone: a date, or one of `dayWords`, of a month the last day.
 * null, or today: as it is now. `now`: UTC epoch ms. `unknown`: the text names no day; `future`: one that has
 * not begun.
 */
export function asOfDay(
  text: string | null,
  now: number,
  timeZone: string,
): AccrualInstant | 'unknown' | 'future' {
  if (text === null) return { at: now, isNow: true };
  const days = namedDays(text, now, timeZone);
  if (days === null) return 'unknown';
  const { start, end } = dayBounds(days.last, timeZone);
  if (start > now) return 'future';
  return end > now ? { at: now, isNow: true } : { at: end, isNow: false };
}
