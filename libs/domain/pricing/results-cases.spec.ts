import { describe, expect, it } from '@jest/globals';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { GainShareLine } from '#domain/contract/line.js';
import {
  paris,
  sampleContract,
  sampleTerms,
  sampleVersion,
  unitLine,
} from '#domain/contract/contract.fixture.js';
import { plain } from '#domain/money/money.js';
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import { booked, event, net, outcome, parts, priced, shown } from './pricing.fixture.js';
import { price } from './price.js';

/**
 * Worked cases of payment by results: each answers a sentence of the founding articles, quoted in its name.
 */
const terms = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
const fcr: Kpi = {
  ...terms,
  type: 'fcrPerContact',
  windowMs: 7 * 86_400_000,
  unknownCustomer: 'exclude',
  basis: 'gross',
  notSolvable: [],
};
const csat: Kpi = {
  ...terms,
  type: 'topBox',
  question: 'csat',
  boxes: [4, 5],
  scale: [1, 5],
  minSample: 200,
};

describe('outcome: paid "en fonction des résultats obtenus", FCR (case 6)', () => {
  const contract = sampleContract({
    kpis: { fcr },
    measures: { solved: { kind: 'resolved', kpi: 'fcr' } },
    lines: [unitLine({ model: 'outcome', measure: 'solved', pricing: { mode: 'flat', price: '4.20' } })],
  });
  const book = { 'line/L1/1/-/-/-': 6_150, 'kpi/fcr/1/-/n/-': 6_150, 'kpi/fcr/1/-/d/-': 8_000 };

  it('pays each contact resolved at first contact and shows the rate beside it', () => {
    const invoice = priced(contract, '2026-04', book);
    expect(net(invoice)).toBe('25830.00');
    expect(invoice.kpis.map(({ value }) => value?.toString())).toEqual(['0.7688']);
  });

  it('takes back twelve results that were repeated later, on a line of their period (case 6b)', () => {
    const before = priced(contract, '2026-04', book);
    const after = priced(contract, '2026-04', {
      ...book,
      'line/L1/1/-/-/-': 6_138,
      'kpi/fcr/1/-/n/-': 6_138,
    });
    const correction = adjustmentOf(contract, before, after);
    expect(
      correction?.lines.map((line) => [
        line.quantity.toNumber(),
        line.price.toFixed(2),
        plain(line.amount, 2),
      ]),
    ).toEqual([[-12, '4.20', '-50.40']]);
    expect(correction?.lines[0]?.from).toBe(paris('2026-04-01T00:00'));
    expect(adjustmentOf(contract, after, after)).toBeNull();
  });

  it('charges results that mature once their verdicts are final, with the dates of their month', () => {
    const maturing = sampleContract({
      ...contract.versions[0]?.terms,
      lines: [
        unitLine({
          model: 'outcome',
          measure: 'solved',
          pricing: { mode: 'flat', price: '4.20' },
          settleAfter: 'maturity',
        }),
      ],
    });
    const april = priced(maturing, '2026-04', book);
    expect([april.lines, net(april)]).toEqual([[], '0.00']);
    const history = [{ period: '2026-04', quantities: new Map(Object.entries(book)) }];
    const may = price(maturing, {
      contract: 'C1',
      period: '2026-05',
      quantities: new Map([['line/L1/1/-/-/-', 99]]),
      history,
    });
    expect(may.lines.map(({ from, amount }) => [from, plain(amount, 2)])).toEqual([
      [paris('2026-04-01T00:00'), '25830.00'],
    ]);
  });
});

describe('gate: "uniquement si le taux de satisfaction client dépasse un seuil donné" (case 7)', () => {
  const contract = (onNoData: Kpi['onNoData']): Contract =>
    sampleContract({
      kpis: { csat: { ...csat, onNoData } },
      measures: { contacts: { kind: 'contacts', of: 'handled', minTalkMs: 0, where: null } },
      lines: [
        unitLine({
          pricing: { mode: 'flat', price: '3.10' },
          payIf: { kpi: 'csat', op: 'gt', value: '0.85', minSample: null, onNoData: null },
        }),
      ],
    });
  const book = (satisfied: number, answers: number): Record<string, number> => ({
    'line/L1/1/-/-/-': 5_200,
    'kpi/csat/1/-/n/-': satisfied,
    'kpi/csat/1/-/d/-': answers,
  });

  it('opens a gate by the exact fraction: 431 of 507 is above 85 %, though 85.0 % is not', () => {
    expect(net(priced(contract('neutral'), '2026-04', book(431, 507)))).toBe('16120.00');
  });

  it('shows a line behind a closed gate with its quantity, at a price of 0', () => {
    const invoice = priced(contract('neutral'), '2026-04', book(425, 500));
    expect([net(invoice), invoice.lines[0]?.quantity.toNumber(), invoice.lines[0]?.price.toNumber()]).toEqual(
      ['0.00', 5_200, 0],
    );
  });

  it.each([
    ['neutral', '16120.00'],
    ['asTarget', '16120.00'],
  ] as const)('opens a gate where 150 answers are too few and no data is %s', (onNoData, amount) => {
    expect(net(priced(contract(onNoData), '2026-04', book(10, 150)))).toBe(amount);
  });

  it('evaluates a gate by the month before where 150 answers are too few', () => {
    const withMarch = (satisfied: number): string =>
      net(
        price(contract('previousPeriod'), {
          contract: 'C1',
          period: '2026-04',
          quantities: new Map(Object.entries(book(150, 150))),
          history: [{ period: '2026-03', quantities: new Map(Object.entries(book(satisfied, 400))) }],
        }),
      );
    expect([300, 380].map(withMarch)).toEqual(['0.00', '16120.00']);
  });
});

describe('a gate of results that mature in a later month', () => {
  it('is judged by the KPI of the month that charges them, under its definition', () => {
    const solvedTerms: Partial<Terms> = {
      kpis: { fcr, csat: { ...csat, minSample: 0 } },
      measures: { solved: { kind: 'resolved', kpi: 'fcr' } },
      lines: [
        unitLine({
          model: 'outcome',
          measure: 'solved',
          pricing: { mode: 'flat', price: '4.20' },
          settleAfter: 'maturity',
          payIf: { kpi: 'csat', op: 'gt', value: '0.85', minSample: null, onNoData: null },
        }),
      ],
    };
    const versions = [
      sampleVersion(1, null, solvedTerms),
      sampleVersion(2, paris('2026-05-01T00:00'), solvedTerms),
    ];
    const mayWith = (satisfied: number): string =>
      net(
        price(sampleContract({}, { versions }), {
          contract: 'C1',
          period: '2026-05',
          quantities: new Map([
            ['kpi/csat/1/-/n/-', satisfied],
            ['kpi/csat/1/-/d/-', 100],
          ]),
          history: [
            {
              period: '2026-04',
              quantities: new Map([
                ['line/L1/1/-/-/-', 100],
                ['kpi/csat/1/-/n/-', 100],
                ['kpi/csat/1/-/d/-', 100],
              ]),
            },
          ],
        }),
      );
    // 100 of April x 4.20, paid where May is above 85 %
    expect([86, 85].map(mayWith)).toEqual(['420.00', '0.00']);
  });
});

describe('outcome: "demandes de crédit approuvées dans un délai de 24 heures" (case 9)', () => {
  const contract = sampleContract({
    measures: {
      ok: {
        kind: 'events',
        name: 'credit.approved',
        within: { from: 'credit.submitted', atMostMs: 86_400_000 },
        unless: [],
        match: {},
      },
    },
    lines: [unitLine({ measure: 'ok', pricing: { mode: 'flat', price: '18.00' } })],
  });
  const request = (index: number, submitted: string, last: string, name: string) =>
    outcome(`r${index}`, event('credit.submitted', paris(submitted)), event(name, paris(last)));

  it('pays 640 results in time, not the 110 late and 250 refused', () => {
    const requests = Array.from({ length: 1_000 }, (_, index) => {
      if (index < 640) return request(index, '2026-04-07T10:00', '2026-04-08T10:00', 'credit.approved');
      if (index < 750)
        return request(index, '2026-04-07T10:00', '2026-04-08T10:00:00.001', 'credit.approved');
      return request(index, '2026-04-07T10:00', '2026-04-07T11:00', 'credit.refused');
    });
    expect(net(booked(contract, '2026-04', requests))).toBe('11520.00');
  });

  it.each([
    ['2026-03', '2026-03-28T10:00', '2026-03-29T10:30', '18.00'],
    ['2026-10', '2026-10-24T10:00', '2026-10-25T09:30', '0.00'],
  ])('counts elapsed hours, not the wall clock: %s, from %s to %s pays %s', (period, from, to, amount) => {
    expect(net(booked(contract, period, [request(1, from, to, 'credit.approved')]))).toBe(amount);
  });
});

describe('outcome: "taux de conversion des leads" (case 10)', () => {
  const sale = { name: 'sale.made', unless: ['sale.cancelled'], match: {} };
  const contract = sampleContract({
    measures: { sales: { kind: 'events', within: null, ...sale } },
    kpis: {
      conversion: {
        ...terms,
        type: 'ratio',
        numerator: sale,
        denominator: { name: 'lead.worked', unless: [], match: {} },
      },
    },
    lines: [unitLine({ measure: 'sales', pricing: { mode: 'flat', price: '45.00' } })],
    bonusMalus: [
      {
        kind: 'kpi',
        id: 'A1',
        name: 'Conversion',
        kpi: 'conversion',
        base: ['L1'],
        shapes: [{ shape: 'step', points: [{ op: 'gte', value: '0.12', rate: '0.10' }] }],
        cap: { bonus: null, malus: null },
        during: null,
      },
    ],
  });
  const leads = (cancelled: number) =>
    Array.from({ length: 1_850 }, (_, index) => {
      const at = paris('2026-04-14T10:00') + index * 1_000;
      const events = [event('lead.worked', at)];
      if (index < 222) events.push(event('sale.made', at));
      if (index < cancelled) events.push(event('sale.cancelled', at + 20 * 86_400_000));
      return outcome(`l${index}`, ...events);
    });

  it('pays sales, and a bonus of 10 % at a conversion of exactly 12 %', () => {
    const invoice = booked(contract, '2026-04', leads(0));
    expect(parts(invoice)).toEqual([
      ['L1', '9990.00'],
      ['A1', '999.00'],
    ]);
    expect(net(invoice)).toBe('10989.00');
  });

  it('takes back sales cancelled later, and the bonus they had brought', () => {
    const before = booked(contract, '2026-04', leads(0));
    const after = booked(contract, '2026-04', leads(6));
    expect(net(after)).toBe('9720.00');
    const credit = adjustmentOf(contract, before, after);
    expect(credit === null ? null : [parts(credit), net(credit)]).toEqual([
      [
        ['L1', '-270.00'],
        ['A1', '-999.00'],
      ],
      '-1269.00',
    ]);
  });
});

describe('gain share: "Réduction ... (AHT)" (case 11)', () => {
  const line: GainShareLine = {
    id: 'L1',
    name: 'Time saved',
    vat: null,
    payIf: null,
    model: 'gainShare',
    kpi: 'aht',
    baseline: '420',
    better: 'lower',
    unitValue: '28.00',
    per: 'hour',
    share: '0.40',
    guards: [{ kpi: 'csat', op: 'gte', value: '0.80', minSample: null, onNoData: null }],
  };
  const contract = sampleContract({
    kpis: { aht: { ...terms, type: 'aht', per: 'contact' }, csat },
    lines: [line],
  });
  const book = (ahtS: number, satisfied: number): Record<string, number> => ({
    'kpi/aht/1/-/n/-': ahtS * 20_000 * 1_000,
    'kpi/aht/1/-/d/-': 20_000,
    'kpi/csat/1/-/n/-': satisfied,
    'kpi/csat/1/-/d/-': 1_000,
  });

  it('charges a gain share of 40 % of 233.33 hours saved', () => {
    const invoice = priced(contract, '2026-04', book(378, 900));
    expect(net(invoice)).toBe('2613.33');
    expect(shown(invoice)).toEqual([['840000', 'SEC', '11.2', '3600']]);
  });

  it('charges no gain share where a guard is closed or nothing was saved', () => {
    expect(
      [book(378, 700), book(430, 900)].map((quantities) => net(priced(contract, '2026-04', quantities))),
    ).toEqual(['0.00', '0.00']);
  });
});

describe('gain share: "Réduction du taux de churn" (case 25)', () => {
  const churn: Kpi = {
    ...terms,
    type: 'share',
    numerator: { name: 'customer.lost', unless: [], match: {} },
    of: { kind: 'event', id: 'customers' },
  };
  const line: GainShareLine = {
    id: 'L1',
    name: 'Customers kept',
    vat: null,
    payIf: null,
    model: 'gainShare',
    kpi: 'churn',
    baseline: '0.0210',
    better: 'lower',
    unitValue: '35.00',
    per: 'unit',
    share: '0.30',
    guards: [],
  };
  it('charges a gain share of 30 % of 35.00 for 120 customers kept against the baseline', () => {
    const contract = sampleContract({ kpis: { churn }, lines: [line] });
    const base = outcome(
      'f',
      event('forecast.set', paris('2026-04-01T00:00'), { id: 'customers', value: 40_000 }),
    );
    const lost = Array.from({ length: 720 }, (_, index) =>
      outcome(`c${index}`, event('customer.lost', paris('2026-04-10T10:00') + index)),
    );
    const invoice = booked(contract, '2026-04', [base, ...lost]);
    expect([net(invoice), shown(invoice)]).toEqual(['1260.00', [['120', 'C62', '10.5', '1']]]);
  });
});

describe('per act: "réaliser les tâches convenues" in the back-office (case 22)', () => {
  it('pays e-mails by the interval and tasks by the hour', () => {
    const contract = sampleContract({
      measures: {
        mails: {
          kind: 'contacts',
          of: 'handled',
          minTalkMs: 0,
          where: { queues: null, media: ['email'], directions: null, dispositions: null },
        },
        tasks: {
          kind: 'time',
          states: ['BACK_OFFICE'],
          capsMs: {},
          increment: null,
          capMs: null,
          averageCap: null,
          where: null,
        },
      },
      lines: [
        unitLine({ measure: 'mails', pricing: { mode: 'flat', price: '1.85' } }),
        {
          id: 'L2',
          name: 'Tasks',
          vat: null,
          payIf: null,
          model: 'time',
          measure: 'tasks',
          unit: 'hour',
          price: '26.40',
          bands: [],
          stacking: 'highest',
          rates: [],
          indexation: null,
        },
      ],
    });
    const invoice = priced(contract, '2026-04', {
      'line/L1/1/-/-/-': 1_320,
      'line/L2/1/-/-/-': 37.5 * 3_600_000,
    });
    expect([parts(invoice), net(invoice)]).toEqual([
      [
        ['L1', '2442.00'],
        ['L2', '990.00'],
      ],
      '3432.00',
    ]);
  });
});

describe('calendar rules: "Gestion des pics d\'activité (Black Friday, soldes)" (case 13)', () => {
  const base: Partial<Terms> = {
    measures: { contacts: { kind: 'contacts', of: 'handled', minTalkMs: 0, where: null } },
    kpis: {
      sl: { ...terms, type: 'serviceLevel', variant: 'SL-C', thresholdMs: 20_000, shortAbandonMs: 5_000 },
    },
    lines: [unitLine({ id: 'L2', pricing: { mode: 'flat', price: '2.35' } })],
    bonusMalus: [
      {
        kind: 'kpi',
        id: 'M1',
        name: 'Service level at peak',
        kpi: 'sl',
        base: ['L2'],
        shapes: [
          { shape: 'perPoint', from: '0.80', beyond: 'below', size: '0.01', count: 'exact', rate: '-0.01' },
        ],
        cap: { bonus: null, malus: null },
        during: 'BF26',
      },
    ],
  };
  const contract = (waived: boolean): Contract => {
    const waivers: Terms['waivers'] = [
      {
        kind: 'volumeAbove',
        id: 'W1',
        of: ['M1'],
        proof: 'minutes of 2 November',
        measure: 'contacts',
        forecast: { kind: 'agreed', values: { '2026-11': 14_000 } },
        above: '1.10',
        during: 'BF26',
      },
    ];
    const all = { ...base, waivers: waived ? waivers : [] };
    const peak = sampleTerms({
      ...all,
      lines: [unitLine({ id: 'L2', pricing: { mode: 'flat', price: '2.80' } })],
    });
    const window = {
      id: 'BF26',
      from: paris('2026-11-23T00:00'),
      to: paris('2026-12-01T00:00'),
      terms: peak,
    };
    return sampleContract(
      {},
      { versions: [{ version: 1, from: null, reason: null, terms: sampleTerms(all), windows: [window] }] },
    );
  };
  const book = (peakContacts: number): Record<string, number> => ({
    'line/L2/1/-/-/-': 31_200,
    'line/L2/1/BF26/-/-': peakContacts,
    'measure/contacts/1/-/-/-': 31_200,
    'measure/contacts/1/BF26/-/-': peakContacts,
    'kpi/sl/1/BF26/n/-': 7_400,
    'kpi/sl/1/BF26/d/-': 10_000,
  });

  it('charges the calendar window of the peak at its own price', () => {
    const invoice = priced(contract(true), '2026-11', book(15_900));
    expect(parts(invoice)).toEqual([
      ['L2.1', '73320.00'],
      ['L2.2', '44520.00'],
    ]);
    expect(net(invoice)).toBe('117840.00');
  });

  it('waives the malus above 110 % of the forecast, with its proof in the rows', () => {
    const rows = priced(contract(true), '2026-11', book(15_900)).rows.filter(
      ({ rule }) => rule === 'waivedRate',
    );
    expect(rows).toMatchObject([
      { inputs: { rate: { value: '-0.06' }, proof: 'minutes of 2 November' }, result: '0' },
    ]);
  });

  it('takes a malus of 1 % a point of the peak only, where nothing waives it', () => {
    expect(parts(priced(contract(false), '2026-11', book(15_900)))).toContainEqual(['M1', '-2671.20']);
    expect(parts(priced(contract(true), '2026-11', book(15_400)))).toContainEqual(['M1', '-2587.20']);
  });
});
