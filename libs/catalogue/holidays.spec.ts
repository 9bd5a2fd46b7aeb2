import { describe, expect, it } from '@jest/globals';
import { frenchHolidays } from '#domain/calendar/french-holidays.js';
import { formatDay } from '#domain/period/zone.js';
import { holidayCountries, holidayRegions, publicHolidays } from './holidays.js';

const computed = (year: number, region: string | null): string[] =>
  frenchHolidays(year, region).map(formatDay);

/** Our codes are those of departments, date-holidays has its own for overseas. */
const overseas = {
  '971': 'GP',
  '972': 'MQ',
  '973': 'GF',
  '974': 'RE',
  '976': 'YT',
  '977': 'BL',
  '978': 'MF',
};

describe('public holidays by date-holidays', () => {
  it('agree with the computed French ones, twenty years long', () => {
    for (let year = 2016; year <= 2035; year += 1) {
      expect(publicHolidays('FR', null, year, year)).toEqual(computed(year, null));
      for (const region of ['57', '67', '68']) {
        expect(publicHolidays('FR', region, year, year)).toEqual(computed(year, region));
      }
    }
  });

  it('agree overseas, but for Good Friday, which is custom there and not law (L3422-2)', () => {
    for (const [region, code] of Object.entries(overseas)) {
      const goodFriday = formatDay(frenchHolidays(2026, '57')[1] ?? 0);
      const oracle = publicHolidays('FR', code, 2026, 2026).filter((day) => day !== goodFriday);
      expect([region, oracle]).toEqual([region, computed(2026, region)]);
    }
  });

  it('are listed in order over years, for countries and regions', () => {
    const days = publicHolidays('DE', 'BY', 2026, 2027);
    expect(days).toEqual([...days].sort());
    expect(days).toEqual(expect.arrayContaining(['2026-01-06', '2027-01-06']));
    expect(publicHolidays('DE', null, 2026, 2026)).not.toContain('2026-01-06');
  });

  it('know their countries and regions', () => {
    expect(holidayCountries()).toEqual(expect.arrayContaining(['FR', 'MA', 'TN', 'MU']));
    expect(holidayRegions('DE')).toContain('BY');
    expect(holidayRegions('TN')).toEqual([]);
  });
});
