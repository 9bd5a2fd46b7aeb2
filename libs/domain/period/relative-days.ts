import { localDay, monthBounds, type Period, monthOf, previousMonth } from './period.js';

/** Local days, `YYYY-MM-DD`, both included. */
export interface DayRange {
  readonly first: string;
  readonly last: string;
}

/** Words for days that depend on when and where they are read. */
export const dayWords = ['today', 'yesterday', 'this-month', 'last-month'] as const;
export const monthWords = ['this-month', 'last-month'] as const;

/**
 * The days that a text names: a date names itself, a word one day or a whole month of the zone. `now` is in
 * UTC epoch ms. Null: neither a date of the calendar nor one of `dayWords`.
 */
export function namedDays(text: string, now: number, zone: string): DayRange | null {
  const today = localDay(now, zone);
  switch (text) {
    case 'today':
      return { first: today, last: today };
    case 'yesterday': {
      const day = Temporal.PlainDate.from(today).subtract({ days: 1 }).toString();
      return { first: day, last: day };
    }
    case 'this-month':
    case 'last-month':
      return daysOfMonth(namedMonth(text, now, zone) ?? '', zone);
  }
  return isDate(text) ? { first: text, last: text } : null;
}

/** The month that a text names: `2026-03`, or one of `monthWords` in the zone; else null. */
export function namedMonth(text: string, now: number, zone: string): Period | null {
  const current = monthOf(now, zone);
  if (text === 'this-month') return current;
  if (text === 'last-month') return previousMonth(current);
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? text : null;
}

function daysOfMonth(period: Period, zone: string): DayRange {
  const { start, end } = monthBounds(period, zone);
  return { first: localDay(start, zone), last: localDay(end - 1, zone) };
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}
