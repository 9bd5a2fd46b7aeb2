import { describe, expect, it } from '@jest/globals';
import { namedDays, namedMonth } from './relative-days.js';

const at = (instant: string): number => Date.parse(instant);

describe('Days named in a zone', () => {
  it.each([
    ['today', '2026-03-05', '2026-03-05'],
    ['yesterday', '2026-03-04', '2026-03-04'],
    ['this-month', '2026-03-01', '2026-03-31'],
    ['last-month', '2026-02-01', '2026-02-28'],
    ['2024-02-29', '2024-02-29', '2024-02-29'],
  ])('reads %s on 5 March 2026 as %s to %s', (text, first, last) => {
    expect(namedDays(text, at('2026-03-05T12:00:00Z'), 'Europe/Paris')).toEqual({ first, last });
  });

  it('takes the day of the zone, not the day of UTC', () => {
    const now = at('2026-02-28T23:30:00Z');
    expect(namedDays('today', now, 'Europe/Paris')?.first).toBe('2026-03-01');
    expect(namedDays('yesterday', now, 'Europe/Paris')?.first).toBe('2026-02-28');
    expect(namedDays('this-month', now, 'Europe/Paris')?.first).toBe('2026-03-01');
    expect(namedDays('today', now, 'America/Montreal')?.first).toBe('2026-02-28');
    expect(namedDays('last-month', now, 'America/Montreal')?.first).toBe('2026-01-01');
  });

  it('knows the day before on the days when the clock changes', () => {
    expect(namedDays('yesterday', at('2026-03-29T22:30:00Z'), 'Europe/Paris')?.first).toBe('2026-03-29');
    expect(namedDays('yesterday', at('2026-10-25T23:30:00Z'), 'Europe/Paris')?.first).toBe('2026-10-25');
    expect(namedDays('today', at('2026-10-25T22:59:59Z'), 'Europe/Paris')?.first).toBe('2026-10-25');
  });

  it.each(['2026-02-29', '2026-13-01', '2026-3-1', '2026-03', 'tomorrow', '', 'TODAY', '2026-03-01T10:00'])(
    'does not know %p',
    (text) => {
      expect(namedDays(text, at('2026-03-05T12:00:00Z'), 'Europe/Paris')).toBeNull();
    },
  );
});

describe('Months named in a zone', () => {
  it.each([
    ['this-month', '2026-01'],
    ['last-month', '2025-12'],
    ['2026-03', '2026-03'],
    ['2026-13', null],
    ['today', null],
  ])('reads %s on 1 January 2026, 00:30 in Paris, as %p', (text, month) => {
    expect(namedMonth(text, at('2025-12-31T23:30:00Z'), 'Europe/Paris')).toBe(month);
  });
});
