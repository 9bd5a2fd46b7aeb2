import { describe, expect, it } from '@jest/globals';
import type { Corridor } from '#domain/contract/bonus-malus.js';
import type { Indexation } from '#domain/contract/line.js';
import {
  anyWork,
  contactCount,
  fixedLine,
  paris,
  sampleContract,
  sampleVersion,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import { plain } from '#domain/money/money.js';
import { net, parts, priced } from './pricing.fixture.js';

/** Terms that change in the middle of April: 15 days before, 15 days after. */
const middle = paris('2026-04-16T00:00');

describe('a corridor with several steps that is amended within the month', () => {
  const corridor = (overflow: Corridor['overflow']): Corridor => ({
    id: 'K',
    line: 'L1',
    forecast: { kind: 'agreed', values: { '2026-04': 1_000 } },
    lower: null,
    upper: '1.00',
    shortfallPrice: null,
    overflowPrice: null,
    overflow,
    proration: 'calendarDays',
  });
  const terms = (overflow: Corridor['overflow']) => ({
    measures: { contacts: contactCount('handled') },
    lines: [unitLine({ pricing: { mode: 'flat', price: '2.00' } })],
    corridors: [corridor(overflow)],
  });
  const two = [
    { upTo: '1.10', price: '3.00' },
    { upTo: null, price: '4.00' },
  ];
  const three = [
    { upTo: '1.10', price: '3.00' },
    { upTo: '1.20', price: '5.00' },
    { upTo: null, price: '6.00' },
  ];
  const contract = sampleContract(
    {},
    { versions: [sampleVersion(1, null, terms(two)), sampleVersion(2, middle, terms(three))] },
  );

  it('charges the last step without end, also where terms of the month have one more', () => {
    const { lines } = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 1_300, 'line/L1/2/-/-/-': 10 });
    // 1 000 of the first 1 300 lie within, 100 in the first step, and all others in the last one. What comes
    // after them lies above the second step, which goes up to (1 100 + 1 200) / 2.
    expect(lines.map(({ part, amount }) => [part, plain(amount, 2)])).toEqual([
      ['work', '2000.00'],
      ['work', '0.00'],
      ['overflow', '300.00'],
      ['overflow', '800.00'],
      ['overflow', '60.00'],
    ]);
  });
});

describe('a maximum of the month that is agreed in the middle of it', () => {
  const terms = {
    measures: { contacts: contactCount('handled') },
    kpis: { q: { version: 1, minSample: 0, onNoData: 'neutral', type: 'quality', field: 'score' } as const },
    lines: [fixedLine('1000.00', { id: 'fixed' }), unitLine({ id: 'calls' })],
    bonusMalus: [
      {
        kind: 'kpi',
        id: 'M',
        name: 'M',
        kpi: 'q',
        base: ['calls'],
        shapes: [{ shape: 'step', points: [{ op: 'gte', value: '0', rate: '-50.00' }] }],
        unit: 'amount',
        cap: { bonus: null, malus: null },
        during: null,
      } as const,
    ],
  };
  const limits = {
    monthlyMin: null,
    monthlyMax: '300.00',
    appliesTo: 'linesAndBonusMalus',
    proration: 'none',
  } as const;
  const contract = sampleContract(
    {},
    { versions: [sampleVersion(1, null, terms), sampleVersion(2, middle, { ...terms, limits })] },
  );

  it('counts all of a malus in money whose lines charge nothing', () => {
    const invoice = priced(contract, '2026-04', { 'kpi/q/1/-/n/-': 1, 'kpi/q/1/-/d/-': 1 });
    // The second half of the fixed amount is 500.00; less the malus that is 150.00 more than 300.00.
    expect(parts(invoice)).toContainEqual(['monthlyMax', '-150.00']);
    expect(net(invoice)).toBe('800.00');
  });

  it('counts as much of it as of its lines where they charge something', () => {
    const invoice = priced(contract, '2026-04', {
      'kpi/q/1/-/n/-': 1,
      'kpi/q/1/-/d/-': 1,
      'line/calls/1/-/-/-': 100,
      'line/calls/2/-/-/-': 300,
    });
    // 500.00 and 300.00, less three quarters of 50.00, are 462.50 more than 300.00
    expect(parts(invoice)).toContainEqual(['monthlyMax', '-462.50']);
  });
});

describe('an increment on the month of a price that is changed and changed back', () => {
  const hourMs = 3_600_000;
  const terms = (price: string) => ({
    measures: {
      time: workTime(['TALK'], { increment: { firstMs: hourMs, stepMs: hourMs, per: 'month' } as const }),
    },
    lines: [timeLine({ price })],
  });
  const contract = sampleContract(
    {},
    {
      versions: [
        sampleVersion(1, null, terms('30.00')),
        sampleVersion(2, paris('2026-04-11T00:00'), terms('60.00')),
        sampleVersion(3, paris('2026-04-21T00:00'), terms('30.00')),
      ],
    },
  );

  it('lengthens the time of the terms that hold last, also where nothing was worked in their last part', () => {
    // 30 and 20 minutes are billed as an hour; the 10 minutes are at 30.00, which holds at the end of the
    // month
    const invoice = priced(contract, '2026-04', {
      'line/L1/1/-/-/-': hourMs / 2,
      'line/L1/2/-/-/-': hourMs / 3,
    });
    expect(invoice.lines.map(({ amount }) => plain(amount, 2))).toEqual(['20.00', '20.00']);
  });
});

describe('a cap on the average where an index moves below its floor', () => {
  const index = (current: string): Indexation => ({
    index: 'syntec',
    base: '200',
    current,
    splice: null,
    fixedShare: '0',
    ratioDecimals: null,
    priceDecimals: null,
    floor: '1',
    ceiling: null,
  });
  const terms = (current: string) => ({
    measures: {
      contacts: contactCount('handled'),
      time: workTime(['TALK'], { averageCap: { perUnitMs: 1, measure: 'contacts' } }),
    },
    lines: [
      timeLine({
        unit: 'second',
        price: '20.00',
        rates: [{ id: 'expert', price: '10.00', when: { ...anyWork, grades: ['expert'] } }],
        indexation: index(current),
      }),
    ],
  });

  it('leaves each price the time that it has without the border, since no price changes', () => {
    const versions = [sampleVersion(1, null, terms('190')), sampleVersion(2, middle, terms('180'))];
    const invoice = priced(sampleContract({}, { versions }), '2026-04', {
      'line/L1/1/-/-/expert': 3,
      'line/L1/1/-/-/-': 3,
      'line/L1/2/-/-/expert': 3,
      'line/L1/2/-/-/-': 3,
      'measure/contacts/1/-/-/-': 7,
    });
    // 7 of 12 ms: of 6 ms at 10.00 a second 3.5, rounded down, are 3 and so 0.03; the other 4 ms are 0.08.
    // Each price is then divided between the versions in the same way
    expect(parts(invoice)).toEqual([
      ['L1.1', '0.01'],
      ['L1.2', '0.04'],
      ['L1.3', '0.02'],
      ['L1.4', '0.04'],
    ]);
  });

  it('gives the rest to the same price, whatever was worked on either side of a border that changes nothing', () => {
    const versions = [sampleVersion(1, null, terms('190')), sampleVersion(2, middle, terms('190'))];
    const invoice = priced(sampleContract({}, { versions }), '2026-04', {
      'line/L1/1/-/-/-': 3,
      'line/L1/2/-/-/expert': 3,
      'line/L1/2/-/-/-': 3,
      'measure/contacts/1/-/-/-': 4,
    });
    // 4 of 9 ms: of 3 ms at 10.00 a second 1.33, rounded down, is 1 and so 0.01, as without the border; the
    // other 3 ms are 0.06, of which 1 and 2 ms lie before and after it
    expect(parts(invoice)).toEqual([
      ['L1.1', '0.02'],
      ['L1.2', '0.01'],
      ['L1.3', '0.04'],
    ]);
  });
});
