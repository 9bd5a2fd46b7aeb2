import DateHolidays from 'date-holidays';

/** Countries whose public holidays are known, ISO 3166-1 alpha-2. */
export function holidayCountries(): readonly string[] {
  return Object.keys(new DateHolidays().getCountries());
}

/** Regions (states, provinces) of a country that have holidays of their own. */
export function holidayRegions(country: string): readonly string[] {
  return Object.keys(new DateHolidays().getStates(country) ?? {});
}

/** A public holiday as the tables have it. */
export interface PublicHoliday {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly name: string;
  readonly doubt: HolidayDoubt | null;
}

/**
 * Why a day should be confirmed by both parties: `moon`: it is announced when the new moon is seen;
 * `substitute`: it stands for another day, which is listed as well; `partOfDay`: only some hours of it are a
 * holiday.
 */
export type HolidayDoubt = 'moon' | 'substitute' | 'partOfDay';

/**
 * Public holidays of a country (or region) other than France from the first to the last year, in order. They
 * are written into the contract when it is read, so that pricing it later uses the same days. A holiday of
 * several days is each of them.
 */
export function listHolidays(
  country: string,
  region: string | null,
  firstYear: number,
  lastYear: number,
): PublicHoliday[] {
  const calendar = region === null ? new DateHolidays(country) : new DateHolidays(country, region);
  const days = new Map<string, PublicHoliday>();
  for (let year = firstYear; year <= lastYear; year += 1) {
    for (const { type, date, start, end, name, rule, substitute } of calendar.getHolidays(year)) {
      if (type !== 'public') continue;
      const lengthDays = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs));
      const doubt = doubtOf(rule, substitute === true);
      for (let index = 0; index < lengthDays; index += 1) {
        const day = dayAfter(date.slice(0, 10), index);
        if (days.get(day)?.doubt !== null) days.set(day, { day, name, doubt });
      }
    }
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** The same as days alone, `YYYY-MM-DD`. */
export function publicHolidays(
  country: string,
  region: string | null,
  firstYear: number,
  lastYear: number,
): string[] {
  return listHolidays(country, region, firstYear, lastYear).map(({ day }) => day);
}

const dayMs = 86_400_000;

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

const islamicMonths =
  /Muharram|Safar|Rabi|Jumada|Rajab|Sha'?ban|Ramadan|Shawwal|Dhu al-Qi'?dah|Dhu al-Hijjah/;

function doubtOf(rule: string, isSubstitute: boolean): HolidayDoubt | null {
  if (islamicMonths.test(rule)) return 'moon';
  if (isSubstitute) return 'substitute';
  return /\b\d{1,2}:\d{2}\b/.test(rule.replaceAll(/\b00:00\b/g, '')) ? 'partOfDay' : null;
}
