import { describe, expect, it } from '@jest/globals';
import { daySpan } from './kpis.js';
import { periodNamed } from './period-named.js';

/** 1 March 2026, 00:30 in Paris, and still February in UTC. */
const now = Date.parse('2026-02-28T23:30:00Z');
const span = (from: string, to?: string) =>
  daySpan({ from, ...(to !== undefined && { to }) }, now, 'Europe/Paris');

describe('The days of --from and --to', () => {
  it.each([
    ['today', undefined, '2026-03-01', '2026-03-01'],
    ['yesterday', undefined, '2026-02-28', '2026-02-28'],
    ['yesterday', 'today', '2026-02-28', '2026-03-01'],
    ['this-month', undefined, '2026-03-01', '2026-03-31'],
    ['last-month', undefined, '2026-02-01', '2026-02-28'],
    ['last-month', 'yesterday', '2026-02-01', '2026-02-28'],
    ['2026-01-15', undefined, '2026-01-15', '2026-01-15'],
    ['2026-01-15', 'last-month', '2026-01-15', '2026-02-28'],
  ])('from %s to %s are days of the zone of the programme', (from, to, first, last) => {
    expect(span(from, to)).toEqual({ from: first, to: last });
  });

  it.each([
    ['tomorrow', undefined, "--from: 'tomorrow' is no day: write it as YYYY-MM-DD, or as today, yesterday,"],
    ['2026-02-30', undefined, "--from: '2026-02-30' is no day"],
    ['today', '31.3.2026', "--to: '31.3.2026' is no day"],
    ['today', 'last-month', '--to (2026-02-28) is before --from (2026-03-01): swap them'],
  ])('from %s to %s are refused with the option and what to write', (from, to, message) => {
    expect(() => span(from, to)).toThrow(message);
  });
});

describe('The period of a contract', () => {
  const monthly = (timeZone: string) => ({ timeZone, period: { unit: 'month' } }) as const;
  const weekly = { timeZone: 'Europe/Paris', period: { unit: 'week', weekStart: 'monday' } } as const;

  it('is the month in the zone of the contract', () => {
    expect(periodNamed('<period>', 'this-month', now, monthly('Europe/Paris'))).toBe('2026-03');
    expect(periodNamed('<period>', 'last-month', now, monthly('America/New_York'))).toBe('2026-01');
    expect(periodNamed('<period>', '2025-12', now, monthly('Europe/Paris'))).toBe('2025-12');
  });

  it('is the week of a contract that is invoiced by the week', () => {
    // 1 March 2026 is a Sunday, the last day of its ninth week
    expect(periodNamed('<period>', 'this-period', now, weekly)).toBe('2026-W09');
    expect(periodNamed('<period>', 'last-period', now, weekly)).toBe('2026-W08');
    expect(periodNamed('<period>', '2026-W53', now, weekly)).toBe('2026-W53');
  });

  it('is refused with the argument and what to write', () => {
    expect(() => periodNamed('<period>', 'march', now, monthly('Europe/Paris'))).toThrow(
      "<period>: 'march' is no month: write it as YYYY-MM, this-month or last-month",
    );
    expect(() => periodNamed('<period>', '2026-W10', now, monthly('Europe/Paris'))).toThrow(
      "'2026-W10' is no period of this contract, which is invoiced by the month: write 2026-03",
    );
    expect(() => periodNamed('<period>', 'last-month', now, weekly)).toThrow(
      "'2026-02' is no period of this contract, which is invoiced by the week: it touches 2026-W05 to 2026-W09",
    );
    expect(() => periodNamed('<period>', 'soon', now, weekly)).toThrow('write YYYY-W01 to YYYY-W53');
  });
});
