import { z } from 'zod';
import { frenchHolidays, frenchRegions } from '#domain/calendar/french-holidays.js';
import type { Contract } from '#domain/contract/contract.js';
import { formatDay } from '#domain/period/zone.js';
import { fault, type Fault } from '../fault.js';
import { holidayCountries, holidayRegions, publicHolidays } from '../holidays.js';
import { suggestion } from '../nearest.js';
import { strict } from '../zod-faults.js';
import { day } from './words.js';

/** Days that count as holidays of the brand, or of the site. */
export const holidaysSchema = strict({
  country: z.string().nullable().default(null),
  region: z.string().nullable().default(null),
  extra: z.array(day).default([]),
  /** Days of the country that do not count. */
  except: z.array(day).optional(),
  /** The days that count, and no others. */
  only: z.array(day).min(1).optional(),
});

type WrittenHolidays = z.output<typeof holidaysSchema>;
type Term = Contract['term'];

/** A contract without end lists this many years of a foreign country's holidays. */
const yearsListed = 15;

function listedDays({ country, region }: WrittenHolidays, term: Term): string[] {
  if (country === null || country === 'FR' || term.firstDay === null) return [];
  const first = Number(term.firstDay.slice(0, 4));
  const last = term.lastDay === null ? first + yearsListed : Number(term.lastDay.slice(0, 4));
  // neighbours: a local day at a border may fall into the year before or after
  return publicHolidays(country, region, first - 1, last + 1);
}

/** `only`: days of the contract's own, of no country. */
export function holidaysOf(written: WrittenHolidays, term: Term): Contract['holidays'] {
  const { only, except, ...holidays } = written;
  if (only !== undefined) return { country: null, region: null, extra: sorted(only), days: [] };
  const listed = { ...holidays, days: listedDays(written, term) };
  return except === undefined || except.length === 0 ? listed : { ...listed, except: sorted(except) };
}

function sorted(days: readonly string[]): string[] {
  return [...new Set(days)].sort();
}

/** Faults of one of the two calendars, with paths below the contract. */
export function holidayFaults(
  holidays: WrittenHolidays,
  key: 'holidays' | 'siteHolidays',
  term: Term,
): Fault[] {
  const { country, region } = holidays;
  if (country === null) return choiceFaults(holidays, key);
  if (!holidayCountries().includes(country)) {
    const near = suggestion(country, holidayCountries());
    const message = `'${country}' is no country code such as FR${near}`;
    return [fault('unknown-country', [key, 'country'], message)];
  }
  const faults: Fault[] = [];
  const regions = country === 'FR' ? frenchRegions : holidayRegions(country);
  if (region !== null && !regions.includes(region)) {
    const allowed = `(allowed: ${regions.join(', ')})`;
    const message = `'${region}' has no holidays of its own in ${country} ${allowed}`;
    faults.push(fault('unknown-region', [key, 'region'], message));
  } else faults.push(...choiceFaults(holidays, key));
  if (country !== 'FR' && holidays.only === undefined && term.firstDay === null) {
    const message = `is missing: holidays of ${country} are listed from a first day on`;
    faults.push(fault('missing', ['term', 'firstDay'], message));
  }
  return faults;
}

/** Days that count whatever else is said, and days that cannot be left out. */
function choiceFaults(
  { country, region, only, except = [], extra }: WrittenHolidays,
  key: 'holidays' | 'siteHolidays',
): Fault[] {
  const others = [...(extra.length > 0 ? ['extra'] : []), ...(except.length > 0 ? ['except'] : [])];
  if (only !== undefined && others.length > 0) {
    const message = `is the whole list, so ${others.join(' and ')} beside it would have no effect: write one of them`;
    return [fault('not-one-of-several', [key, 'only'], message)];
  }
  if (country === null && except.length > 0) {
    const message = 'leaves nothing out: there is no country whose holidays count';
    return [fault('holidays-undefined', [key, 'except'], message)];
  }
  const isHoliday = (date: string): boolean => {
    const year = Number(date.slice(0, 4));
    if (country === 'FR') return frenchHolidays(year, region).map(formatDay).includes(date);
    return publicHolidays(country ?? '', region, year, year).includes(date);
  };
  return except.flatMap((date, index) => {
    if (isHoliday(date)) return [];
    const message = `${date} is no holiday of ${country ?? ''} anyway: leave it out`;
    return [fault('no-holiday', [key, 'except', index], message)];
  });
}
