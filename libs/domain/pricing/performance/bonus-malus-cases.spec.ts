import { describe, expect, it } from '@jest/globals';
import type { KpiBonusMalus, Shape } from '#domain/contract/bonus-malus.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Indexation } from '#domain/contract/line.js';
import {
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
import { net, parts, priced, shown } from '../pricing.fixture.js';
import type { Invoice } from '../invoice.js';
import { price } from '../price.js';

/**
 * Worked cases of bonus, malus, limits and prices that move; each answers a sentence of the founding
 * articles.
 */
const kpiTerms = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
const s = 1000;

function bonusMalus(
  id: string,
  kpi: string,
  shapes: readonly Shape[],
  rest: Partial<KpiBonusMalus> = {},
): KpiBonusMalus {
  return {
    kind: 'kpi',
    id,
    name: id,
    kpi,
    base: ['L1'],
    shapes,
    cap: { bonus: null, malus: null },
    during: null,
    ...rest,
  };
}

const step = (op: 'gt' | 'gte' | 'lt' | 'lte', value: string, rate: string): Shape => ({
  shape: 'step',
  points: [{ op, value, rate }],
});

const kpiBook = (id: string, n: number, d: number): Record<string, number> => ({
  [`kpi/${id}/1/-/n/-`]: n,
  [`kpi/${id}/1/-/d/-`]: d,
});

describe('bonus/malus: the response time "passe de 5 à 3 minutes" (case 8)', () => {
  const contract = sampleContract({
    kpis: { asa: { ...kpiTerms, type: 'asa', of: 'answered' } },
    lines: [fixedLine('80000.00')],
    bonusMalus: [
      bonusMalus(
        'R',
        'asa',
        [
          { shape: 'linear', from: { at: '300', rate: '0' }, to: { at: '180', rate: '0.03' } },
          { shape: 'perPoint', from: '360', beyond: 'above', size: '10', count: 'started', rate: '-0.005' },
        ],
        { cap: { bonus: '0.03', malus: '0.05' } },
      ),
    ],
  });
  const at = (seconds: number, contacts = 1_000): Invoice =>
    priced(contract, '2026-04', kpiBook('asa', seconds * contacts * s, contacts));

  it('evaluates the response time on all contacts, not on the mean of two means', () => {
    const book = kpiBook('asa', (12_000 * 200 + 3_000 * 340) * s, 15_000);
    expect(parts(priced(contract, '2026-04', book))).toEqual([
      ['L1', '80000.00'],
      ['R', '1440.00'],
    ]);
  });

  it.each([
    [395, '-1600.00'],
    [361, '-400.00'],
    [370, '-400.00'],
    [371, '-800.00'],
    [900, '-4000.00'],
    [180, '2400.00'],
    [60, '2400.00'],
    [270, '600.00'],
  ])('adds a bonus or malus for a response time of %d s: %s', (seconds, amount) => {
    expect(parts(at(seconds))).toContainEqual(['R', amount]);
  });

  it('adds nothing between bonus and malus, nor without any contact', () => {
    expect([at(300), at(330), at(360), at(0, 0)].map(net)).toEqual(Array(4).fill('80000.00'));
  });
});

describe('hybrid: "un montant fixe ..., avec un bonus si ... dépasse 90 %" (case 12)', () => {
  const contract = sampleContract({
    measures: { contacts: contactCount('handled') },
    kpis: { csat: { ...kpiTerms, type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5] } },
    lines: [
      fixedLine('25000.00', { id: 'F', includes: { measure: 'contacts', upTo: 9_000 } }),
      unitLine({ id: 'X', above: 9_000, pricing: { mode: 'flat', price: '2.40' } }),
    ],
    bonusMalus: [bonusMalus('S', 'csat', [step('gt', '0.90', '0.04')], { base: ['F'] })],
  });
  const invoice = (contacts: number, satisfied: number): Invoice =>
    priced(contract, '2026-04', { 'line/X/1/-/-/-': contacts, ...kpiBook('csat', satisfied, 1_510) });

  it('charges a fixed amount, the contacts above it, and a bonus on the fixed amount', () => {
    expect(parts(invoice(9_640, 1_363))).toEqual([
      ['F', '25000.00'],
      ['X', '1536.00'],
      ['S', '1000.00'],
    ]);
    expect(net(invoice(9_640, 1_363))).toBe('27536.00');
  });

  it('adds no bonus at exactly 90 % where it must exceed 90 %', () => {
    expect(net(invoice(9_640, 1_359))).toBe('26536.00');
  });

  it('charges only the fixed amount below the included volume', () => {
    expect(net(invoice(8_000, 1_359))).toBe('25000.00');
  });
});

describe('limits: to avoid paying idle fixed cost, "prévisibilité des coûts" (case 15)', () => {
  const contract = (appliesTo: 'linesAndBonusMalus' | 'linesOnly', rate: string): Contract =>
    sampleContract({
      measures: { contacts: contactCount('handled') },
      kpis: { q: { ...kpiTerms, type: 'quality', field: 'score' } },
      lines: [unitLine({ pricing: { mode: 'flat', price: '0.01' } })],
      bonusMalus: [bonusMalus('A', 'q', [step('gte', '0', rate)])],
      limits: { monthlyMin: '15000.00', monthlyMax: '22000.00', appliesTo, proration: 'calendarDays' },
    });
  const cents = (
    amount: number,
    appliesTo: 'linesAndBonusMalus' | 'linesOnly' = 'linesAndBonusMalus',
    rate = '0',
  ): Invoice =>
    priced(contract(appliesTo, rate), '2026-04', { 'line/L1/1/-/-/-': amount, ...kpiBook('q', 1, 1) });

  it('raises a month to its minimum and lowers it to its maximum', () => {
    expect(parts(cents(1_387_040))).toEqual([
      ['L1', '13870.40'],
      ['monthlyMin', '1129.60'],
    ]);
    expect(parts(cents(2_310_575))).toEqual([
      ['L1', '23105.75'],
      ['monthlyMax', '-1105.75'],
    ]);
  });

  it('limits the lines alone or with bonus and malus, as agreed', () => {
    expect(net(cents(2_150_000, 'linesAndBonusMalus', '0.05'))).toBe('22000.00');
    expect(net(cents(2_150_000, 'linesOnly', '0.05'))).toBe('22575.00');
  });
});

describe('corridor: volume changes "significativement" (case 16)', () => {
  const contract = sampleContract({
    measures: { contacts: contactCount('handled') },
    lines: [unitLine({ pricing: { mode: 'flat', price: '2.35' } })],
    corridors: [
      {
        id: 'K',
        line: 'L1',
        forecast: { kind: 'event', id: 'F' },
        lower: '0.90',
        upper: '1.10',
        shortfallPrice: null,
        overflowPrice: '2.60',
        proration: 'calendarDays',
      },
    ],
  });
  const volume = (
    contacts: number,
    forecast: Record<string, number> = { 'forecast/F/7/-/20000/-': 1 },
  ): Invoice => priced(contract, '2026-04', { 'line/L1/1/-/-/-': contacts, ...forecast });

  it('charges the shortfall below 90 % of the forecast', () => {
    expect(volume(16_500).lines.map(({ part, amount }) => [part, plain(amount, 2)])).toEqual([
      ['work', '38775.00'],
      ['shortfall', '3525.00'],
    ]);
    expect(net(volume(16_500))).toBe('42300.00');
  });

  it('charges the volume above 110 % of the forecast at its own price', () => {
    expect(volume(23_000).lines.map(({ part, amount }) => [part, plain(amount, 2)])).toEqual([
      ['work', '51700.00'],
      ['overflow', '2600.00'],
    ]);
    expect(net(volume(23_000))).toBe('54300.00');
  });

  it('takes the forecast that was recorded last', () => {
    const forecasts = {
      'forecast/F/7/-/20000/-': 1,
      'forecast/F/9/-/15000/-': 1,
      'forecast/F/8/-/30000/-': 1,
    };
    // 90 % of 15 000 are 13 500; 13 000 x 2.35 = 30 550, and 500 short are 1 175
    expect(net(volume(13_000, forecasts))).toBe('31725.00');
    expect(net(volume(13_000, { ...forecasts, 'forecast/F/9/-/15000/-': 0 }))).toBe('63450.00');
    expect(net(volume(13_000, { ...forecasts, 'forecast/F/9/-/16000/-': 1 }))).toBe('33840.00');
    // a forecast of none: every contact is above it
    expect(net(volume(10, { ...forecasts, 'forecast/F/10/-/0/-': 1 }))).toBe('26.00');
    expect(net(volume(13_000, { 'forecast/F2/9/-/1/-': 1 }))).toBe('30550.00');
  });

  it('changes nothing within the corridor, and warns where there is no forecast', () => {
    expect([18_000, 22_000].map((contacts) => volume(contacts).lines.length)).toEqual([1, 1]);
    expect(volume(16_500, {}).warnings).toEqual([
      { code: 'no-forecast', clause: 'K', message: 'no forecast for 2026-04: the corridor is not applied' },
    ]);
  });
});

describe('malus: three penalties, an overall cap and earn-back (case 17)', () => {
  const kpi: Kpi = { ...kpiTerms, type: 'quality', field: 'score' };
  const contract = sampleContract({
    kpis: { a: kpi, b: kpi, c: kpi },
    lines: [fixedLine('60000.00')],
    bonusMalus: [
      bonusMalus('A', 'a', [step('lt', '0.8', '-0.03')]),
      bonusMalus('B', 'b', [step('lt', '0.8', '-0.04')]),
      bonusMalus('C', 'c', [step('lt', '0.8', '-0.02')]),
      { kind: 'earnBack', id: 'E', name: 'Earn-back', of: ['A', 'B', 'C'], share: '0.5', ifTargetsMetFor: 3 },
    ],
    malus: { overallCap: '0.07', vatTreatment: 'priceReduction' },
  });
  const quantities = (score: number): Map<string, number> =>
    new Map(['a', 'b', 'c'].flatMap((id) => Object.entries(kpiBook(id, score, 1))));
  const months = (...scores: readonly number[]): Invoice => {
    const history = scores
      .slice(0, -1)
      .map((score, index) => ({ period: `2026-0${index + 1}`, quantities: quantities(score) }));
    return price(contract, {
      contract: 'C1',
      period: `2026-0${scores.length}`,
      quantities: quantities(scores.at(-1) ?? 0),
      history,
    });
  };
  const [bad, good] = [700, 900];

  it('caps three penalties at 7 % of the month, in proportion', () => {
    expect(parts(months(bad))).toEqual([
      ['L1', '60000.00'],
      ['A', '-1400.00'],
      ['B', '-1866.67'],
      ['C', '-933.33'],
    ]);
    expect(net(months(bad))).toBe('55800.00');
  });

  it('earns half of a malus back after three months in target, once', () => {
    expect(parts(months(bad, good, good, good))).toEqual([
      ['L1', '60000.00'],
      ['E', '2100.00'],
    ]);
    expect([months(bad, good, good), months(bad, good, good, good, good)].map(net)).toEqual([
      '60000.00',
      '60000.00',
    ]);
  });

  it('earns nothing back if a target was missed in between', () => {
    expect(parts(months(bad, good, bad, good)).map(([id]) => id)).toEqual(['L1']);
  });
});

describe('indexation: a negotiated tariff in the long run (case 18)', () => {
  const syntec: Indexation = {
    index: 'syntec',
    base: '242.60',
    current: '245.60',
    splice: null,
    fixedShare: '0',
    ratioDecimals: null,
    priceDecimals: 2,
    floor: null,
    ceiling: null,
  };
  const invoice = (indexation: Indexation): Invoice =>
    priced(sampleContract({ lines: [fixedLine('1250000.00', { indexation })] }), '2026-04', {});

  it('moves a price of 28.00 to 28.35 by its index', () => {
    const contract = sampleContract({
      measures: { time: workTime(['TALK']) },
      lines: [timeLine({ price: '28.00', indexation: syntec })],
    });
    expect(priced(contract, '2026-04', { 'line/L1/1/-/-/-': 3_600 * s }).lines[0]?.price.toString()).toBe(
      '28.35',
    );
  });

  it('rounds the index ratio as agreed: a difference of 42.46 on 1 250 000.00', () => {
    expect(net(invoice({ ...syntec, priceDecimals: null }))).toBe('1265457.54');
    expect(net(invoice({ ...syntec, ratioDecimals: 4 }))).toBe('1265500.00');
  });

  it('indexes a price with a fixed share, between floor and ceiling', () => {
    expect(net(invoice({ ...syntec, fixedShare: '0.15' }))).toBe('1263138.91');
    expect(net(invoice({ ...syntec, ceiling: '1.01' }))).toBe('1262500.00');
    expect(net(invoice({ ...syntec, current: '230.00', floor: '1' }))).toBe('1250000.00');
  });
});

describe('time: a seat staffed round the clock at 24.00/h (case 21)', () => {
  const contract = sampleContract({
    measures: { seat: { kind: 'seats', seats: 1, open: [] } },
    lines: [timeLine({ measure: 'seat', price: '24.00' })],
  });
  it.each([
    ['2026-03', '17832.00'],
    ['2026-10', '17880.00'],
    ['2026-05', '17856.00'],
  ])(
    'charges a seat round the clock by the hours of %s, which the change of clocks decides: %s',
    (period, amount) => {
      expect(net(priced(contract, period, {}))).toBe(amount);
    },
  );

  it('charges a seat in its opening times only, by bands', () => {
    const hour = 3_600_000;
    const open = [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], times: [{ fromMs: 8 * hour, toMs: 20 * hour }] },
    ] as const;
    const bands = [
      {
        id: 'late',
        days: [],
        times: [{ fromMs: 18 * hour, toMs: 24 * hour }],
        price: '30.00',
        surcharge: null,
      },
    ];
    const limited = sampleContract({
      measures: { seat: { kind: 'seats', seats: 2, open } },
      lines: [timeLine({ measure: 'seat', price: '24.00', bands })],
    });
    // April 2026 has 22 such days: 10 h by day and 2 h late, for two seats
    expect(shown(priced(limited, '2026-04', {})).map(([quantity]) => Number(quantity) / 3_600)).toEqual([
      440, 88,
    ]);
    expect(net(priced(limited, '2026-04', {}))).toBe('13200.00');
  });
});

describe('time + quality: "d\'y adosser un système de bonus – malus" (case 23)', () => {
  const contract = sampleContract({
    measures: { time: workTime(['TALK', 'HOLD', 'ACW', 'PREP']) },
    kpis: { quality: { ...kpiTerms, type: 'quality', field: 'score' } },
    lines: [timeLine()],
    bonusMalus: [
      bonusMalus('Q', 'quality', [
        {
          shape: 'step',
          points: [
            { op: 'gte', value: '90', rate: '0.02' },
            { op: 'lt', value: '80', rate: '-0.03' },
          ],
        },
      ]),
    ],
  });
  it.each([
    [
      90,
      [
        ['L1', '12514.82'],
        ['Q', '250.30'],
      ],
      '12765.12',
    ],
    [
      79.9,
      [
        ['L1', '12514.82'],
        ['Q', '-375.44'],
      ],
      '12139.38',
    ],
    [85, [['L1', '12514.82']], '12514.82'],
  ])('adds bonus or malus to a time line for a quality score of %d', (score, expected, total) => {
    const book = { 'line/L1/1/-/-/-': 1_527_232 * s, ...kpiBook('quality', score * 1_000 * 40, 40) };
    const invoice = priced(contract, '2026-04', book);
    expect([parts(invoice), net(invoice)]).toEqual([expected, total]);
  });
});

describe('bonus: "Amélioration du Net Promoter Score" (case 24)', () => {
  it('adds 1 % a point above the NPS baseline, up to 4 %', () => {
    const contract = sampleContract({
      kpis: { nps: { ...kpiTerms, type: 'nps', question: 'nps' } },
      lines: [fixedLine('60000.00')],
      bonusMalus: [
        bonusMalus(
          'N',
          'nps',
          [{ shape: 'perPoint', from: '12', beyond: 'above', size: '1', count: 'exact', rate: '0.01' }],
          {
            cap: { bonus: '0.04', malus: null },
          },
        ),
      ],
    });
    const invoice = (promoters: number, detractors: number): Invoice =>
      priced(contract, '2026-04', kpiBook('nps', promoters - detractors, 800));
    expect(parts(invoice(416, 280))).toContainEqual(['N', '2400.00']);
    expect(parts(invoice(416, 304))).toContainEqual(['N', '1200.00']);
    expect(parts(invoice(280, 280))).toEqual([['L1', '60000.00']]);
  });
});

describe('the whole invoice of a month renegotiated in its middle, with a malus of 3 % (case 14)', () => {
  const terms = (rate: string, vatTreatment: 'priceReduction' | 'outOfScope'): Partial<Terms> => ({
    measures: { time: workTime(['TALK']) },
    kpis: { quality: { ...kpiTerms, type: 'quality', field: 'score' } },
    lines: [timeLine({ price: rate })],
    bonusMalus: [bonusMalus('M', 'quality', [step('lt', '80', '-0.03')])],
    malus: { overallCap: null, vatTreatment },
  });
  const invoice = (vatTreatment: 'priceReduction' | 'outOfScope'): Invoice =>
    priced(
      sampleContract(
        {},
        {
          versions: [
            sampleVersion(1, null, terms('28.00', vatTreatment)),
            sampleVersion(2, paris('2026-05-16T00:00'), terms('29.40', vatTreatment)),
          ],
        },
      ),
      '2026-05',
      {
        'line/L1/1/-/-/-': 812.25 * 3_600 * s,
        'line/L1/2/-/-/-': 868.5 * 3_600 * s,
        'kpi/quality/1/-/n/-': 70_000,
        'kpi/quality/1/-/d/-': 1,
      },
    );

  it('reduces the taxable base by a malus that is a price reduction', () => {
    const { totals } = invoice('priceReduction');
    const { lines, allowances, charges, net: base, vat, gross } = totals;
    expect([lines, allowances, charges, base, vat, gross].map((amount) => plain(amount, 2))).toEqual([
      '48276.90',
      '1448.31',
      '0.00',
      '46828.59',
      '9365.72',
      '56194.31',
    ]);
    expect(totals.residue.toFixed(3)).toBe('0.003');
  });

  it('leaves the taxable base as it is where a malus is damages, outside VAT', () => {
    const { vat, totals } = invoice('outOfScope');
    expect(vat.map((group) => [group.vat.category, plain(group.base, 2), plain(group.tax, 2)])).toEqual([
      ['S', '48276.90', '9655.38'],
      ['O', '-1448.31', '0.00'],
    ]);
    expect(plain(totals.gross, 2)).toBe('56483.97');
  });
});
