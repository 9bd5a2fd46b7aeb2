import { describe, expect, it } from '@jest/globals';
import {
  contactCount,
  paris,
  sampleContract,
  sampleVersion,
  unitLine,
} from '#domain/contract/contract.fixture.js';
import type { KpiBonusMalus } from '#domain/contract/bonus-malus.js';
import type { Vat } from '#domain/contract/line.js';
import { plain } from '#domain/money/money.js';
import { priced } from '../pricing.fixture.js';

const exempt: Vat = { category: 'E', rate: '0', reason: 'Training' };
const reduced: Vat = { category: 'S', rate: '10', reason: null };

/** The contract's own VAT is 20 %, which no charged line has. */
const terms = (rate: string) => ({
  measures: { contacts: contactCount('handled'), other: contactCount('handled') },
  kpis: { q: { version: 1, minSample: 0, onNoData: 'neutral', type: 'quality', field: 'score' } as const },
  lines: [
    // the first ten are paid for elsewhere: a line of 0.00 where no more were counted
    unitLine({ id: 'included', above: 10, proration: 'none' }),
    unitLine({ id: 'exempt', vat: exempt }),
    unitLine({ id: 'reduced', vat: reduced, measure: 'other' }),
  ],
  bonusMalus: [
    {
      kind: 'kpi',
      id: 'B',
      name: 'B',
      kpi: 'q',
      base: ['included', 'exempt', 'reduced'],
      shapes: [{ shape: 'step', points: [{ op: 'gte', value: '0', rate }] }],
      unit: 'amount',
      cap: { bonus: null, malus: null },
      during: null,
    } satisfies KpiBonusMalus,
  ],
});

/** Amended in the middle of April, which makes two parts: half of -40.00 and half of -60.00. */
function entriesOf(quantities: Readonly<Record<string, number>>): string[] {
  const versions = [
    sampleVersion(1, null, terms('-40')),
    sampleVersion(2, paris('2026-04-16T00:00'), terms('-60')),
  ];
  const judged = { 'kpi/q/1/-/n/-': 1, 'kpi/q/1/-/d/-': 1, 'kpi/q/2/-/n/-': 1, 'kpi/q/2/-/d/-': 1 };
  const { allowancesAndCharges } = priced(sampleContract({}, { versions }), '2026-04', {
    ...judged,
    ...quantities,
  });
  return allowancesAndCharges.map(
    ({ version, amount, vat }) => `${version}: ${plain(amount, 2)} ${vat.category} ${vat.rate}`,
  );
}

describe('an amount as malus for a part of the month', () => {
  it('has the VAT of its lines of the whole month where those of the part come to nothing', () => {
    // 300.00 exempt and 100.00 at 10 % in the second part: three quarters and one quarter of each malus. The
    // line of 0.00 in the first part gives no VAT
    expect(
      entriesOf({
        'line/included/1/-/-/-': 4,
        'line/exempt/2/-/-/-': 300,
        'line/reduced/2/-/-/-': 100,
      }),
    ).toEqual(['1: -15.00 E 0', '1: -5.00 S 10', '2: -22.50 E 0', '2: -7.50 S 10']);
  });

  it('has that of the lines of the part where they are charged', () => {
    expect(
      entriesOf({ 'line/exempt/1/-/-/-': 1, 'line/exempt/2/-/-/-': 300, 'line/reduced/2/-/-/-': 100 }),
    ).toEqual(['1: -20.00 E 0', '2: -22.50 E 0', '2: -7.50 S 10']);
  });

  it('has that of the first line of its base in a month that charges none of them', () => {
    expect(entriesOf({})).toEqual(['1: -20.00 S 20', '2: -30.00 S 20']);
  });
});
