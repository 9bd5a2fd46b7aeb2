import { describe, expect, it } from '@jest/globals';
import { asOfDay } from './as-of-day.js';

/** 12:00 in Paris. */
const now = Date.parse('2026-04-02T10:00:00Z');
const on = (text: string | null) => asOfDay(text, now, 'Europe/Paris');

describe('the end of a day', () => {
  it('is midnight by the clock of the zone, also where the clocks have changed since', () => {
    expect(on('2026-03-28')).toEqual({ at: Date.parse('2026-03-28T23:00:00Z'), isNow: false });
    expect(on('2026-03-31')).toEqual({ at: Date.parse('2026-03-31T22:00:00Z'), isNow: false });
    expect(on('yesterday')).toEqual({ at: Date.parse('2026-04-01T22:00:00Z'), isNow: false });
  });

  it('is that of the last day of a month', () => {
    expect(on('last-month')).toEqual({ at: Date.parse('2026-03-31T22:00:00Z'), isNow: false });
  });

  it('is now of a day that lasts, or where none is named', () => {
    for (const text of [null, 'today', '2026-04-02']) expect(on(text)).toEqual({ at: now, isNow: true });
  });

  it('is none of a day that has not begun, and of what is no day', () => {
    expect([on('2026-04-03'), on('this-month'), on('2026-02-30'), on('march')]).toEqual([
      'future',
      'future',
      'unknown',
      'unknown',
    ]);
  });
});
