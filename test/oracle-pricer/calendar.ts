import type { Rhythm } from '#domain/period/rhythm.js';

/** Of all contracts that are drawn. */
export const zone = 'Europe/Paris';

export function midnightOf(day: Temporal.PlainDate): number {
  return day.toZonedDateTime(zone).epochMilliseconds;
}

/** A period of a contract, found by walking through the calendar day by day. */
export interface CalendarPeriod {
  readonly name: string;
  readonly first: Temporal.PlainDate;
  readonly days: number;
}

const known = new Map<string, CalendarPeriod[]>();

/** All periods of the years 2024 to 2027, in order of time. */
export function calendarOf(rhythm: Rhythm): CalendarPeriod[] {
  const key = JSON.stringify(rhythm);
  const found = known.get(key) ?? walk(rhythm);
  known.set(key, found);
  return found;
}

export function periodNamed(rhythm: Rhythm, name: string): CalendarPeriod {
  const period = calendarOf(rhythm).find((each) => each.name === name);
  if (period === undefined) throw new RangeError(`${name} is not in the calendar`);
  return period;
}

function walk(rhythm: Rhythm): CalendarPeriod[] {
  const periods: CalendarPeriod[] = [];
  let first: Temporal.PlainDate | null = null;
  const yearStarts = rhythm.unit === '4-4-5' ? [2023, 2024, 2025, 2026, 2027, 2028].map(startOf(rhythm)) : [];
  for (let day = Temporal.PlainDate.from('2023-12-01'); day.year < 2029; day = day.add({ days: 1 })) {
    if (!begins(rhythm, day, yearStarts)) continue;
    if (first !== null) {
      const days = first.until(day).days;
      periods.push({ name: nameOf(rhythm, first, yearStarts), first, days });
    }
    first = day;
  }
  return periods.filter(({ name }) => name >= '2024' && name < '2028');
}

/** Whether a period begins with this day. */
function begins(rhythm: Rhythm, day: Temporal.PlainDate, yearStarts: Temporal.PlainDate[]): boolean {
  switch (rhythm.unit) {
    case 'month':
      return day.day === 1;
    case 'halfMonth':
      return day.day === 1 || day.day === 16;
    case 'quarter':
      return day.day === 1 && [1, 4, 7, 10].includes(day.month);
    case 'year':
      return day.day === 1 && day.month === 1;
    case 'week':
      return weekdayNames[day.dayOfWeek - 1] === rhythm.weekStart;
    case '4-4-5': {
      const start = yearStarts.findLast((each) => Temporal.PlainDate.compare(each, day) <= 0);
      // four, four and five weeks, four times
      const weeks = [0, 4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47];
      return start !== undefined && weeks.some((before) => start.add({ weeks: before }).equals(day));
    }
  }
}

function nameOf(rhythm: Rhythm, first: Temporal.PlainDate, yearStarts: Temporal.PlainDate[]): string {
  const month = first.toString().slice(0, 7);
  switch (rhythm.unit) {
    case 'month':
      return month;
    case 'halfMonth':
      return `${month}-H${first.day === 1 ? 1 : 2}`;
    case 'quarter':
      return `${first.year}-Q${(first.month + 2) / 3}`;
    case 'year':
      return String(first.year);
    case 'week': {
      // of the year that has most of its days, so that of its fourth day
      const { year } = first.add({ days: 3 });
      let week = 1;
      for (
        let before = first.subtract({ days: 4 });
        before.year === year;
        before = before.subtract({ weeks: 1 })
      )
        week += 1;
      return `${year}-W${String(week).padStart(2, '0')}`;
    }
    case '4-4-5': {
      const start = yearStarts.findLast((each) => Temporal.PlainDate.compare(each, first) <= 0) ?? first;
      // a year is named by the calendar year that its middle lies in
      const { year } = start.add({ days: 182 });
      const weeks = start.until(first).days / 7;
      const number = [0, 4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47].indexOf(weeks) + 1;
      return `${year}-P${String(number).padStart(2, '0')}`;
    }
  }
}

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** First day of the 4-4-5 year near a day of the calendar year: no other such weekday is nearer. */
function startOf({ yearStart: { weekday, nearestTo } }: Extract<Rhythm, { unit: '4-4-5' }>) {
  return (year: number): Temporal.PlainDate => {
    const near = Temporal.PlainDate.from(`${year}-${nearestTo}`);
    const around = [-3, -2, -1, 0, 1, 2, 3].map((days) => near.add({ days }));
    return around.find(({ dayOfWeek }) => weekdayNames[dayOfWeek - 1] === weekday) ?? near;
  };
}
