import DateHolidays from 'date-holidays';

/** Countries whose public holidays are known, ISO 3166-1 alpha-2. */
export function holidayCountries(): readonly string[] {
  return Object.keys(new DateHolidays().getCountries());
}

/** Regions (states, provinces) of a country that have holidays of their own. */
export function holidayRegions(country: string): readonly string[] {
  return Object.keys(new DateHolidays().getStates(country) ?? {});
}

/**
 * Public holidays of a country (or region) other than France from the first to the last year, `YYYY-MM-DD`,
 * in order. They are written into the contract when it is read, so that pricing it later uses the same
 * days.
 */
export function publicHolidays(
  country: string,
  region: string | null,
  firstYear: number,
  lastYear: number,
): string[] {
  const calendar = region === null ? new DateHolidays(country) : new DateHolidays(country, region);
  const days = new Set<string>();
  for (let year = firstYear; year <= lastYear; year += 1) {
    for (const { type, date } of calendar.getHolidays(year)) {
      if (type === 'public') days.add(date.slice(0, 10));
    }
  }
  return [...days].sort();
}
