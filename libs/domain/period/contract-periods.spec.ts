import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PeriodFrame, periodsOf } from './contract-periods.js';
import { daysInMonth, monthBounds, monthOf } from './period.js';
import { weekdays, type Rhythm } from './rhythm.js';

const hour = 3_600_000;
const utc = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const inParis = (period: Rhythm): PeriodFrame => ({ timeZone: 'Europe/Paris', period });

const mondays: Rhythm = { unit: 'week', weekStart: 'monday' };
const retail: Rhythm = { unit: '4-4-5', yearStart: { weekday: 'sunday', nearestTo: '02-01' } };
const fiscal: Rhythm = { unit: '4-4-5', yearStart: { weekday: 'sunday', nearestTo: '09-30' } };

describe('Periods of a contract', () => {
  // days by a calendar on the wall; the clocks go forward on 29 March and back on 25 October 2026
  it.each<[Rhythm, string, string, string, number]>([
    [mondays, '2026-W13', '2026-03-23', '2026-03-29', 167],
    [mondays, '2026-W14', '2026-03-30', '2026-04-05', 168],
    [mondays, '2026-W43', '2026-10-19', '2026-10-25', 169],
    // 2026 begins on a Thursday: its first week begins in 2025, and it has 53
    [mondays, '2026-W01', '2025-12-29', '2026-01-04', 168],
    [mondays, '2026-W53', '2026-12-28', '2027-01-03', 168],
    // of the week 27 December 2026 to 2 January 2027 five days are of 2026; the next is the first of 2027
    [{ unit: 'week', weekStart: 'sunday' }, '2026-W52', '2026-12-27', '2027-01-02', 168],
    [{ unit: 'week', weekStart: 'sunday' }, '2027-W01', '2027-01-03', '2027-01-09', 168],
    [{ unit: 'halfMonth' }, '2026-03-H1', '2026-03-01', '2026-03-15', 360],
    [{ unit: 'halfMonth' }, '2026-03-H2', '2026-03-16', '2026-03-31', 383],
    [{ unit: 'halfMonth' }, '2028-02-H2', '2028-02-16', '2028-02-29', 336],
    [{ unit: 'quarter' }, '2026-Q1', '2026-01-01', '2026-03-31', 2159],
    [{ unit: 'quarter' }, '2026-Q4', '2026-10-01', '2026-12-31', 2209],
    [{ unit: 'year' }, '2026', '2026-01-01', '2026-12-31', 8760],
    [{ unit: 'month' }, '2026-03', '2026-03-01', '2026-03-31', 743],
    // US retail: fiscal 2025 begins on Sunday 2 February 2025, 2026 on 1 February 2026
    [retail, '2026-P01', '2026-02-01', '2026-02-28', 672],
    [retail, '2026-P03', '2026-03-29', '2026-05-02', 839],
    // 2023 was its last year of 53 weeks: the twelfth period had six
    [retail, '2023-P12', '2023-12-24', '2024-02-03', 1008],
    [retail, '2024-P01', '2024-02-04', '2024-03-02', 672],
    // a year that begins in autumn bears the number of the next
    [fiscal, '2026-P01', '2025-09-28', '2025-10-25', 672],
  ])('%j: %s is from %s to %s, %d hours', (rhythm, period, first, last, hours) => {
    const periods = periodsOf(inParis(rhythm));
    const { start, end } = periods.bounds(period);
    expect([periods.firstDay(period), periods.lastDay(period), (end - start) / hour]).toEqual([
      first,
      last,
      hours,
    ]);
    expect([periods.at(start), periods.at(end - 1), periods.ofDay(first), periods.ofDay(last)]).toEqual(
      Array(4).fill(period),
    );
  });

  it('have names that other rhythms do not have, and only of what there is', () => {
    const all = ['2026-03', '2026-03-H1', '2026-W10', '2026-Q1', '2026', '2026-P03'];
    const rhythms: Rhythm[] = [
      { unit: 'month' },
      { unit: 'halfMonth' },
      mondays,
      { unit: 'quarter' },
      { unit: 'year' },
      retail,
    ];
    const known = rhythms.map((rhythm) => all.filter((text) => periodsOf(inParis(rhythm)).has(text)));
    expect(known).toEqual(all.map((text) => [text]));
    const wrong = ['2025-W53', '2026-W54', '2026-W00', '2026-W1', '2026-13', '2026-3', '2026-H1', ''];
    for (const rhythm of rhythms) {
      expect(wrong.filter((text) => periodsOf(inParis(rhythm)).has(text))).toEqual([]);
    }
    expect(() => periodsOf(inParis(mondays)).bounds('2026-03')).toThrow(
      "'2026-03' is not a period such as YYYY-W01 to YYYY-W53",
    );
  });

  it('are counted over the ends of years', () => {
    const weeks = periodsOf(inParis(mondays));
    expect([
      weeks.shift('2026-W53', 1),
      weeks.shift('2026-W01', -1),
      weeks.distance('2025-W52', '2027-W01'),
    ]).toEqual(['2027-W01', '2025-W52', 54]);
    const halves = periodsOf(inParis({ unit: 'halfMonth' }));
    expect([halves.shift('2026-12-H2', 1), halves.shift('2026-01-H1', -1)]).toEqual([
      '2027-01-H1',
      '2025-12-H2',
    ]);
  });

  it('of months are the months of the calendar', () => {
    const months = periodsOf({ timeZone: 'America/St_Johns', period: { unit: 'month' } });
    for (let period = '2019-11'; period < '2029-03'; period = months.shift(period, 1)) {
      const bounds = monthBounds(period, 'America/St_Johns');
      expect([months.bounds(period), months.days(period), months.at(bounds.start)]).toEqual([
        bounds,
        daysInMonth(period),
        monthOf(bounds.start, 'America/St_Johns'),
      ]);
    }
  });

  const rhythm: fc.Arbitrary<Rhythm> = fc.oneof(
    fc.constantFrom<Rhythm>({ unit: 'month' }, { unit: 'halfMonth' }, { unit: 'quarter' }, { unit: 'year' }),
    fc.record({ unit: fc.constant('week' as const), weekStart: fc.constantFrom(...weekdays) }),
    fc.record({
      unit: fc.constant('4-4-5' as const),
      yearStart: fc.record({
        weekday: fc.constantFrom(...weekdays),
        nearestTo: fc.constantFrom('01-01', '02-01', '04-01', '06-30', '07-01', '09-30', '12-28', '12-31'),
      }),
    }),
  );
  const zone = fc.constantFrom('Europe/Paris', 'America/St_Johns', 'Pacific/Apia', 'Africa/Cairo', 'UTC');

  it('follow each other without gap or overlap, in order of their names, of every rhythm in every zone', () => {
    fc.assert(
      fc.property(rhythm, zone, fc.integer({ min: 1990, max: 2090 }), (period, timeZone, year) => {
        const periods = periodsOf({ timeZone, period });
        let name = periods.at(utc(`${year}-06-15T12:00:00Z`));
        for (let step = 0; step < 60; step += 1) {
          const { start, end } = periods.bounds(name);
          const next = periods.shift(name, 1);
          expect(start).toBeLessThan(end);
          expect([periods.at(start), periods.at(end - 1), periods.at(end)]).toEqual([name, name, next]);
          expect([periods.bounds(next).start, periods.shift(next, -1), periods.distance(name, next)]).toEqual(
            [end, name, 1],
          );
          expect(name < next && periods.has(name)).toBe(true);
          name = next;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of 4-4-5 make quarters of 13 weeks, and years of 52 or 53 that begin on their weekday', () => {
    for (let year = 2000; year < 2060; year += 1) {
      const periods = periodsOf(inParis(retail));
      const weeks = Array.from({ length: 12 }, (_, index) => {
        return periods.days(`${year}-P${String(index + 1).padStart(2, '0')}`) / 7;
      });
      expect(weeks.slice(0, 11)).toEqual([4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4]);
      expect([5, 6]).toContain(weeks[11]);
      expect(Temporal.PlainDate.from(periods.firstDay(`${year}-P01`)).dayOfWeek).toBe(7);
    }
  });
});
