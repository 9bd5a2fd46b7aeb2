import { describe, expect, it } from '@jest/globals';
import { instantMs } from './instant.js';

describe('an instant in a catalogue', () => {
  it.each([
    ['a date is the first moment of the day there', '2026-03-01', 'Europe/Paris', '2026-02-28T23:00:00Z'],
    ['also where the day begins late', '2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
    [
      'a local time is read by the clocks of the zone',
      '2026-07-01T06:00',
      'Europe/Paris',
      '2026-07-01T04:00:00Z',
    ],
    ['UTC says so', '2026-07-01T06:00:00Z', 'Europe/Paris', '2026-07-01T06:00:00Z'],
    ['an offset says so', '2026-07-01T06:00:00+03:00', 'Europe/Paris', '2026-07-01T03:00:00Z'],
  ])('%s: %s in %s', (_case, text, zone, utc) => {
    expect(instantMs(text, zone)).toBe(Date.parse(utc));
  });

  it.each([
    ['the clocks skipped it', '2026-03-29T02:30'],
    ['the clocks showed it twice', '2026-10-25T02:30'],
    ['there is no such day', '2026-02-30'],
    ['it is not written so', '1 March 2026'],
    ['it is a month', '2026-03'],
  ])('is refused where %s: %s', (_case, text) => {
    expect(instantMs(text, 'Europe/Paris')).toBeNull();
  });
});
