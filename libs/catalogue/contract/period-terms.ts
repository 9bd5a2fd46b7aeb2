import { z } from 'zod';
import type { PeriodTerms } from '#domain/contract/contract.js';
import { periodUnits, weekdays } from '#domain/period/rhythm.js';
import { fault, type Fault } from '../fault.js';
import { refusal, strict } from '../zod-faults.js';
import { isDate } from './words.js';

const weekday = z.enum(weekdays);

const dayOfEveryYear = z
  .string()
  .refine(
    (text) => /^\d{2}-\d{2}$/.test(text) && isDate(`2026-${text}`),
    refusal('malformed-day', 'must be a day of every year such as 02-01 (month and day)'),
  );

/** Which time an invoice is about, and how long its close waits. */
export const periodSchema = strict({
  unit: z.enum(periodUnits).default('month'),
  /** Of weeks. */
  weekStart: weekday.optional(),
  /** Of 4-4-5: the year begins on the weekday nearest to a day of the calendar. */
  yearStart: strict({ weekday, nearestTo: dayOfEveryYear }).optional(),
  graceHours: z.int().min(0).default(72),
  disputeDays: z.int().min(0).default(15),
  lateEvents: z.enum(['nextPeriod', 'creditNote']).default('nextPeriod'),
}).default({ unit: 'month', graceHours: 72, disputeDays: 15, lateEvents: 'nextPeriod' });

/** How periods are closed. */
export const closeSchema = strict({
  automatic: z.boolean().default(true),
  at: z
    .string()
    .refine(
      (text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text),
      refusal('malformed-times', "must be a time of the day such as '06:00', in quotes"),
    )
    .default('06:00'),
  omissions: z.enum(['wait', 'accept']).default('wait'),
  /** Without a default: contracts that do not say it have the version that they had. */
  fourEyes: z.boolean().optional(),
});

type WrittenPeriod = z.output<typeof periodSchema>;

/** What is missing is a fault, and read as something so that the rest can be checked. */
export function periodTermsOf({ unit, weekStart, yearStart, ...rest }: WrittenPeriod): PeriodTerms {
  switch (unit) {
    case 'week':
      return { unit, weekStart: weekStart ?? 'monday', ...rest };
    case '4-4-5':
      return { unit, yearStart: yearStart ?? { weekday: 'monday', nearestTo: '01-01' }, ...rest };
    case 'month':
    case 'halfMonth':
    case 'quarter':
    case 'year':
      return { unit, ...rest };
  }
}

export function periodFaults({ unit, weekStart, yearStart }: WrittenPeriod): Fault[] {
  const faults: Fault[] = [];
  if (unit === 'week' && weekStart === undefined)
    faults.push(
      fault(
        'missing',
        ['period', 'weekStart'],
        'is missing: write the day on which weeks begin, such as monday',
      ),
    );
  if (unit !== 'week' && weekStart !== undefined)
    faults.push(
      fault('never-applies', ['period', 'weekStart'], 'is of weeks: write unit: week, or leave it out'),
    );
  if (unit === '4-4-5' && yearStart === undefined) {
    const message =
      'is missing: write the first day of the year, such as { weekday: sunday, nearestTo: 02-01 }';
    faults.push(fault('missing', ['period', 'yearStart'], message));
  }
  if (unit !== '4-4-5' && yearStart !== undefined)
    faults.push(
      fault('never-applies', ['period', 'yearStart'], 'is of 4-4-5: write unit: 4-4-5, or leave it out'),
    );
  return faults;
}
