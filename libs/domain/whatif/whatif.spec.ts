import { describe, expect, it } from '@jest/globals';
import type { KpiBonusMalus } from '#domain/contract/bonus-malus.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import {
  contactCount,
  fixedLine,
  sampleContract,
  sampleVersion,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import { plain } from '#domain/money/money.js';
import { benchmarkContract } from './benchmarks.js';
import { priceMonth, type BookSeries } from './books.js';
import { breakEvensOf } from './break-even.js';
import { clausesOf } from './clauses.js';
import { driversOf, type Driver } from './drivers.js';
import { scaled } from './scale.js';
import { whatIf, type WhatIfGiven } from './whatif.js';

const terms = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
const fcr: Kpi = {
  type: 'fcrPerContact',
  windowMs: 604_800_000,
  unknownCustomer: 'exclude',
  basis: 'gross',
  notSolvable: [],
  ...terms,
};
const csat: Kpi = { type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5], ...terms };

const perHour = sampleContract({
  measures: { work: workTime(['TALK', 'HOLD', 'ACW']) },
  lines: [timeLine({ measure: 'work' })],
});
const perAct = actAt('2.35');

function actAt(price: string, rest: Partial<Terms> = {}): Contract {
  return sampleContract({
    measures: { handled: contactCount('handled') },
    lines: [unitLine({ id: 'calls', measure: 'handled', pricing: { mode: 'flat', price } })],
    ...rest,
  });
}

function books(
  contract: Contract,
  ...months: readonly [string, Readonly<Record<string, number>>][]
): BookSeries {
  return { contract, months: new Map(months.map(([month, sums]) => [month, new Map(Object.entries(sums))])) };
}

/** 10 000 contacts of 300 s in March. */
const hourBooks = books(perHour, ['2026-03', { 'line/L1/1/-/-/-': 3_000_000_000 }]);
const actBooks = books(perAct, ['2026-03', { 'line/calls/1/-/-/-': 10_000 }]);
const observed = { handled: 10_000, handleMs: 3_000_000_000 };

function driverOf(draft: BookSeries, title: string): Driver {
  const found = driversOf(draft, observed).find(({ name, kpi }) => (kpi?.id ?? name) === title);
  if (found === undefined) throw new Error(`no driver ${title}`);
  return found;
}

function breakEvens(draft: BookSeries, present: BookSeries, title: string): unknown {
  const driver = driverOf(draft, title);
  const report = breakEvensOf(draft, present, ['2026-03'], driver);
  return (
    report?.breakEvens.map(({ below, above }) => [below / driver.perUnit, above / driver.perUnit]) ?? null
  );
}

describe('Ad-hoc work', () => {
  it('does not follow the volume of contacts, as lines that count them do', () => {
    const contract = sampleContract({
      measures: {
        handled: contactCount('handled'),
        asked: { kind: 'adHoc', of: 'hours', scale: 2, countAt: 'work', match: {} },
      },
      lines: [
        unitLine({ id: 'calls', measure: 'handled' }),
        timeLine({ id: 'extra', measure: 'asked', price: '48' }),
      ],
    });
    const key = 'line/extra/1/-/-/-';
    const now = books(contract, ['2026-03', { 'line/calls/1/-/-/-': 10_000, [key]: 27_000_000 }]);
    const half = scaled(now, driverOf(now, 'volume'), 5_000).months.get('2026-03');
    // 5 000 calls at 1.00 and 7.5 h at 48.00
    expect(half?.get(key)).toBe(27_000_000);
    expect(plain(priceMonth(scaled(now, driverOf(now, 'volume'), 5_000), '2026-03').totals.net)).toBe('5360');
  });
});

describe('A break-even point', () => {
  it('of handle time lies where 2.35 a call buys 286.78 s at 29.50 an hour', () => {
    expect(breakEvens(hourBooks, actBooks, 'handleTime')).toEqual([[286.7, 286.8]]);
    // the other way round the same point
    expect(breakEvens(actBooks, hourBooks, 'handleTime')).toEqual([[286.7, 286.8]]);
    // both are proportional to the volume: no volume makes them equal
    expect(breakEvens(hourBooks, actBooks, 'volume')).toEqual([]);
  });

  it('of volume lies where a fixed amount equals a price for each call', () => {
    const fixed = sampleContract({
      measures: { handled: contactCount('handled') },
      lines: [
        fixedLine('25000.00', { id: 'base' }),
        unitLine({
          id: 'beyond',
          measure: 'handled',
          above: 9_000,
          pricing: { mode: 'flat', price: '2.40' },
        }),
      ],
    });
    const draft = books(fixed, ['2026-03', { 'line/beyond/1/-/-/-': 10_000 }]);
    // 25 000 / 2.35 = 10 638.3 would do, had the draft no price beyond 9 000: 25 000 + 2.40 (n - 9 000) >
    // 2.35 n always
    expect(breakEvens(draft, actBooks, 'volume')).toEqual([]);
    const dear = books(actAt('3.10'), ['2026-03', { 'line/calls/1/-/-/-': 10_000 }]);
    // 25 000 / 3.10 = 8 064.5 calls
    expect(breakEvens(draft, dear, 'volume')).toEqual([[8_064, 8_065]]);
  });

  it('of resolution lies at 73.81 % where 4.20 for a resolved contact equals 3.10 for any', () => {
    const resolved = sampleContract({
      measures: { solved: { kind: 'resolved', kpi: 'fcr' } },
      kpis: { fcr },
      lines: [unitLine({ model: 'outcome', measure: 'solved', pricing: { mode: 'flat', price: '4.20' } })],
    });
    const draft = books(resolved, [
      '2026-03',
      { 'kpi/fcr/1/-/n/-': 7_600, 'kpi/fcr/1/-/d/-': 10_000, 'line/L1/1/-/-/-': 7_600 },
    ]);
    const present = books(actAt('3.10'), ['2026-03', { 'line/calls/1/-/-/-': 10_000 }]);
    expect(breakEvens(draft, present, 'fcr')).toEqual([[0.738, 0.7381]]);
  });

  it('of satisfaction lies at the gate, where the price jumps', () => {
    const gate = { kpi: 'csat', op: 'gt', value: '0.85', minSample: null, onNoData: null } as const;
    const gated = sampleContract({
      measures: { handled: contactCount('handled') },
      kpis: { csat },
      lines: [unitLine({ measure: 'handled', payIf: gate, pricing: { mode: 'flat', price: '3.10' } })],
    });
    const sums = { 'line/L1/1/-/-/-': 10_000, 'kpi/csat/1/-/n/-': 800, 'kpi/csat/1/-/d/-': 1_000 };
    expect(breakEvens(books(gated, ['2026-03', sums]), actBooks, 'csat')).toEqual([[0.8504, 0.8505]]);
  });

  it('is not sought for drivers that nothing depends on, nor without contacts', () => {
    expect(breakEvens(actBooks, actBooks, 'handleTime')).toBeNull();
    expect(driversOf(actBooks, { handled: 0, handleMs: 0 })).toEqual([]);
    expect(driversOf(actBooks, observed).map(({ name }) => name)).toEqual(['volume', 'handleTime']);
  });
});

describe('Scaled sums', () => {
  const contract = sampleContract({
    measures: {
      handled: contactCount('handled'),
      work: workTime(['TALK']),
      solved: { kind: 'resolved', kpi: 'fcr' },
    },
    kpis: { fcr, aht: { type: 'aht', per: 'contact', ...terms } },
    lines: [
      unitLine({ id: 'calls', measure: 'handled' }),
      timeLine({ id: 'time', measure: 'work' }),
      unitLine({ id: 'solved', model: 'outcome', measure: 'solved' }),
    ],
  });
  const sums = {
    'line/calls/1/-/-/-': 100,
    'line/time/1/-/night/-': 7_001,
    'line/solved/1/-/-/a': 30,
    'line/solved/1/-/-/-': 10,
    'kpi/fcr/1/-/n/-': 40,
    'kpi/fcr/1/-/d/-': 50,
    'kpi/aht/1/-/n/-': 9_000,
    'kpi/aht/1/-/d/-': 100,
    'forecast/F/7/-/120/-': 1,
  };
  const given = books(contract, ['2026-03', sums]);
  const of = (name: Driver['name'], now: number, kpi: Driver['kpi'] = null): Driver => {
    return {
      name,
      kpi,
      unit: kpi === null ? 'contacts' : 'ratio',
      perUnit: kpi === null ? 1 : 10_000,
      now,
      low: 0,
      high: 0,
    };
  };
  const after = (driver: Driver, x: number): object =>
    Object.fromEntries(scaled(given, driver, x).months.get('2026-03') ?? []);

  it('follow the volume, but not forecasts', () => {
    expect(after(of('volume', 100), 50)).toEqual({
      ...Object.fromEntries(Object.entries(sums).map(([key, value]) => [key, Math.round(value / 2)])),
      'forecast/F/7/-/120/-': 1,
    });
  });

  it('follow the handle time in time alone', () => {
    expect(after(of('handleTime', 90), 180)).toEqual({
      ...sums,
      'line/time/1/-/night/-': 14_002,
      'kpi/aht/1/-/n/-': 18_000,
    });
  });

  it('follow a KPI in its numerator, and in what is paid because of it', () => {
    expect(after(of('kpi', 8_000, { id: 'fcr', definition: { ...fcr, minSample: 99 } }), 4_000)).toEqual({
      ...sums,
      'kpi/fcr/1/-/n/-': 20,
      'line/solved/1/-/-/a': 15,
      'line/solved/1/-/-/-': 5,
    });
    expect(after(of('kpi', 8_000, { id: 'x', definition: { ...fcr, windowMs: 1 } }), 4_000)).toEqual(sums);
  });
});

const bonus: KpiBonusMalus = {
  kind: 'kpi',
  id: 'happy',
  name: 'happy',
  kpi: 'csat',
  base: ['calls'],
  shapes: [{ shape: 'step', points: [{ op: 'gte', value: '0.90', rate: '0.02' }] }],
  cap: { bonus: null, malus: null },
  during: null,
};

describe('A what-if', () => {
  const draft = actAt('2.50', {
    kpis: { csat },
    bonusMalus: [bonus],
    limits: {
      monthlyMin: null,
      monthlyMax: '25000.00',
      appliesTo: 'linesAndBonusMalus',
      proration: 'calendarDays',
    },
  });
  const month = (calls: number, happy: number) => ({
    'line/calls/1/-/-/-': calls,
    'kpi/csat/1/-/n/-': happy,
    'kpi/csat/1/-/d/-': 100,
  });
  const drafted = books(draft, ['2026-01', month(1_000, 80)], ['2026-02', month(10_000, 95)]);
  const benchmark = benchmarkContract(draft, {
    thresholdMs: 20_000,
    shortAbandonMs: 5_000,
    fcrWindowsMs: [],
  });
  const given: WhatIfGiven = {
    periods: ['2026-01', '2026-02'],
    draft: drafted,
    present: books(
      perAct,
      ['2026-01', { 'line/calls/1/-/-/-': 1_000 }],
      ['2026-02', { 'line/calls/1/-/-/-': 10_000 }],
    ),
    billed: new Map([
      ['2026-01', { net: amount('2345.00'), parts: new Map([['calls', amount('2345.00')]]) }],
    ]),
    benchmark: books(benchmark, [
      '2026-01',
      { 'line/handled/1/-/-/-': 1_000, 'kpi/aht/1/-/n/-': 200_000_000, 'kpi/aht/1/-/d/-': 1_000 },
    ]),
    clauses: clausesOf(draft).map((clause) => ({
      clause,
      without: { ...drafted, contract: clause.without },
    })),
  };
  const answer = whatIf(given);

  it('puts each month beside what was invoiced, or what the present contract would cost', () => {
    expect(
      answer.months.map(({ period, presentIs, present, draft, difference }) => [
        period,
        presentIs,
        ...[present, draft, difference].map((each) => (each === null ? null : plain(each, 2))),
      ]),
    ).toEqual([
      ['2026-01', 'billed', '2345.00', '2500.00', '155.00'],
      ['2026-02', 'priced', '23500.00', '25000.00', '1500.00'],
    ]);
    expect(answer.total.difference?.toString()).toBe('1655');
    expect(answer.months[1]?.lines.map(({ line, draft }) => [line, plain(draft, 2)])).toEqual([
      ['calls', '25000.00'],
      ['happy', '500.00'],
      ['limits', '-500.00'],
    ]);
  });

  it('gives the effect of each clause: the price less the price without it', () => {
    expect(answer.clauses.map(({ kind, id, total }) => [kind, id, plain(total, 2)])).toEqual([
      // the monthly maximum takes the bonus away again
      ['bonusMalus', 'happy', '0.00'],
      ['maximum', 'limits', '-500.00'],
    ]);
    expect(answer.clauses[1]?.months.map(({ effect }) => plain(effect, 2))).toEqual(['0.00', '-500.00']);
  });

  it('gives what was observed, the KPIs of the draft included', () => {
    const [january] = answer.benchmarks;
    expect(january?.counts).toMatchObject({ handled: 1_000, offered: 0 });
    const values = january?.kpis.map(({ id, value }) => [id, value?.toString() ?? null]);
    expect(values).toContainEqual(['aht', '200']);
    expect(values).toContainEqual(['csat', '0.8']);
    expect(values).toContainEqual(['asa', null]);
  });

  it('reports the draft alone where there is no present contract', () => {
    const alone = whatIf({ ...given, present: null, billed: new Map() });
    expect(alone.breakEvens).toEqual([]);
    expect(alone.total).toMatchObject({ present: null, difference: null });
    expect(alone.months.map(({ presentIs }) => presentIs)).toEqual(['none', 'none']);
  });
});

function amount(text: string) {
  return priceMonth(books(sampleContract({ lines: [fixedLine(text)] }), ['2026-01', {}]), '2026-01').totals
    .net;
}

describe('Clauses that can be taken out', () => {
  it('include windows and amendments; without one the terms before it stay in force', () => {
    const first = sampleVersion(1, null, { lines: [fixedLine('100.00')] });
    const second = sampleVersion(2, Date.UTC(2026, 2, 1), { lines: [fixedLine('200.00')] });
    const contract = sampleContract({}, { versions: [first, second] });
    const [only, ...others] = clausesOf(contract);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ kind: 'amendment', id: '2', sums: null });
    expect(plain(priceMonth(books(only!.without, ['2026-04', {}]), '2026-04').totals.net, 2)).toBe('100.00');
    expect(plain(priceMonth(books(contract, ['2026-04', {}]), '2026-04').totals.net, 2)).toBe('200.00');
  });
});
