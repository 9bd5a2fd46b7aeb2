import { describe, expect, it } from '@jest/globals';
import { formatDay, parseDay } from '#domain/period/zone.js';
import { frenchHolidays } from './french-holidays.js';
import { holidayCalendar } from './holidays.js';

const days = (year: number, region: string | null = null): string[] =>
  frenchHolidays(year, region).map(formatDay);

describe('French holidays', () => {
  it.each([
    [2025, '2025-04-21', '2025-05-29', '2025-06-09'],
    [2026, '2026-04-06', '2026-05-14', '2026-05-25'],
    [2027, '2027-03-29', '2027-05-06', '2027-05-17'],
    [2028, '2028-04-17', '2028-05-25', '2028-06-05'],
    [2029, '2029-04-02', '2029-05-10', '2029-05-21'],
    [2030, '2030-04-22', '2030-05-30', '2030-06-10'],
  ])('in %d include Easter Monday on %s, Ascension on %s and Whit Monday on %s', (year, ...movable) => {
    expect(days(year)).toEqual(expect.arrayContaining(movable));
    expect(days(year)).toHaveLength(11);
  });

  it('include two more days in Alsace-Moselle', () => {
    for (const region of ['57', '67', '68']) {
      const added = days(2026, region).filter((day) => !days(2026).includes(day));
      expect(added).toEqual(['2026-04-03', '2026-12-26']);
    }
  });

  it.each([
    ['976', '04-27'],
    ['972', '05-22'],
    ['971', '05-27'],
    ['978', '05-27'],
    ['973', '06-10'],
    ['977', '10-09'],
    ['974', '12-20'],
  ])('include the abolition of slavery in region %s on %s', (region, day) => {
    expect(days(2026, region).filter((other) => !days(2026).includes(other))).toEqual([`2026-${day}`]);
  });

  it('include a day once where two fall together: Ascension on 1 May 2008', () => {
    expect(days(2008)).toHaveLength(10);
  });

  it('are refused for an unknown region', () => {
    expect(() => frenchHolidays(2026, '75')).toThrow("region '75' has no holidays of its own");
  });
});

describe('The holidays of a contract', () => {
  const none = { country: null, region: null, extra: [], days: [] };

  it('are its own days only where it names no country', () => {
    const isHoliday = holidayCalendar({ ...none, extra: ['2026-12-24'] });
    expect(['2026-12-24', '2026-12-25'].map(parseDay).map(isHoliday)).toEqual([true, false]);
  });

  it('are computed for France in any year', () => {
    const isHoliday = holidayCalendar({ ...none, country: 'FR', extra: ['2026-12-24'] });
    expect(['2026-12-24', '1999-07-14', '2044-07-14', '2044-07-15'].map(parseDay).map(isHoliday)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('are as listed for other countries, and a year without a list is an error, not a year without holidays', () => {
    const isHoliday = holidayCalendar({ ...none, country: 'MA', days: ['2026-07-30'] });
    expect(['2026-07-30', '2026-07-31'].map(parseDay).map(isHoliday)).toEqual([true, false]);
    expect(() => isHoliday(parseDay('2027-07-30'))).toThrow(
      'lists no holidays of MA for the year of 2027-07-30',
    );
  });
});
