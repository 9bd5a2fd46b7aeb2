import { describe, expect, it } from '@jest/globals';
import type { EventBonusMalus, KpiBonusMalus } from '#domain/contract/bonus-malus.js';
import { fixedLine, paris, sampleContract, sampleTerms } from '#domain/contract/contract.fixture.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { booked, event, outcome, parts } from '../pricing.fixture.js';
import { price } from '../price.js';

/** Judged in the peak alone, which lies in two months. */
const clause: KpiBonusMalus = {
  kind: 'kpi',
  id: 'B',
  name: 'B',
  kpi: 'quality',
  base: ['F'],
  cap: { bonus: null, malus: null },
  during: 'peak',
  shapes: [{ shape: 'step', points: [{ op: 'lt', value: '80', rate: '-100' }] }],
  unit: 'amount',
};

const perEvent: EventBonusMalus = {
  kind: 'perEvent',
  id: 'K',
  name: 'K',
  measure: 'complaints',
  base: ['F'],
  amount: '-10.00',
  free: 0,
  cap: { bonus: null, malus: null },
  during: 'peak',
};

/** 26 November to 3 December: 5 and 3 days. */
const peak = { id: 'peak', from: paris('2026-11-26T00:00'), to: paris('2026-12-04T00:00') };

const bad = ['2026-11-27T10:00', '2026-12-02T10:00'].map((at, index) =>
  outcome(`q${index}`, event('quality.evaluated', paris(at), { score: 70 })),
);

function contractOf(own: Partial<KpiBonusMalus>, lastDay: string | null = null): Contract {
  const terms = sampleTerms({
    kpis: { quality: { type: 'quality', field: 'score', version: 1, minSample: 0, onNoData: 'neutral' } },
    lines: [fixedLine('30000.00', { id: 'F' })],
    bonusMalus: [{ ...clause, ...own }],
  });
  const versions = [{ version: 1, from: null, reason: null, terms, windows: [{ ...peak, terms }] }];
  return sampleContract({}, { versions, term: { firstDay: null, lastDay } });
}

const malusOf = (contract: Contract, month: string): string | undefined =>
  parts(booked(contract, month, bad)).find(([id]) => id === 'B')?.[1];

describe('an amount for a calendar rule as a whole', () => {
  it('is divided by days where the rule lies in two months: 5/8 and 3/8 of 100.00', () => {
    const contract = contractOf({});
    expect(malusOf(contract, '2026-11')).toBe('-62.50');
    expect(malusOf(contract, '2026-12')).toBe('-37.50');
  });

  it('is so as a cap: of 15 % of 1/30 of 30 000.00 for each of 5 days, 750.00, at most 5/8 of 400.00', () => {
    const shapes = [{ shape: 'step' as const, points: [{ op: 'lt' as const, value: '80', rate: '-0.15' }] }];
    const { unit: _, ...rate } = { ...clause, shapes, capAmount: { bonus: null, malus: '400.00' } };
    const contract = contractOf({ ...rate, unit: undefined });
    expect(malusOf(contract, '2026-11')).toBe('-250.00');
    // 3 of 31 days of December are 2 903.23, of which 15 % are 435.48, at most 3/8 of 400.00
    expect(malusOf(contract, '2026-12')).toBe('-150.00');
  });

  it('divides the events that are free as well: of 8 in all 5 and 3', () => {
    const complaints = [7, 4].flatMap((count, month) =>
      Array.from({ length: count }, (_, index) => {
        const at = paris(month === 0 ? '2026-11-27T10:00' : '2026-12-02T10:00');
        return outcome(`k${month}-${index}`, event('complaint.received', at));
      }),
    );
    const terms = sampleTerms({
      measures: {
        complaints: { kind: 'events', name: 'complaint.received', within: null, unless: [], match: {} },
      },
      lines: [fixedLine('30000.00', { id: 'F' })],
      bonusMalus: [{ ...perEvent, free: 8 }],
    });
    const versions = [{ version: 1, from: null, reason: null, terms, windows: [{ ...peak, terms }] }];
    const contract = sampleContract({}, { versions });
    const of = (month: string) => parts(booked(contract, month, complaints)).find(([id]) => id === 'K')?.[1];
    // 7 less 5, and 4 less 3, at 10.00
    expect([of('2026-11'), of('2026-12')]).toEqual(['-20.00', '-10.00']);
  });

  it('is whole in what the contract has of the rule', () => {
    expect(malusOf(contractOf({}, '2026-11-30'), '2026-11')).toBe('-100.00');
  });
});

describe('a clause for a calendar rule that covers the month', () => {
  const kpi: Kpi = { type: 'quality', field: 'score', version: 1, minSample: 3, onNoData: 'previousPeriod' };
  const terms = sampleTerms({
    kpis: { quality: kpi },
    lines: [fixedLine('30000.00', { id: 'F' })],
    bonusMalus: [clause],
  });
  const all = { id: 'peak', from: paris('2026-04-01T00:00'), to: paris('2026-05-03T00:00'), terms };
  const versions = [{ version: 1, from: null, reason: null, terms, windows: [all] }];
  const contract = sampleContract({}, { versions });
  const before = (window: string): ReadonlyMap<string, number> =>
    new Map([
      [`kpi/quality/1/${window}/n/-`, 280_000],
      [`kpi/quality/1/${window}/d/-`, 4],
    ]);
  /** One score of 99 in the month; the month before has four of 70. */
  const invoiceAfter = (window: string) =>
    price(contract, {
      contract: 'C1',
      period: '2026-04',
      quantities: new Map([
        ['kpi/quality/1/peak/n/-', 99_000],
        ['kpi/quality/1/peak/d/-', 1],
      ]),
      history: [{ period: '2026-03', quantities: before(window) }],
    });

  it('is judged by what the month before has in the rule, and by nothing else of it', () => {
    expect(parts(invoiceAfter('-'))).toEqual([['F', '30000.00']]);
    // of the 32 days of the rule 30 are in April
    expect(parts(invoiceAfter('peak'))).toEqual([
      ['F', '30000.00'],
      ['B', '-93.75'],
    ]);
  });
});
