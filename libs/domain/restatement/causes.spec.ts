import { describe, expect, it } from '@jest/globals';
import type { Kpi } from '#domain/contract/kpi.js';
import { contactCount, sampleContract, unitLine } from '#domain/contract/contract.fixture.js';
import { causeOfEvents, causesOf, type CauseShare } from './causes.js';
import { priced } from '#domain/pricing/pricing.fixture.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';

const fcr: Kpi = {
  type: 'fcrPerContact',
  version: 1,
  minSample: 0,
  onNoData: 'neutral',
  windowMs: 7 * 86_400_000,
  unknownCustomer: 'exclude',
  basis: 'gross',
  notSolvable: [],
};
const solved = unitLine({
  id: 'S',
  model: 'outcome',
  measure: 'solved',
  pricing: { mode: 'flat', price: '4.20' },
});
const terms = (price: string) => ({
  kpis: { fcr },
  measures: { solved: { kind: 'resolved', kpi: 'fcr' }, contacts: contactCount('handled') } as const,
  lines: [unitLine({ pricing: { mode: 'flat', price } }), solved],
});
const contract = sampleContract(terms('2.00'));
const book = (
  quantities: Readonly<Record<string, number>>,
  past: Readonly<Record<string, number>> = {},
): PeriodBook => ({
  contract: 'C1',
  period: '2026-04',
  quantities: new Map(Object.entries(quantities)),
  history: [{ period: '2026-03', quantities: new Map(Object.entries(past)) }],
});
const shown = (shares: readonly CauseShare[]): string[] =>
  shares.map(({ cause, net }) => `${cause} ${net.toFixed(2)}`);

describe('the causes of an adjustment', () => {
  const month = (price: string, calls: number) =>
    priced(sampleContract(terms(price)), '2026-04', { 'line/L1/1/-/-/-': calls });

  it('splits an adjustment by cause to the cent, and the shares sum to it', () => {
    // 100 calls at 2.00; 5 late ones; 2.10 from the beginning; 7 calls of a queue that was someone else's
    const steps = [
      { cause: 'software', invoice: month('2.00', 100) },
      { cause: 'lateEvents', invoice: month('2.00', 105) },
      { cause: 'amendment', invoice: month('2.10', 105) },
      { cause: 'mapping', invoice: month('2.10', 112) },
    ] as const;
    const shares = causesOf(contract, month('2.00', 100), steps);
    expect(shown(shares)).toEqual(['lateEvents 10.00', 'amendment 10.50', 'mapping 14.70']);
    expect(month('2.10', 112).totals.net.minus(month('2.00', 100).totals.net).toFixed(2)).toBe('35.20');
  });

  it('names a cause that only moved an amount from one line to another', () => {
    const moved = priced(contract, '2026-04', { 'line/S/1/-/-/-': 10 });
    const before = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 21 });
    expect(shown(causesOf(contract, before, [{ cause: 'mapping', invoice: moved }]))).toEqual([
      'mapping 0.00',
    ]);
  });
});

describe('what events changed', () => {
  const before = {
    'line/L1/1/-/-/-': 50,
    'line/S/1/-/-/-': 40,
    'kpi/fcr/1/-/n/-': 40,
    'kpi/fcr/1/-/d/-': 45,
  };

  it.each([
    ['a verdict alone', { 'line/S/1/-/-/-': 39, 'kpi/fcr/1/-/n/-': 39 }, 'maturedVerdicts'],
    ['a call', { 'line/L1/1/-/-/-': 51 }, 'lateEvents'],
    [
      'a call, with its verdict',
      { 'line/S/1/-/-/-': 41, 'kpi/fcr/1/-/n/-': 41, 'kpi/fcr/1/-/d/-': 46 },
      'lateEvents',
    ],
    ['none of the sums that are priced', {}, 'lateEvents'],
  ])('names the cause where events changed %s', (_, changed, cause) => {
    expect(causeOfEvents(contract, book(before), book({ ...before, ...changed }))).toBe(cause);
  });

  it('names the cause also where events changed an earlier period that the price looks back to', () => {
    const verdicts = (n: number, d: number) => ({ 'kpi/fcr/1/-/n/-': n, 'kpi/fcr/1/-/d/-': d });
    const cause = (n: number, d: number) =>
      causeOfEvents(contract, book(before, verdicts(9, 9)), book(before, verdicts(n, d)));
    expect([cause(8, 9), cause(10, 10)]).toEqual(['maturedVerdicts', 'lateEvents']);
  });
});
