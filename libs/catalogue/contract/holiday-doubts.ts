import type { Holidays } from '#domain/calendar/holidays.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { listHolidays, type HolidayDoubt } from '../holidays.js';

/** Listed days that a table cannot know for sure, in a contract that prices by holidays. */
export interface HolidayWarning {
  readonly code: 'doubtful-holidays';
  readonly contract: string;
  readonly message: string;
}

const reasons: Readonly<Record<HolidayDoubt, string>> = {
  moon: 'are announced when the new moon is seen, and may move by a day',
  substitute: 'stand for another day, which counts as well',
  partOfDay: 'are holidays for some hours only, and count as whole days',
};

/** Countries whose governments proclaim special days each year, which no table has in advance. */
const proclaiming: ReadonlySet<string> = new Set(['PH', 'ID', 'MY', 'SG', 'TH', 'IN', 'LK', 'BD', 'EG']);

/** Days that the contract names itself, under `extra` or `except`, are settled. */
export function holidayWarnings(contract: Contract): HolidayWarning[] {
  const { holidays, siteHolidays } = contract;
  return [
    ...calendarWarnings(contract, 'holidays', holidays),
    ...(siteHolidays === undefined ? [] : calendarWarnings(contract, 'siteHolidays', siteHolidays)),
  ];
}

type CalendarKey = 'holidays' | 'siteHolidays';

function calendarWarnings(contract: Contract, key: CalendarKey, holidays: Holidays): HolidayWarning[] {
  const { id } = contract;
  const { country, region, days } = holidays;
  const [first, last] = [days[0], days.at(-1)];
  if (country === null || first === undefined || last === undefined || !asksFor(contract, key)) return [];
  const settled = new Set([...holidays.extra, ...(holidays.except ?? [])]);
  const listed = listHolidays(country, region, Number(first.slice(0, 4)), Number(last.slice(0, 4)));
  const doubtful = listed.filter(({ day }) => isInTerm(contract, day) && !settled.has(day));
  const warnings = (Object.keys(reasons) as HolidayDoubt[]).flatMap((doubt): HolidayWarning[] => {
    const found = doubtful.filter((each) => each.doubt === doubt).map(({ day }) => day);
    if (found.length === 0) return [];
    const shown =
      found.length > 6 ? `${found.slice(0, 6).join(', ')} and ${found.length - 6} more` : found.join(', ');
    return [warning(id, key, `of the holidays of ${country}, ${shown} ${reasons[doubt]}`)];
  });
  if (!proclaiming.has(country)) return warnings;
  return [
    ...warnings,
    warning(id, key, `${country} proclaims further or other days each year, which are not listed`),
  ];
}

function warning(contract: string, key: CalendarKey, found: string): HolidayWarning {
  const message = `${found}: agree on each and write it under ${key}.extra or ${key}.except, or all days that count under ${key}.only`;
  return { code: 'doubtful-holidays', contract, message };
}

function isInTerm({ term }: Contract, day: string): boolean {
  return (term.firstDay === null || day >= term.firstDay) && (term.lastDay === null || day <= term.lastDay);
}

/** Whether some line or staffed place of the contract depends on the days of a calendar. */
function asksFor({ versions }: Contract, key: CalendarKey): boolean {
  const all = versions.flatMap(({ terms, windows }): Terms[] => [
    terms,
    ...windows.map((window) => window.terms),
  ]);
  const day = key === 'holidays' ? 'holiday' : 'siteHoliday';
  return new RegExp(`"(days|notOn)":\\[[^\\]]*"${day}"`).test(JSON.stringify(all));
}
