import { formatDay, parseDay, plainDate } from '#domain/period/zone.js';
import { frenchHolidays } from './french-holidays.js';
import type { HolidayCalendars, IsHoliday } from './wall-clock.js';

/**
 * French days are computed (`calendar/french-holidays.ts`); for any other country `days` lists them, put
 * there when the contract was read, so that everybody who prices it sees the same ones.
 */
export interface Holidays {
  readonly country: string | null;
  readonly region: string | null;
  /** Days of the contract's own. */
  readonly extra: readonly string[];
  readonly days: readonly string[];
  /** Days of the country that do not count; absent: all of them do. */
  readonly except?: readonly string[];
}

/** Those of the brand and those of the site; without a calendar of its own a site has none. */
export function holidayCalendars(contract: {
  readonly holidays: Holidays;
  readonly siteHolidays?: Holidays;
}): HolidayCalendars {
  const { holidays, siteHolidays } = contract;
  return {
    holiday: holidayCalendar(holidays),
    siteHoliday: siteHolidays === undefined ? () => false : holidayCalendar(siteHolidays),
  };
}

/**
 * The holidays of a contract. French ones are computed for any year; those of other countries come with the
 * contract, and a day outside the years they were listed for is a broken invariant: guessing "no holiday"
 * would bill wrongly.
 */
export function holidayCalendar(holidays: Holidays): IsHoliday {
  const extra = new Set(holidays.extra.map(parseDay));
  if (holidays.country === null) return (day) => extra.has(day);
  const except = new Set((holidays.except ?? []).map(parseDay));
  const ofCountry = holidays.country === 'FR' ? frenchCalendar(holidays.region) : listedCalendar(holidays);
  return (day) => {
    const isPublic = ofCountry(day);
    return extra.has(day) || (isPublic && !except.has(day));
  };
}

function frenchCalendar(region: string | null): IsHoliday {
  const years = new Map<number, ReadonlySet<number>>();
  return (day) => {
    const year = plainDate(day).year;
    let days = years.get(year);
    if (days === undefined) years.set(year, (days = new Set(frenchHolidays(year, region))));
    return days.has(day);
  };
}

function listedCalendar({ country, days }: Holidays): IsHoliday {
  const listed = new Set(days.map(parseDay));
  const years = new Set(days.map((day) => Number(day.slice(0, 4))));
  return (day) => {
    if (!years.has(plainDate(day).year)) {
      throw new Error(`the contract lists no holidays of ${country ?? ''} for the year of ${formatDay(day)}`);
    }
    return listed.has(day);
  };
}
