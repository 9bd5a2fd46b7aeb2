import { describe, expect, it } from '@jest/globals';
import { dueAt } from './close-terms.js';
import type { CloseTerms, PeriodTerms } from './contract.js';

const rest = { disputeDays: 15, lateEvents: 'nextPeriod' } as const;
const monthly = (graceHours: number): PeriodTerms => ({ unit: 'month', graceHours, ...rest });
const weekly = (graceHours: number): PeriodTerms => ({
  unit: 'week',
  weekStart: 'monday',
  graceHours,
  ...rest,
});

function due(period: string, terms: PeriodTerms, close: Partial<CloseTerms> = {}, timeZone = 'Europe/Paris') {
  const whole: CloseTerms = { automatic: true, at: '06:00', omissions: 'wait', ...close };
  return new Date(dueAt({ timeZone, period: terms, close: whole }, period)).toISOString();
}

describe('the instant at which a period is due', () => {
  it('is the first six in the morning of the zone after the grace', () => {
    // March ends on 1 April 00:00 of Paris; three days later it is 4 April 00:00, and six o'clock is 04:00
    // UTC
    expect(due('2026-03', monthly(72))).toBe('2026-04-04T04:00:00.000Z');
    expect(due('2026-03', monthly(0))).toBe('2026-04-01T04:00:00.000Z');
    // ends at 07:00 of 1 April: the next morning
    expect(due('2026-03', monthly(7))).toBe('2026-04-02T04:00:00.000Z');
    // ends at 06:00 sharp
    expect(due('2026-03', monthly(6))).toBe('2026-04-01T04:00:00.000Z');
    expect(new Date(dueAt({ timeZone: 'Europe/Paris', period: monthly(72) }, '2026-03')).toISOString()).toBe(
      '2026-04-04T04:00:00.000Z',
    );
  });

  it('is a local time that the clocks skip or repeat: the one after it, the first of both', () => {
    // The week 2026-W12 ends on Monday 23 March; 144 h later it is Sunday 29 March 00:00, when 02:30 is
    // skipped: 03:30 in summer is 01:30 UTC
    expect(due('2026-W12', weekly(144), { at: '02:30' })).toBe('2026-03-29T01:30:00.000Z');
    // The week 2026-W42 ends on Monday 19 October; 144 h later it is Sunday 25 October 00:00, when 02:30
    // comes twice: the first is still summer, 00:30 UTC
    expect(due('2026-W42', weekly(144), { at: '02:30' })).toBe('2026-10-25T00:30:00.000Z');
    // The grace ends between both, at 03:00 of winter less half an hour: the next day, 01:30 UTC
    expect(due('2026-W42', weekly(147), { at: '02:30' })).toBe('2026-10-26T01:30:00.000Z');
  });

  it('lets hours pass and not days where the clocks change within the grace', () => {
    // New York: October 2026 ends on 1 November 04:00 UTC, clocks go back that night: 72 h later it is 3
    // November 23:00
    expect(due('2026-10', monthly(72), { at: '00:00' }, 'America/New_York')).toBe('2026-11-04T05:00:00.000Z');
    expect(due('2026-10', monthly(72), { at: '23:00' }, 'America/New_York')).toBe('2026-11-04T04:00:00.000Z');
  });

  it('is of the rhythm of the contract', () => {
    expect(due('2026-Q1', { unit: 'quarter', graceHours: 24, ...rest }, {}, 'Asia/Tokyo')).toBe(
      '2026-04-01T21:00:00.000Z',
    );
    expect(due('2026-03-H1', { unit: 'halfMonth', graceHours: 0, ...rest }, {}, 'UTC')).toBe(
      '2026-03-16T06:00:00.000Z',
    );
  });
});
