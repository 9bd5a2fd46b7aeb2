import { describe, expect, it } from '@jest/globals';
import type { Contract } from '#domain/contract/contract.js';
import { sampleContract } from '#domain/contract/contract.fixture.js';
import { incomparable } from './comparable.js';

const of = (period: Partial<Contract['period']>, rest: Partial<Contract> = {}): Contract => {
  const usual = sampleContract({});
  return { ...usual, ...rest, period: { ...usual.period, ...period } as Contract['period'] };
};
const weeks = (weekStart: 'monday' | 'sunday'): Contract => of({ unit: 'week', weekStart });
const year = (weekday: 'monday' | 'sunday', nearestTo: string): Contract =>
  of({ unit: '4-4-5', yearStart: { weekday, nearestTo } });

describe('periods of a draft and of a contract', () => {
  it('are not compared by a name that is of other days', () => {
    // W01 of 2026 begins on Monday, 29 December, or on Sunday, 4 January: nine weeks later is 2 March, or 8
    // March
    expect(incomparable(weeks('monday'), weeks('sunday'), '2026-W10', '2026-W11')).toBe(
      '2026-W10 is 2026-03-08 to 2026-03-14 in C1, 2026-03-02 to 2026-03-08 in the draft: ' +
        'their invoices cannot be compared one by one; write the weekStart of C1',
    );
    expect(incomparable(weeks('monday'), weeks('monday'), '2026-W10', '2026-W11')).toBeNull();
  });

  it('are compared where years that are agreed otherwise begin on the same day', () => {
    // the Sunday nearest to 1 February 2026 is that day, that nearest to 31 January the day after it
    expect(incomparable(year('sunday', '02-01'), year('sunday', '01-31'), '2026-P01', '2026-P03')).toBeNull();
    // the Monday nearest to 1 February is the day after
    expect(incomparable(year('sunday', '02-01'), year('monday', '02-01'), '2026-P03', '2026-P03')).toBe(
      '2026-P03 is 2026-03-30 to 2026-05-03 in C1, 2026-03-29 to 2026-05-02 in the draft: ' +
        'their invoices cannot be compared one by one; write the yearStart of C1',
    );
  });

  it('are not compared where the length or the currency is another one', () => {
    expect(incomparable(weeks('monday'), of({}), '2026-W10', '2026-W10')).toBe(
      'C1 is invoiced by the month, the draft by the week: their invoices cannot be compared one by one',
    );
    expect(incomparable(of({}), of({}, { currency: 'TND' }), '2026-03', '2026-03')).toBe(
      'C1 is in TND, the draft in EUR: they cannot be compared',
    );
  });
});
