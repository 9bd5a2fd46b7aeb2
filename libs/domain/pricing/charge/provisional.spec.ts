import { describe, expect, it } from '@jest/globals';
import { sampleContract, unitLine } from '#domain/contract/contract.fixture.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { plain } from '#domain/money/money.js';
import { price } from '../price.js';

const settled: Kpi = {
  version: 1,
  minSample: 0,
  onNoData: 'neutral',
  type: 'settled',
  windowMs: 31 * 86_400_000,
  by: null,
  unless: [],
  resolved: null,
};
const contract = sampleContract({
  kpis: { held: settled },
  measures: { solved: { kind: 'resolved', kpi: 'held' } },
  lines: [
    unitLine({
      model: 'outcome',
      measure: 'solved',
      pricing: { mode: 'flat', price: '4.20' },
      settleAfter: 'maturity',
    }),
  ],
});
const of = (units: number): ReadonlyMap<string, number> => new Map([['line/L1/1/-/-/-', units]]);

/**
 * The month's own resolutions, and those of the months before. 31 days: what was resolved in February is
 * certain by 1 April, in March by 2 May, in April by 1 June at midnight.
 */
function shownIn(april: number, march: number, february: number) {
  const history = [
    { period: '2026-03', quantities: of(march) },
    { period: '2026-02', quantities: of(february) },
  ];
  const { provisional = [] } = price(contract, {
    contract: 'C1',
    period: '2026-04',
    quantities: of(april),
    history,
  });
  return provisional.map(({ period, count, estimate, chargedIn }) => [
    period,
    count,
    plain(estimate, 2),
    chargedIn,
  ]);
}

describe('Results whose window is open at the end of a month', () => {
  it('are shown by the month they are of, with their price and the month that charges them', () => {
    expect(shownIn(10, 5, 7)).toEqual([
      ['2026-03', 5, '21.00', '2026-05'],
      ['2026-04', 10, '42.00', '2026-05'],
    ]);
  });

  it('are shown where there is one, and not where there is none', () => {
    expect(shownIn(0, 1, 0)).toEqual([['2026-03', 1, '4.20', '2026-05']]);
  });
});
