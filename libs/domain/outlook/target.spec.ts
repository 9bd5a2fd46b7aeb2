import { describe, expect, it } from '@jest/globals';
import { sampleContract, timeLine, unitLine } from '#domain/contract/contract.fixture.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { price } from '#domain/pricing/price.js';
import { termsSegments } from '#domain/pricing/terms-segments.js';
import { type Target, targetsOf, withMore } from './target.js';

const period = '2026-03';

/** What is missing to thresholds of the first version of a contract with these sums. */
async function targets(terms: Partial<Terms>, sums: Readonly<Record<string, number>>): Promise<Target[]> {
  const contract: Contract = sampleContract(terms);
  const book = { contract: contract.id, period, quantities: new Map(Object.entries(sums)) };
  const [segment] = termsSegments(contract, period);
  if (segment === undefined) throw new Error('the contract has no terms');
  const found = await targetsOf(book, segment, (each) => Promise.resolve(price(contract, each)));
  for (const { keys, units, net } of found)
    expect(price(contract, withMore(book, keys, units)).totals.net.toFixed()).toBe(net.toFixed());
  return found;
}

/** `tier 21 41.00`. */
const said = (found: readonly Target[]): string[] =>
  found.map(({ kind, units, worth }) => `${kind} ${units} ${worth.toFixed(2)}`);

const steps = [
  { upTo: 50, price: '2.00' },
  { upTo: null, price: '1.00' },
];

describe('how many more reach', () => {
  it('the next tier, each at the price of its own: 30 of 50 at 2.00, then 1.00', async () => {
    const lines = [unitLine({ pricing: { mode: 'graduated', steps } })];
    // 20 x 2.00 and the first at 1.00
    expect(said(await targets({ lines }, { 'line/L1/1/-/-/-/0': 30 }))).toEqual(['tier 21 41.00']);
    expect(said(await targets({ lines }, { 'line/L1/1/-/-/-/0': 50 }))).toEqual(['tier 1 1.00']);
    // the last has been reached; and the first unit of all is no threshold
    expect(said(await targets({ lines }, { 'line/L1/1/-/-/-/0': 51 }))).toEqual([]);
    expect(said(await targets({ lines }, {}))).toEqual(['tier 51 101.00']);
  });

  it('the next tier, counted with the latest work under the terms in force', async () => {
    const lines = [unitLine({ pricing: { mode: 'graduated', steps } })];
    const sums = { 'line/L1/1/-/-/-/0': 30, 'line/L1/1/-/-/-/1000': 5, 'line/L1/1/-/-/-/10': 9 };
    const found = await targets({ lines }, sums);
    expect([said(found), found[0]?.keys]).toEqual([['tier 7 13.00'], ['line/L1/1/-/-/-/1000']]);
  });

  it('the next tier, all at its price: less is paid for more', async () => {
    const lines = [unitLine({ pricing: { mode: 'allUnits', steps } })];
    // 51 x 1.00 instead of 30 x 2.00
    expect(said(await targets({ lines }, { 'line/L1/1/-/-/-': 30 }))).toEqual(['tier 21 -9.00']);
  });

  it('the first that is charged beside a fixed amount, and the next package', async () => {
    const above = [unitLine({ above: 100, pricing: { mode: 'flat', price: '3.00' } })];
    expect(said(await targets({ lines: above }, { 'line/L1/1/-/-/-/0': 40 }))).toEqual(['tier 61 3.00']);
    const packages = [unitLine({ pricing: { mode: 'package', size: 25, price: '40.00' } })];
    expect(said(await targets({ lines: packages }, { 'line/L1/1/-/-/-/0': 40 }))).toEqual([
      'package 11 40.00',
    ]);
  });

  it('the next tier of time, to the millisecond', async () => {
    const tiers = {
      mode: 'graduated',
      steps: [
        { upTo: 10, price: '30.00' },
        { upTo: null, price: '20.00' },
      ],
    } as const;
    const lines = [timeLine({ price: '30.00', tiers })];
    const [found, ...more] = await targets({ lines }, { 'line/L1/1/-/-/-/0': 9 * 3_600_000 });
    expect([found?.unit, found?.units, found?.worth.toFixed(2), more]).toEqual([
      'ms',
      3_600_001,
      '30.00',
      [],
    ]);
  });

  it('the minimum of the month, and its maximum', async () => {
    const lines = [unitLine({ pricing: { mode: 'flat', price: '2.00' } })];
    const limits = {
      monthlyMin: '100.00',
      monthlyMax: '150.00',
      appliesTo: 'linesOnly',
      proration: 'none',
    } as const;
    // 20 more come to 100.00, which is charged anyway; 46 more to 152.00, of which 150.00 are paid
    expect(said(await targets({ lines, limits }, { 'line/L1/1/-/-/-': 30 }))).toEqual([
      'minimum 20 0.00',
      'maximum 46 50.00',
    ]);
  });

  it('the next step of a bonus: 18 of 20 answered, 95 % give 10 % more', async () => {
    const lines = [unitLine({ pricing: { mode: 'flat', price: '2.00' } })];
    const kpis = {
      answered: { type: 'answerRate', shortAbandonMs: null, version: 1, minSample: 0, onNoData: 'neutral' },
    } as const;
    const points = [
      { op: 'gte', value: '0.95', rate: '0.10' },
      { op: 'lt', value: '0.80', rate: '-0.10' },
    ] as const;
    const head = { kind: 'kpi', id: 'B1', name: 'Answered', kpi: 'answered', base: ['L1'] } as const;
    const clause = {
      ...head,
      cap: { bonus: null, malus: null },
      during: null,
      shapes: [{ shape: 'step', points }],
    } as const;
    const sums = { 'line/L1/1/-/-/-': 20, 'kpi/answered/1/-/n/-': 18, 'kpi/answered/1/-/d/-': 20 };
    const [found, ...more] = await targets({ lines, kpis, bonusMalus: [clause] }, sums);
    // 38 of 40 are 95 %: 10 % of 40.00
    expect([found?.units, found?.worth.toFixed(2), found?.kpi]).toEqual([
      20,
      '4.00',
      { id: 'answered', isCounted: true },
    ]);
    expect(more).toEqual([]);
  });
});
