import { describe, expect, it } from '@jest/globals';
import type { KpiBonusMalus, Waiver } from '#domain/contract/bonus-malus.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Band, Rate, Stacking, Vat } from '#domain/contract/line.js';
import {
  anyWork,
  contactCount,
  fixedLine,
  paris,
  sampleContract,
  sampleTerms,
  sampleVersion,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import { plain } from '#domain/money/money.js';
import { net, parts, priced, shown } from './pricing.fixture.js';
import type { Invoice } from './invoice.js';
import { price } from './price.js';

/** Clauses beside the worked cases: how bands stack, who is charged what, what is evaluated when. */
const hour = 3_600_000;
const kpiTerms = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
const quality: Kpi = { ...kpiTerms, type: 'quality', field: 'score' };

function bonusMalus(rest: Partial<KpiBonusMalus> = {}): KpiBonusMalus {
  return {
    kind: 'kpi',
    id: 'A',
    name: 'A',
    kpi: 'q',
    base: ['L1'],
    shapes: [{ shape: 'step', points: [{ op: 'lt', value: '80', rate: '-0.10' }] }],
    cap: { bonus: null, malus: null },
    during: null,
    ...rest,
  };
}

const score = (value: number, window = '-', samples = 1): Record<string, number> => ({
  [`kpi/q/1/${window}/n/-`]: value * 1_000 * samples,
  [`kpi/q/1/${window}/d/-`]: samples,
});

describe('time: bands that hold at once', () => {
  const bands: Band[] = [
    { id: 'sunday', days: ['sun'], times: [], price: '45.00', surcharge: null },
    { id: 'holiday', days: ['holiday'], times: [], price: null, surcharge: '1' },
  ];
  const invoice = (stacking: Stacking): Invoice =>
    priced(
      sampleContract({
        measures: { time: workTime(['TALK']) },
        lines: [timeLine({ price: '30.00', bands, stacking })],
      }),
      '2026-11',
      { 'line/L1/1/-/-/-': hour, 'line/L1/1/-/sunday/-': hour, 'line/L1/1/-/sunday+holiday/-': hour },
    );
  it.each([
    ['highest', '60'],
    ['sum', '75'],
    ['multiply', '90'],
  ] as const)('prices an hour in two bands by stacking %s', (stacking, both) => {
    expect(shown(invoice(stacking)).map(([, , unitPrice]) => unitPrice)).toEqual(['30', '45', both]);
  });
});

describe('time: rates', () => {
  it('takes the price of the rate instead of the line price, and applies bands to it', () => {
    const when = { ...anyWork, grades: ['expert'] };
    const rates: Rate[] = [{ id: 'expert', price: '40.00', when }];
    const bands: Band[] = [
      {
        id: 'late',
        days: [],
        times: [{ fromMs: 20 * hour, toMs: 24 * hour }],
        price: null,
        surcharge: '0.25',
      },
    ];
    const contract = sampleContract({
      measures: { time: workTime(['TALK']) },
      lines: [timeLine({ price: '30.00', bands, rates })],
    });
    const invoice = priced(contract, '2026-04', {
      'line/L1/1/-/-/-': hour,
      'line/L1/1/-/-/expert': hour,
      'line/L1/1/-/late/-': hour,
      'line/L1/1/-/late/expert': hour,
    });
    expect(
      invoice.lines.map(({ rate, bands: held, amount }) => [rate, held.join(), plain(amount, 2)]),
    ).toEqual([
      ['expert', '', '40.00'],
      [null, '', '30.00'],
      ['expert', 'late', '50.00'],
      [null, 'late', '37.50'],
    ]);
  });
});

describe('one-off, pass-through and fixed lines', () => {
  const line = { id: 'L1', name: 'Set-up', vat: null, payIf: null };

  it('charges a one-off fee in the month of its day only', () => {
    const contract = sampleContract({
      lines: [{ ...line, model: 'oneOff', amount: '2500.00', day: '2026-04-30' }],
    });
    expect(['2026-03', '2026-04', '2026-05'].map((period) => net(priced(contract, period, {})))).toEqual([
      '0.00',
      '2500.00',
      '0.00',
    ]);
  });

  it('charges a passed-through cost with its markup', () => {
    const contract = sampleContract({
      measures: {
        sms: { kind: 'eventSum', name: 'sms.sent', field: 'cost', scale: 3, unless: [], match: {} },
      },
      lines: [{ ...line, model: 'passThrough', measure: 'sms', markup: '0.05' }],
    });
    expect(net(priced(contract, '2026-04', { 'line/L1/1/-/-/-': 123_456 }))).toBe('129.63');
  });

  it('charges a fixed amount in full where it is not prorated', () => {
    const contract = sampleContract(
      { lines: [fixedLine('18000.00', { proration: 'none' })] },
      { term: { firstDay: '2026-03-10', lastDay: null } },
    );
    expect(shown(priced(contract, '2026-03', {}))).toEqual([['1', 'MON', '18000', '1']]);
  });

  it('splits a fixed amount over versions by the days whose first moment each rules', () => {
    const versions = [
      sampleVersion(1, null, { lines: [fixedLine('3000.00')] }),
      sampleVersion(2, paris('2026-04-11T06:00'), { lines: [fixedLine('6000.00')] }),
    ];
    expect(parts(priced(sampleContract({}, { versions }), '2026-04', {}))).toEqual([
      ['L1.1', '1100.00'],
      ['L1.2', '3800.00'],
    ]);
  });
});

describe('KPIs of a month', () => {
  const terms = (rate: string): Partial<Terms> => ({
    kpis: { q: quality },
    lines: [fixedLine('3000.00')],
    bonusMalus: [bonusMalus({ shapes: [{ shape: 'step', points: [{ op: 'lt', value: '80', rate }] }] })],
  });

  it('evaluates a KPI by the terms of each part of the month, on what was measured in it', () => {
    const versions = [
      sampleVersion(1, null, terms('-0.10')),
      sampleVersion(2, paris('2026-04-11T00:00'), terms('-0.20')),
    ];
    const invoice = priced(sampleContract({}, { versions }), '2026-04', {
      ...score(90),
      'kpi/q/2/-/n/-': 60_000,
      'kpi/q/2/-/d/-': 1,
    });
    // 90 until the 10th is no malus; 60 from the 11th on: 20 % of 20 / 30 x 3 000.00
    expect(parts(invoice)).toContainEqual(['A', '-400.00']);
  });

  it('shows the KPI of the last definition, on what was measured under it', () => {
    const versions = [
      sampleVersion(1, null, { kpis: { q: quality } }),
      sampleVersion(2, paris('2026-04-11T00:00'), { kpis: { q: { ...quality, version: 2 } } }),
    ];
    const { kpis } = priced(sampleContract({}, { versions }), '2026-04', {
      ...score(90),
      'kpi/q/2/-/n/-': 60_000,
      'kpi/q/2/-/d/-': 1,
    });
    // not 75, the mean of both parts
    expect(kpis.map(({ definitionVersion, value }) => [definitionVersion, value?.toString()])).toEqual([
      [2, '60'],
    ]);
  });

  it('shows a share of a number agreed for the month on the days of its part', () => {
    const share = (version: number): Kpi => ({
      ...kpiTerms,
      version,
      type: 'share',
      numerator: { name: 'customer.lost', unless: [], match: {} },
      of: { kind: 'agreed', values: { '2026-04': 30_000 } },
    });
    const versions = [
      sampleVersion(1, null, { kpis: { churn: share(1) } }),
      sampleVersion(2, paris('2026-04-11T00:00'), { kpis: { churn: share(2) } }),
    ];
    const { kpis } = priced(sampleContract({}, { versions }), '2026-04', { 'kpi/churn/2/-/n/-': 200 });
    // 200 of 30 000 x 20 / 30 days
    expect(kpis.map(({ value }) => value?.toString())).toEqual(['0.01']);
  });

  it('evaluates a clause by the targets of a calendar window where the window has its own', () => {
    const peak = sampleTerms({
      ...terms('-0.10'),
      bonusMalus: [
        bonusMalus({ shapes: [{ shape: 'step', points: [{ op: 'lt', value: '60', rate: '-0.10' }] }] }),
      ],
    });
    const window = {
      id: 'BF26',
      from: paris('2026-04-21T00:00'),
      to: paris('2026-05-01T00:00'),
      terms: peak,
    };
    const version = { ...sampleVersion(1, null, terms('-0.10')), windows: [window] };
    const contract = sampleContract({}, { versions: [version] });
    const april = (usual: number, inPeak: number): [string, string][] =>
      parts(priced(contract, '2026-04', { ...score(usual), ...score(inPeak, 'BF26') })).filter(([id]) =>
        id.startsWith('A'),
      );
    expect(april(70, 70)).toEqual([['A', '-200.00']]);
    expect(april(90, 50)).toEqual([['A', '-100.00']]);
    expect(april(70, 50)).toEqual([
      ['A.1', '-200.00'],
      ['A.2', '-100.00'],
    ]);
    expect(april(90, 70)).toEqual([]);
  });

  it('shows every KPI with its definition, over the month and by window', () => {
    const contract = sampleContract({ kpis: { q: { ...quality, version: 3 } }, lines: [fixedLine('1.00')] });
    const values = priced(contract, '2026-04', { ...score(70), ...score(90, 'BF26', 3) }).kpis;
    expect(
      values.map(({ window, definitionVersion, denominator, value }) => [
        window,
        definitionVersion,
        denominator,
        value?.toString(),
      ]),
    ).toEqual([
      [null, 3, 4, '85'],
      ['BF26', 3, 3, '90'],
    ]);
  });
});

describe('bonus and malus without data', () => {
  const contract = (onNoData: Kpi['onNoData']): Contract =>
    sampleContract({
      kpis: { q: { ...quality, minSample: 10, onNoData } },
      lines: [fixedLine('1000.00')],
      bonusMalus: [
        bonusMalus({
          shapes: [
            {
              shape: 'step',
              points: [
                { op: 'gte', value: '90', rate: '0.05' },
                { op: 'lt', value: '80', rate: '-0.05' },
              ],
            },
          ],
        }),
      ],
    });
  it.each([
    ['neutral', '1000.00'],
    ['asTarget', '1050.00'],
    ['previousPeriod', '950.00'],
  ] as const)('reads too few answers as %s in a bonus: %s', (onNoData, expected) => {
    const invoice = price(contract(onNoData), {
      contract: 'C1',
      period: '2026-04',
      quantities: new Map(Object.entries(score(95, '-', 9))),
      history: [{ period: '2026-03', quantities: new Map(Object.entries(score(70, '-', 50))) }],
    });
    expect(net(invoice)).toBe(expected);
  });
});

describe('waivers', () => {
  const contract = (waiver: Waiver): Contract =>
    sampleContract({
      kpis: { q: quality },
      lines: [fixedLine('1000.00')],
      bonusMalus: [bonusMalus()],
      waivers: [waiver],
    });
  const strike: Waiver = {
    kind: 'period',
    id: 'W',
    of: ['A'],
    proof: 'decree of 3 April',
    from: paris('2026-04-03T00:00'),
    to: paris('2026-04-05T00:00'),
  };

  it('waives the malus of every month that force majeure touches', () => {
    expect(
      ['2026-03', '2026-04', '2026-05'].map((period) => net(priced(contract(strike), period, score(70)))),
    ).toEqual(['900.00', '1000.00', '900.00']);
  });

  it('waives nothing of a month that ends when force majeure begins, or begins when it ends', () => {
    const may = { ...strike, from: paris('2026-05-01T00:00'), to: paris('2026-06-01T00:00') };
    expect(
      ['2026-04', '2026-05', '2026-06'].map((period) => net(priced(contract(may), period, score(70)))),
    ).toEqual(['900.00', '1000.00', '900.00']);
  });

  it('leaves the rate as it is in an outage, whose contacts were never counted, but records its proof', () => {
    const invoice = priced(
      contract({ ...strike, kind: 'outage', proof: 'incident 7' }),
      '2026-04',
      score(70),
    );
    expect(net(invoice)).toBe('900.00');
    expect(invoice.rows.find(({ rule }) => rule === 'waivedRate')?.inputs).toMatchObject({
      proof: 'incident 7',
    });
  });

  it('warns where a waiver of volume has no forecast', () => {
    const waiver: Waiver = {
      kind: 'volumeAbove',
      id: 'W',
      of: ['A'],
      proof: 'annex 2',
      measure: 'contacts',
      forecast: { kind: 'agreed', values: {} },
      above: '1.1',
      during: null,
    };
    const invoice = priced(contract(waiver), '2026-04', score(70));
    expect([net(invoice), invoice.warnings]).toEqual([
      '900.00',
      [{ code: 'no-forecast', clause: 'W', message: 'no forecast for 2026-04: nothing is waived' }],
    ]);
  });
});

describe('VAT of bonus and malus', () => {
  it('taxes bonus and malus as their base, group by group', () => {
    const exempt: Vat = { category: 'E', rate: '0', reason: 'Training' };
    const contract = sampleContract({
      kpis: { q: quality },
      lines: [fixedLine('1000.00'), fixedLine('500.00', { id: 'L2', vat: exempt })],
      bonusMalus: [bonusMalus({ base: ['L1', 'L2'] })],
    });
    const invoice = priced(contract, '2026-04', score(70));
    expect(parts(invoice)).toEqual([
      ['L1', '1000.00'],
      ['L2', '500.00'],
      ['A.1', '-100.00'],
      ['A.2', '-50.00'],
    ]);
    expect(invoice.vat.map(({ vat, base, tax }) => [vat.category, plain(base, 2), plain(tax, 2)])).toEqual([
      ['S', '900.00', '180.00'],
      ['E', '450.00', '0.00'],
    ]);
  });
});

describe('a malus of an amount', () => {
  it('has one entry where only one group of its base charges something', () => {
    const exempt: Vat = { category: 'E', rate: '0', reason: 'Training' };
    const contract = sampleContract({
      kpis: { q: quality },
      lines: [fixedLine('1000.00'), fixedLine('0.00', { id: 'L2', vat: exempt })],
      bonusMalus: [
        bonusMalus({
          base: ['L1', 'L2'],
          unit: 'amount',
          shapes: [{ shape: 'step', points: [{ op: 'lt', value: '80', rate: '-50.00' }] }],
        }),
      ],
    });
    const entries = priced(contract, '2026-04', score(70)).allowancesAndCharges;
    expect(entries.map(({ vat, amount }) => [vat.category, plain(amount, 2)])).toEqual([['S', '-50.00']]);
  });
});

describe('limits of the month', () => {
  const limits = { proration: 'none', appliesTo: 'linesAndBonusMalus' } as const;

  it.each([
    ['minimum', '1000.00', null],
    ['maximum', null, '1000.00'],
  ])('add nothing where the sum is the %s to the cent', (_, monthlyMin, monthlyMax) => {
    const contract = sampleContract({
      lines: [fixedLine('1000.00')],
      limits: { ...limits, monthlyMin, monthlyMax },
    });
    expect(parts(priced(contract, '2026-04', {}))).toEqual([['L1', '1000.00']]);
  });

  it('bring the rounded sum to the agreed amount, and leave nothing to rounding', () => {
    // 2 x 0.335 is 0.34 and 0.34, rounded each by itself: 0.68 against 0.67 exactly
    const lines = ['0.335', '0.335'].map((price, index) =>
      unitLine({ id: `L${index + 1}`, pricing: { mode: 'flat', price } }),
    );
    const contract = sampleContract({
      measures: { contacts: contactCount('handled') },
      lines,
      limits: { ...limits, monthlyMin: '10.00', monthlyMax: null },
    });
    const invoice = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 1, 'line/L2/1/-/-/-': 1 });
    expect(parts(invoice)).toEqual([
      ['L1', '0.34'],
      ['L2', '0.34'],
      ['monthlyMin', '9.32'],
    ]);
    expect([net(invoice), invoice.totals.residue.toString()]).toEqual(['10.00', '0']);
  });
});

describe('VAT of a minimum in a month without work', () => {
  const exempt: Vat = { category: 'E', rate: '0', reason: 'Training' };
  const standard: Vat = { category: 'S', rate: '10', reason: null };
  it.each([
    ['that of its lines, where all agree in one', exempt, exempt, ['E', '0']],
    ['that of the contract, where they differ', exempt, standard, ['S', '20']],
  ])('is %s', (_, first, second, expected) => {
    const contract = sampleContract({
      measures: { contacts: contactCount('handled') },
      lines: [unitLine({ vat: first }), unitLine({ id: 'L2', vat: second })],
      limits: { monthlyMin: '100.00', monthlyMax: null, proration: 'none', appliesTo: 'linesAndBonusMalus' },
    });
    const { allowancesAndCharges } = priced(contract, '2026-04', {});
    expect(allowancesAndCharges.map(({ vat: { category, rate } }) => [category, rate])).toEqual([expected]);
  });
});

describe('rounding', () => {
  const lines = ['L1', 'L2', 'L3'].map((id) => unitLine({ id, pricing: { mode: 'flat', price: '0.335' } }));
  const invoice = (at: 'line' | 'total', mode: 'halfAwayFromZero' | 'halfEven'): Invoice =>
    priced(
      sampleContract(
        { measures: { contacts: contactCount('handled') }, lines },
        { rounding: { scale: 2, mode, at, displayRatio: 4 } },
      ),
      '2026-04',
      { 'line/L1/1/-/-/-': 1, 'line/L2/1/-/-/-': 1, 'line/L3/1/-/-/-': 1 },
    );
  it.each([
    ['line', 'halfAwayFromZero', ['0.34', '0.34', '0.34'], '-0.015'],
    ['line', 'halfEven', ['0.34', '0.34', '0.34'], '-0.015'],
    ['total', 'halfAwayFromZero', ['0.34', '0.34', '0.33'], '-0.005'],
    ['total', 'halfEven', ['0.34', '0.33', '0.33'], '0.005'],
  ] as const)('rounds at the %s, %s: %j', (at, mode, amounts, residue) => {
    const { lines: rounded, totals } = invoice(at, mode);
    expect([rounded.map(({ amount }) => plain(amount, 2)), totals.residue.toString()]).toEqual([
      amounts,
      residue,
    ]);
  });
});

describe('a book', () => {
  const contract = sampleContract(
    { measures: { time: workTime(['TALK']) }, lines: [timeLine()] },
    { term: { firstDay: '2026-04-01', lastDay: '2026-06-30' } },
  );

  it('refuses the book of another contract', () => {
    expect(() => price(contract, { contract: 'C2', period: '2026-04', quantities: new Map() })).toThrow(
      'the book is of C2, not of C1',
    );
  });

  it('refuses a book with quantities that no line would charge', () => {
    expect(() => priced(contract, '2026-04', { 'line/L9/1/-/-/-': 1 })).toThrow(
      'line/L9/1/-/-/- of 2026-04 belongs to no line of C1',
    );
    expect(() => priced(contract, '2026-04', { 'line/L1/2/-/-/-': 1 })).toThrow('belongs to no line');
  });

  it('prices a period outside the term as an empty invoice', () => {
    const invoice = priced(contract, '2026-07', {});
    expect([invoice.lines, invoice.versions, net(invoice)]).toEqual([[], [], '0.00']);
  });

  it('prices a period outside the term by the last version', () => {
    const versions = [
      sampleVersion(1, null, { kpis: { q: quality } }),
      sampleVersion(2, paris('2026-05-01T00:00'), { kpis: { q: { ...quality, version: 3 } } }),
    ];
    const ended = sampleContract({}, { versions, term: { firstDay: '2026-04-01', lastDay: '2026-06-30' } });
    expect(priced(ended, '2026-07', {}).kpis.map(({ definitionVersion }) => definitionVersion)).toEqual([3]);
  });

  it('charges results that mature after the term under the terms of their time', () => {
    const fcr: Kpi = {
      ...kpiTerms,
      type: 'fcrPerContact',
      windowMs: 7 * 24 * hour,
      unknownCustomer: 'exclude',
      basis: 'gross',
      notSolvable: [],
    };
    const ended = sampleContract(
      {
        kpis: { fcr },
        measures: { solved: { kind: 'resolved', kpi: 'fcr' } },
        lines: [
          unitLine({
            model: 'outcome',
            measure: 'solved',
            pricing: { mode: 'flat', price: '4.20' },
            settleAfter: 'maturity',
          }),
        ],
      },
      { term: { firstDay: null, lastDay: '2026-04-30' } },
    );
    const history = [{ period: '2026-04', quantities: new Map([['line/L1/1/-/-/-', 100]]) }];
    const may = price(ended, { contract: 'C1', period: '2026-05', quantities: new Map(), history });
    expect([net(may), may.versions]).toEqual(['420.00', [1]]);
    const blind = price(ended, { contract: 'C1', period: '2026-05', quantities: new Map() });
    expect(blind.warnings).toEqual([
      {
        code: 'matured-period-not-in-book',
        clause: 'L1',
        message: '2026-04 has matured, but its sums are not in the book',
      },
    ]);
  });
});
