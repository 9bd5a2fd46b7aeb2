import type { Period } from './period.js';
import { epochDay, plainDate, weekdayOf } from './zone.js';

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

export const periodUnits = ['month', 'halfMonth', 'week', 'quarter', 'year', '4-4-5'] as const;
export type PeriodUnit = (typeof periodUnits)[number];

/** As messages call one of them. */
export const periodNouns: Readonly<Record<PeriodUnit, string>> = {
  month: 'month',
  halfMonth: 'half-month',
  week: 'week',
  quarter: 'quarter',
  year: 'year',
  '4-4-5': 'period of the 4-4-5 year',
};

/** A name of a period of any rhythm; which of them a contract has, `periodsOf` says. */
export const anyPeriodForm =
  /^\d{4}(-(0[1-9]|1[0-2])(-H[12])?|-W(0[1-9]|[1-4]\d|5[0-3])|-Q[1-4]|-P(0[1-9]|1[0-2]))?$/;

/** The time that one invoice of a contract is about, and where it is cut. */
export type Rhythm =
  | { readonly unit: 'month' | 'halfMonth' | 'quarter' | 'year' }
  | { readonly unit: 'week'; readonly weekStart: Weekday }
  | { readonly unit: '4-4-5'; readonly yearStart: YearStart };

/**
 * The first day of a year of 52 or 53 weeks: the weekday that is nearest to a day of the calendar, `MM-DD`.
 * Sunday nearest to 02-01 is that of US retail; Monday nearest to 01-01 begins the weeks of ISO 8601.
 */
export interface YearStart {
  readonly weekday: Weekday;
  readonly nearestTo: string;
}

/** Periods of one rhythm, numbered in order of time, without gap. Days are epoch days. */
export interface PeriodNumbers {
  /** Number of the period that a day lies in. */
  readonly at: (day: number) => number;
  /** First day of a period. */
  readonly firstDay: (number: number) => number;
  readonly name: (number: number) => Period;
  /** null: no name of a period of this rhythm. */
  readonly parse: (text: string) => number | null;
  /** How names are written, for messages. */
  readonly form: string;
}

export function periodNumbers(rhythm: Rhythm): PeriodNumbers {
  switch (rhythm.unit) {
    case 'month':
      return months;
    case 'halfMonth':
      return halfMonths;
    case 'quarter':
      return quarters;
    case 'year':
      return years;
    case 'week':
      return weeksFrom(rhythm.weekStart);
    case '4-4-5':
      return fiscalPeriods(rhythm.yearStart);
  }
}

const months: PeriodNumbers = {
  at: (day) => monthNumber(day),
  firstDay: firstOfMonth,
  name: (number) => `${yearText(Math.floor(number / 12))}-${padded((number % 12) + 1)}`,
  parse: (text) => numberOf(/^(\d{4})-(0[1-9]|1[0-2])$/, text, (year, month) => year * 12 + month - 1),
  form: 'YYYY-MM',
};

/** From the first to the 15th, and from the 16th to the last day of the month. */
const halfMonths: PeriodNumbers = {
  at: (day) => monthNumber(day) * 2 + (plainDate(day).day > 15 ? 1 : 0),
  firstDay: (number) => firstOfMonth(Math.floor(number / 2)) + (number % 2 === 0 ? 0 : 15),
  name: (number) => `${months.name(Math.floor(number / 2))}-H${(number % 2) + 1}`,
  parse: (text) =>
    numberOf(/^(\d{4})-(0[1-9]|1[0-2])-H([12])$/, text, (year, month, half) => {
      return (year * 12 + month - 1) * 2 + half - 1;
    }),
  form: 'YYYY-MM-H1 or YYYY-MM-H2',
};

const quarters: PeriodNumbers = {
  at: (day) => Math.floor(monthNumber(day) / 3),
  firstDay: (number) => firstOfMonth(number * 3),
  name: (number) => `${yearText(Math.floor(number / 4))}-Q${(number % 4) + 1}`,
  parse: (text) => numberOf(/^(\d{4})-Q([1-4])$/, text, (year, quarter) => year * 4 + quarter - 1),
  form: 'YYYY-Q1 to YYYY-Q4',
};

const years: PeriodNumbers = {
  at: (day) => plainDate(day).year,
  firstDay: (number) => firstOfMonth(number * 12),
  name: yearText,
  parse: (text) => numberOf(/^(\d{4})$/, text, (year) => year),
  form: 'YYYY',
};

/**
 * As ISO 8601 numbers them where they begin on Monday: a week is of the year that most of its days lie in,
 * the first of a year is the one with at least four of them. The same rule holds for weeks that begin
 * otherwise.
 */
function weeksFrom(weekStart: Weekday): PeriodNumbers {
  const first = anchorOf(weekStart);
  const at = (day: number): number => Math.floor((day - first) / 7);
  const firstDay = (number: number): number => first + number * 7;
  const yearOf = (number: number): number => plainDate(firstDay(number) + 3).year;
  const firstOf = (year: number): number => at(epochDay(year, 1, 4));
  return {
    at,
    firstDay,
    name(number) {
      const year = yearOf(number);
      return `${yearText(year)}-W${padded(number - firstOf(year) + 1)}`;
    },
    parse: (text) =>
      numberOf(/^(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])$/, text, (year, week) => {
        const number = firstOf(year) + week - 1;
        return yearOf(number) === year ? number : null;
      }),
    form: 'YYYY-W01 to YYYY-W53',
  };
}

/** Weeks of the year before each of its periods: quarters of 4, 4 and 5; the 53rd belongs to the last. */
const weeksBefore = [0, 4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47] as const;

/** A year is named by the calendar year that most of it lies in. */
function fiscalPeriods({ weekday, nearestTo }: YearStart): PeriodNumbers {
  const [month = 1, monthDay = 1] = nearestTo.split('-').map(Number);
  const first = anchorOf(weekday);
  const yearsLater = month > 6 ? 1 : 0;
  const yearDay = (year: number): number => {
    const near = epochDay(year - yearsLater, month, monthDay);
    return first + Math.round((near - first) / 7) * 7;
  };
  const yearAt = (day: number): number => {
    const { year } = plainDate(day);
    return [year + 1, year].find((each) => yearDay(each) <= day) ?? year - 1;
  };
  return {
    at(day) {
      const year = yearAt(day);
      const week = Math.floor((day - yearDay(year)) / 7);
      return year * 12 + weeksBefore.findLastIndex((weeks) => weeks <= week);
    },
    firstDay: (number) => yearDay(Math.floor(number / 12)) + (weeksBefore[number % 12] ?? 0) * 7,
    name: (number) => `${yearText(Math.floor(number / 12))}-P${padded((number % 12) + 1)}`,
    parse: (text) => numberOf(/^(\d{4})-P(0[1-9]|1[0-2])$/, text, (year, period) => year * 12 + period - 1),
    form: 'YYYY-P01 to YYYY-P12',
  };
}

/** A day of that weekday: those in the week that begins on Monday, 5 January 1970. */
function anchorOf(weekday: Weekday): number {
  const monday = 8 - weekdayOf(0);
  return monday + weekdays.indexOf(weekday);
}

/** Months since January of the year 0. */
function monthNumber(day: number): number {
  const { year, month } = plainDate(day);
  return year * 12 + month - 1;
}

function firstOfMonth(number: number): number {
  return epochDay(2000, number - 2000 * 12 + 1, 1);
}

function numberOf(
  form: RegExp,
  text: string,
  of: (...parts: [number, number, number]) => number | null,
): number | null {
  const match = form.exec(text);
  if (match === null) return null;
  const [first = 0, second = 0, third = 0] = match.slice(1).map(Number);
  return of(first, second, third);
}

function yearText(year: number): string {
  return String(year).padStart(4, '0');
}

function padded(number: number): string {
  return String(number).padStart(2, '0');
}
