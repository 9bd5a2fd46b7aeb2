import { describe, expect, it } from '@jest/globals';
import type { CommitmentSpan } from './commitment-span.js';
import { commitmentPeriod, periodsBefore } from './commitment-period.js';

const byMonth = { timeZone: 'Europe/Paris', period: { unit: 'month' } } as const;

const of = (over: CommitmentSpan, month: string, firstDay: string | null, lastDay: string | null = null) => {
  const { first, last, days } = commitmentPeriod({ ...byMonth, term: { firstDay, lastDay } }, over, month);
  return [first, last, days];
};

describe('a commitment period', () => {
  it.each<[CommitmentSpan, string, string | null, string | null, number]>([
    ['calendarYear', '2026-05', '2026-01', '2026-12', 365],
    ['calendarYear', '2028-01', '2028-01', '2028-12', 366],
    ['calendarQuarter', '2026-06', '2026-04', '2026-06', 91],
    ['calendarQuarter', '1999-12', '1999-10', '1999-12', 92],
  ])('of %s in %s is %s to %s, %d days', (over, month, first, last, days) => {
    expect(of(over, month, null)).toEqual([first, last, days]);
  });

  it('of a contract counts from its first month, again and again', () => {
    expect(of('contractYear', '2026-04', '2026-04-01')).toEqual(['2026-04', '2027-03', 365]);
    expect(of('contractYear', '2027-03', '2026-04-01')).toEqual(['2026-04', '2027-03', 365]);
    expect(of('contractYear', '2027-04', '2026-04-01')).toEqual(['2027-04', '2028-03', 366]);
    expect(of('contractQuarter', '2026-09', '2026-05-01')).toEqual(['2026-08', '2026-10', 92]);
  });

  it('goes no further than the term, and keeps the days of the whole of it', () => {
    expect(of('calendarYear', '2026-05', '2026-04-16', '2026-09-30')).toEqual(['2026-04', '2026-09', 365]);
    expect(of('contractYear', '2026-08', '2026-04-01', '2026-10-15')).toEqual(['2026-04', '2026-10', 365]);
    expect(of('term', '2027-01', '2026-04-16', '2028-06-30')).toEqual(['2026-04', '2028-06', null]);
    expect(of('term', '2027-01', '2026-04-16')).toEqual(['2026-04', null, null]);
  });

  it('cannot count from a first day that is not there', () => {
    expect(() => of('contractYear', '2026-05', null)).toThrow('needs the first day of the contract');
  });

  it('has the months before one in order', () => {
    expect(periodsBefore(byMonth, '2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01']);
    expect([
      periodsBefore(byMonth, '2026-02', '2026-02'),
      periodsBefore(byMonth, '2026-03', '2026-02'),
    ]).toEqual([[], []]);
  });
});
