import { describe, expect, it } from '@jest/globals';
import type { Terms } from '#domain/contract/contract.js';
import type { KpiBonusMalus } from '#domain/contract/bonus-malus.js';
import type { Commitment } from '#domain/contract/commitment.js';
import type { Kpi } from '#domain/contract/kpi.js';
import {
  fixedLine,
  paris,
  sampleContract,
  sampleVersion,
  unitLine,
} from '#domain/contract/contract.fixture.js';
import { lookBackPeriods } from './look-back.js';

const csat = (onNoData: Kpi['onNoData']): Kpi => ({
  version: 1,
  minSample: 0,
  onNoData,
  type: 'topBox',
  question: 'csat',
  boxes: [4, 5],
  scale: [1, 5],
});
const spend = {
  kind: 'amount',
  id: 'S',
  name: 'S',
  base: null,
  minimum: '1.00',
  maximum: null,
  proration: 'calendarDays',
} as const;
const earnBack = { kind: 'earnBack', id: 'E', name: 'E', of: [], share: '0.5', ifTargetsMetFor: 3 } as const;
const maturing = unitLine({ model: 'outcome', settleAfter: 'maturity' });
const gated = fixedLine('1.00', {
  payIf: { kpi: 'csat', op: 'gt', value: '0.85', minSample: null, onNoData: 'previousPeriod' },
});

const step: KpiBonusMalus = {
  kind: 'kpi',
  id: 'A',
  name: 'A',
  kpi: 'csat',
  base: ['L1'],
  shapes: [{ shape: 'step', points: [{ op: 'lt', value: '0.8', rate: '-0.10' }] }],
  cap: { bonus: null, malus: null },
  during: null,
};
const escalated: KpiBonusMalus = { ...step, escalation: ['1', '2'] };

describe('The periods that a price looks back to', () => {
  it.each<[string, Partial<Terms>, readonly string[]]>([
    ['nothing', { kpis: { csat: csat('neutral') } }, []],
    ['the last value of a KPI', { kpis: { csat: csat('previousPeriod') } }, ['2026-01']],
    ['the last value at a gate', { lines: [gated] }, ['2026-01']],
    ['results that had to mature', { lines: [maturing] }, ['2026-01', '2025-12']],
    ['what is earned back', { bonusMalus: [earnBack] }, ['2026-01', '2025-12', '2025-11']],
    ['the months in a row of a malus that doubles in the second', { bonusMalus: [escalated] }, ['2026-01']],
    ['nothing for results that are final at the close', { lines: [unitLine({ model: 'outcome' })] }, []],
    ['nothing for a malus that stays as it is', { bonusMalus: [step] }, []],
    [
      'what is earned back of a month that itself looked back',
      { bonusMalus: [earnBack], lines: [maturing], kpis: { csat: csat('previousPeriod') } },
      ['2026-01', '2025-12', '2025-11', '2025-10', '2025-09'],
    ],
  ])('are those that the terms need: %s', (_, terms, expected) => {
    expect(lookBackPeriods(sampleContract(terms), '2026-02')).toEqual(expected);
  });

  it('are those of the version or calendar window that reaches furthest', () => {
    const window = {
      id: 'W',
      from: paris('2026-03-01T00:00'),
      to: paris('2026-04-01T00:00'),
      terms: sampleContract({ lines: [gated] }).versions[0]!.terms,
    };
    const versions = [
      { ...sampleVersion(1, null, {}), windows: [window] },
      sampleVersion(2, paris('2026-05-16T00:00'), { bonusMalus: [earnBack] }),
    ];
    expect(lookBackPeriods(sampleContract({}, { versions }), '2026-02')).toHaveLength(4);
  });

  it('are the months of the commitment period before it', () => {
    const lines = [unitLine({ over: 'calendarYear' })];
    expect(lookBackPeriods(sampleContract({ lines }), '2026-04')).toEqual(['2026-03', '2026-02', '2026-01']);
    expect(lookBackPeriods(sampleContract({ lines }), '2026-01')).toEqual([]);
  });

  it('are those that a month of the commitment period looks back to as well', () => {
    const yearly: Commitment = { ...spend, over: 'calendarYear' };
    const quarterly: Commitment = { ...spend, id: 'Q', over: 'contractQuarter' };
    const term = { firstDay: '2025-06-01', lastDay: null };
    const contract = (commitments: readonly Commitment[]) =>
      sampleContract({ commitments, bonusMalus: [earnBack] }, { term });
    // January, and the three months before it that earn back
    expect(lookBackPeriods(contract([yearly]), '2026-02').at(-1)).toBe('2025-10');
    // the quarter of January began in December
    expect(lookBackPeriods(contract([quarterly, yearly]), '2026-02').at(-1)).toBe('2025-09');
  });
});
