import { describe, expect, it } from '@jest/globals';
import type { ActivityContent } from '#domain/activity/activity.js';
import { AgentClocks } from '#domain/clock/agent-clocks.js';
import { claimsOf, type ClockScope } from '#domain/clock/claims.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { paris, sampleContract, sampleScope, sampleVersion } from '#domain/contract/contract.fixture.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { ScheduleContent } from '#domain/schedule/schedule.js';
import { contractMeter } from './contract-meter.js';

const minute = 60_000;
const midnight = paris('2026-04-15T00:00');

const kpi: Kpi = {
  version: 1,
  minSample: 0,
  onNoData: 'neutral',
  type: 'adherence',
  definition: 'adherence@genesys',
  toleranceMs: 0,
  equivalent: [],
  ignored: ['OTHER'],
  asOf: 'instant',
};

/** A bonus makes the KPI counted. */
function termsOf(own: Kpi, more: Partial<Terms> = {}): Partial<Terms> {
  return { kpis: { plan: own }, ...more };
}

const scope: ClockScope = {
  ...sampleScope,
  agentCode: (agent) => (agent === 'c:a1' ? 'ann' : null),
  agentProgramme: () => 'P',
  stateOf: (_, code) => (code === 'WORK' ? 'AVAILABLE' : null),
};

/** Planned from 22:00 for four hours, and worked for as long but for the minutes 60 to 70. */
const from = midnight + 1_320 * minute;
const night: ScheduleContent = {
  kind: 'schedule',
  schedule: 'p:schedule/c:a1/2026-04-15',
  connection: 'p',
  agent: 'c:a1',
  startedAt: midnight,
  endedAt: midnight + 1_440 * minute,
  versions: [
    { publishedAt: midnight, stretches: [{ code: 'WORK', startedAt: from, endedAt: from + 240 * minute }] },
  ],
};
const worked = [
  [0, 60],
  [70, 240],
].map(([start = 0, end = 0], index): ActivityContent => ({
  kind: 'activity',
  activity: `c:${index}`,
  connection: 'c',
  agent: 'c:a1',
  state: 'AVAILABLE',
  startedAt: from + start * minute,
  endedAt: from + end * minute,
  queue: null,
  programme: null,
}));

function sums(contract: Contract, own: ClockScope = scope, schedule = night): Record<string, number> {
  const clocks = new AgentClocks(
    worked.flatMap((each) => claimsOf(each, own)),
    own,
    [schedule],
  );
  const found: Record<string, number> = {};
  for (const { period, key, value } of contractMeter(contract, own).measureSchedule(schedule, clocks.dayOf))
    found[`${period} ${key}`] = value / minute;
  return found;
}

describe('A schedule of an agent', () => {
  it('adds planned and kept time to KPIs of the programme of the agent', () => {
    const contract = sampleContract(termsOf(kpi));
    expect(sums(contract)).toEqual({ '2026-04 kpi/plan/1/-/n/-': 230, '2026-04 kpi/plan/1/-/d/-': 240 });
    expect(sums(contract, { ...scope, agentProgramme: () => 'other' })).toEqual({});
    expect(sums(contract, { ...scope, agentProgramme: () => null })).toEqual({});
  });

  it('is not in `measure`, and makes the contract one that reads the clock', () => {
    const meter = contractMeter(sampleContract(termsOf(kpi)), scope);
    expect(meter.measure(night)).toEqual([]);
    expect([meter.isOnClock, meter.reads.schedule]).toEqual([true, true]);
    const other = contractMeter(sampleContract({}), scope);
    expect([other.isOnClock, other.reads.schedule]).toEqual([false, false]);
  });

  it('is of no contract for some of the queues, of no machine, of no unknown agent', () => {
    const some = sampleContract(
      termsOf(kpi, { scope: { queues: ['q1'], channels: null, directions: null } }),
    );
    expect(sums(some)).toEqual({});
    const machine: ClockScope = {
      ...scope,
      agent: () => ({ kind: 'machine', grade: null, site: null, country: null, skills: [], languages: [] }),
    };
    expect(sums(sampleContract(termsOf(kpi)), machine)).toEqual({});
    expect(sums(sampleContract(termsOf(kpi)), { ...scope, agentCode: () => null })).toEqual({});
  });

  it('is cut where terms change, each part by its own definition; a deviation is as long as it was', () => {
    // the terms change within the deviation of ten minutes, at the minute 66
    const change = from + 66 * minute;
    const later = (toleranceMs: number): Contract =>
      sampleContract(
        {},
        {
          versions: [
            sampleVersion(1, null, termsOf(kpi)),
            sampleVersion(2, change, termsOf({ ...kpi, toleranceMs })),
          ],
        },
      );
    expect(sums(later(0))).toEqual({
      '2026-04 kpi/plan/1/-/n/-': 60,
      '2026-04 kpi/plan/1/-/d/-': 66,
      '2026-04 kpi/plan/2/-/n/-': 170,
      '2026-04 kpi/plan/2/-/d/-': 174,
    });
    expect(sums(later(10 * minute))).toMatchObject({ '2026-04 kpi/plan/2/-/n/-': 170 });
    expect(sums(later(10 * minute + 1))).toMatchObject({ '2026-04 kpi/plan/2/-/n/-': 174 });
  });

  it('is cut at the end of the month', () => {
    const days = paris('2026-04-30T00:00') - midnight;
    const move = <T extends { startedAt: number; endedAt: number }>(each: T): T => ({
      ...each,
      startedAt: each.startedAt + days,
      endedAt: each.endedAt + days,
    });
    const last = {
      ...move(night),
      versions: night.versions.map((each) => ({ ...each, stretches: each.stretches.map(move) })),
    };
    const clocks = new AgentClocks(
      worked.map(move).flatMap((each) => claimsOf(each, scope)),
      scope,
      [last],
    );
    const found = contractMeter(sampleContract(termsOf(kpi)), scope)
      .measureSchedule(last, clocks.dayOf)
      .map(({ period, key, value }) => [period, key, value / minute]);
    expect(found).toEqual([
      ['2026-04', 'kpi/plan/1/-/n/-', 110],
      ['2026-05', 'kpi/plan/1/-/n/-', 120],
      ['2026-04', 'kpi/plan/1/-/d/-', 120],
      ['2026-05', 'kpi/plan/1/-/d/-', 120],
    ]);
  });

  it('is without the time of an outage that is waived', () => {
    const during = { from: from + 50 * minute, to: from + 65 * minute };
    const contract = sampleContract(
      termsOf(kpi, {
        bonusMalus: [
          {
            kind: 'kpi',
            id: 'B',
            name: 'B',
            kpi: 'plan',
            base: [],
            shapes: [],
            cap: { bonus: null, malus: null },
            during: null,
          },
        ],
        waivers: [{ kind: 'outage', id: 'W', of: ['B'], proof: 'incident 7', ...during }],
      }),
    );
    expect(sums(contract)).toEqual({ '2026-04 kpi/plan/1/-/n/-': 220, '2026-04 kpi/plan/1/-/d/-': 225 });
  });
});
