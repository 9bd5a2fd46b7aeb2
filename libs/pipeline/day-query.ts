import { z } from 'zod';
import { dayWords, type DayRange, namedDays } from '#domain/period/relative-days.js';
import { ProblemError } from '#runtime/problem.js';

const dayRule = `must be a day: YYYY-MM-DD, ${dayWords.join(', ')}`;

/** A day of a query: a date, or one of `dayWords`. */
export const day = z
  .string(dayRule)
  .refine((text) => namedDays(text, 0, 'UTC') !== null, dayRule)
  .meta({ pattern: `^(\\d{4}-\\d{2}-\\d{2}|${dayWords.join('|')})$` });

/** The days that a query spans when nothing else bounds them. */
export const maxDays = 366;

/**
 * The local days that `from` and `to` name, both included; without `to` those that `from` names. `now`: UTC
 * epoch ms. `invalid-request` where they are in the wrong order or more than `allowed`.
 */
export function daysOf(
  query: { readonly from: string; readonly to?: string | undefined },
  now: number,
  timeZone: string,
  allowed = maxDays,
): DayRange {
  const from = namedDays(query.from, now, timeZone);
  const to = namedDays(query.to ?? query.from, now, timeZone);
  if (from === null || to === null) throw new Error('the schema lets days through only');
  const days = (Date.parse(to.last) - Date.parse(from.first)) / 86_400_000 + 1;
  if (days < 1) throw invalidTo('must not be before from');
  if (days > allowed) throw invalidTo(`must be at most ${allowed} days from from`);
  return { first: from.first, last: to.last };
}

function invalidTo(message: string): ProblemError {
  return new ProblemError('invalid-request', `query.to: ${message}`, { field: 'query.to' });
}
