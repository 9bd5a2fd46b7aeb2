import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dayBounds,
  daysInMonth,
  localDay,
  localInstant,
  nextMonth,
  monthBounds,
  monthOf,
  previousMonth,
  shiftMonth,
} from './period.js';
import { isZone, weekdayOf, parseDay, zoneOf } from './zone.js';

const hour = 3_600_000;
const utc = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const hoursOf = (period: string, zone: string): number => {
  const { start, end } = monthBounds(period, zone);
  return (end - start) / hour;
};

describe('A period', () => {
  it.each([
    ['2026-03', '2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z', 743],
    ['2026-10', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z', 745],
    ['2026-02', '2026-01-31T23:00:00Z', '2026-02-28T23:00:00Z', 672],
    ['0050-02', '0050-01-31T23:50:39Z', '0050-02-28T23:50:39Z', 672],
    ['2026-04', '2026-03-31T22:00:00Z', '2026-04-30T22:00:00Z', 720],
  ])('of %s in Paris is [%s, %s), %d hours', (period, start, end, hours) => {
    expect(monthBounds(period, 'Europe/Paris')).toEqual({ start: utc(start), end: utc(end) });
    expect(hoursOf(period, 'Europe/Paris')).toBe(hours);
  });

  it('has 673 local hours in Casablanca in the month Ramadan begins, 743 in the one it ends', () => {
    expect([hoursOf('2026-02', 'Africa/Casablanca'), hoursOf('2026-03', 'Africa/Casablanca')]).toEqual([
      673, 743,
    ]);
  });

  it('is half-open: its last millisecond is inside, its end is the next period', () => {
    const { end } = monthBounds('2026-03', 'Europe/Paris');
    expect([end - 1, end].map((at) => monthOf(at, 'Europe/Paris'))).toEqual(['2026-03', '2026-04']);
  });

  it('counts days of the calendar, not of the clock', () => {
    expect(['2026-03', '2028-02', '2026-02'].map(daysInMonth)).toEqual([31, 29, 28]);
  });

  it('is followed and preceded by one of another year where the year ends', () => {
    expect([nextMonth('2026-12'), previousMonth('2026-01'), shiftMonth('2026-01', -13)]).toEqual([
      '2027-01',
      '2025-12',
      '2024-12',
    ]);
  });

  it.each(['2026-13', '2026-3', 'March', ''])('is never %p', (period) => {
    expect(() => monthBounds(period, 'UTC')).toThrow('is not a period');
  });
});

describe('Days', () => {
  it('are 23 and 25 hours long when the clocks change', () => {
    const length = (date: string): number => {
      const { start, end } = dayBounds(date, 'Europe/Paris');
      return (end - start) / hour;
    };
    expect(['2026-03-29', '2026-10-25', '2026-03-28'].map(length)).toEqual([23, 25, 24]);
  });

  it('can be missing, as 30 December 2011 in Samoa', () => {
    const { start, end } = dayBounds('2011-12-30', 'Pacific/Apia');
    expect(end - start).toBe(0);
    expect(localDay(start, 'Pacific/Apia')).toBe('2011-12-31');
  });

  it('follow the local clock', () => {
    expect(localDay(utc('1999-01-31T22:00:00Z'), 'Asia/Jerusalem')).toBe('1999-02-01');
    expect(localDay(utc('1999-01-31T21:59:59.999Z'), 'Asia/Jerusalem')).toBe('1999-01-31');
  });

  it('know their weekday', () => {
    expect(
      ['2026-11-01', '1970-01-01', '1969-12-28', '2026-10-31'].map((day) => weekdayOf(parseDay(day))),
    ).toEqual([7, 4, 7, 6]);
  });
});

describe('Zones', () => {
  it('take the first of two equal local times and the clock after a gap', () => {
    expect(localInstant('2026-10-25T02:30:00', 'Europe/Paris')).toBe(utc('2026-10-25T00:30:00Z'));
    expect(localInstant('2026-03-29T02:30:00', 'Europe/Paris')).toBe(utc('2026-03-29T01:30:00Z'));
  });

  it('are names, not offsets', () => {
    expect(['Europe/Paris', '+02:00', 'Mars/Olympus', ''].map(isZone)).toEqual([true, false, false, false]);
    expect(() => zoneOf('Mars/Olympus')).toThrow('not an IANA time zone');
  });

  it('agree with Temporal at any instant, in any order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Europe/Paris',
          'Africa/Casablanca',
          'America/St_Johns',
          'Asia/Kathmandu',
          'Asia/Jerusalem',
        ),
        fc.array(fc.integer({ min: utc('1990-01-01T00:00:00Z'), max: utc('2035-01-01T00:00:00Z') }), {
          maxLength: 20,
        }),
        (name, instants) => {
          for (const at of instants) {
            const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name);
            expect(zoneOf(name).offsetAt(at)).toBe(zoned.offsetNanoseconds / 1e6);
          }
        },
      ),
    );
  });

  it('cut months without gap or overlap in every zone there is', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      for (let period = '2025-12'; period < '2027-02'; period = nextMonth(period)) {
        const { start, end } = monthBounds(period, zone);
        const found = [start - 1, start, end - 1, end].map((at) => monthOf(at, zone));
        expect({ zone, found }).toEqual({
          zone,
          found: [previousMonth(period), period, period, nextMonth(period)],
        });
        expect(monthBounds(nextMonth(period), zone).start).toBe(end);
      }
    }
  });
});
