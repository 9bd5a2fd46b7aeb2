import { describe, expect, it } from '@jest/globals';
import type { Example, Given } from '#domain/metering/example.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Contract } from '#domain/contract/contract.js';
import {
  anyWork,
  contactCount,
  paris,
  sampleContract,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import { runExample } from './example.js';

const anyAgent = { grade: null, site: null, country: null, skills: [], languages: [] };

type GivenContact = Extract<Given, { kind: 'contact' }>;

function call(at: string, rest: Partial<GivenContact> = {}): GivenContact {
  return {
    kind: 'contact',
    times: 1,
    queue: 'q1',
    enteredAt: paris(at),
    media: 'voice',
    direction: 'inbound',
    result: 'answered',
    waitMs: 0,
    dialMs: 0,
    talkMs: 0,
    holdMs: 0,
    acwMs: 0,
    agent: anyAgent,
    disposition: null,
    transferred: false,
    customer: { nextAfterMs: null, previousBeforeMs: null },
    ...rest,
  };
}

function run(contract: Contract, given: readonly Given[], expected: Partial<Example>) {
  const example = { says: 'so', period: '2026-07', given, price: null, lines: {}, ...expected };
  return runExample(contract, example).differences;
}

const minutes = sampleContract({
  measures: { talk: workTime(['TALK']) },
  lines: [
    timeLine({
      measure: 'talk',
      unit: 'minute',
      price: '0.42',
      bands: [
        {
          id: 'holiday',
          days: ['holiday'],
          times: [{ fromMs: 20 * 3_600_000, toMs: 86_400_000 }],
          price: '0.59',
          surcharge: null,
        },
      ],
      rates: [{ id: 'expert', price: '1.00', when: { ...anyWork, grades: ['expert'] } }],
    }),
  ],
});

describe('an example of a contract', () => {
  it('confirms an example where counting and pricing give its amounts, in the time zone of the contract', () => {
    // Bastille Day, 20:05: 190 s x 0.59 / 60 = 1.868333...
    const given = [call('2026-07-14T20:05', { talkMs: 190_000 })];
    expect(run(minutes, given, { price: '1.87', lines: { L1: '1.87' } })).toEqual([]);
    // a minute before eight it is the line's own price until eight: 60 s x 0.42 / 60 + 130 s x 0.59 / 60
    const before = [call('2026-07-14T19:59', { talkMs: 190_000 })];
    expect(run(minutes, before, { price: '1.70', lines: { L1: '1.7' } })).toEqual([]);
  });

  it('reports every part that differs, and a part that the invoice does not have', () => {
    const given = [call('2026-07-14T20:05', { talkMs: 190_000 })];
    expect(run(minutes, given, { price: '1.88', lines: { L1: '1.87', L2: '1.00' } })).toEqual([
      { part: null, expected: '1.88', got: '1.87' },
      { part: 'L2', expected: '1.00', got: null },
    ]);
  });

  it('counts a given contact as many times as the example says, each with its own agent', () => {
    const given = [
      call('2026-07-01T10:00', { talkMs: 60_000, times: 10 }),
      call('2026-07-01T10:00', { talkMs: 60_000, times: 2, agent: { ...anyAgent, grade: 'expert' } }),
    ];
    expect(run(minutes, given, { price: '6.20', lines: { L1: '6.20' } })).toEqual([]);
  });

  it('counts repeat contacts of known customers only', () => {
    const fcr: Kpi = {
      type: 'fcrPerContact',
      windowMs: 7 * 86_400_000,
      unknownCustomer: 'exclude',
      basis: 'gross',
      notSolvable: [],
      version: 1,
      minSample: 0,
      onNoData: 'neutral',
    };
    const contract = sampleContract({
      measures: { solved: { kind: 'resolved', kpi: 'fcr' } },
      kpis: { fcr },
      lines: [unitLine({ model: 'outcome', measure: 'solved', pricing: { mode: 'flat', price: '4.20' } })],
    });
    const again = (nextAfterMs: number): Partial<GivenContact> => ({
      customer: { nextAfterMs, previousBeforeMs: null },
    });
    const given = [
      call('2026-07-01T10:00', { times: 5 }),
      call('2026-07-01T10:00', { times: 3, ...again(7 * 86_400_000) }),
      call('2026-07-01T10:00', { times: 2, ...again(7 * 86_400_000 + 1) }),
      call('2026-07-01T10:00', { times: 9, customer: null }),
      call('2026-07-01T10:00', { times: 9, result: 'abandoned' }),
    ];
    expect(run(contract, given, { price: '29.40' })).toEqual([]);
  });

  it('prices the month of the example and reads the others as its past, idle ones included', () => {
    const answer = (at: string, score: number, times: number): Given => ({
      kind: 'events',
      times,
      queue: null,
      agent: null,
      events: [{ name: 'quality.evaluated', at: paris(at), data: { score } }],
    });
    const contract = sampleContract({
      measures: { contacts: contactCount('handled') },
      kpis: { q: { type: 'quality', field: 'score', version: 1, minSample: 1, onNoData: 'asTarget' } },
      lines: [unitLine({ pricing: { mode: 'flat', price: '100.00' } })],
      bonusMalus: [
        {
          kind: 'kpi',
          id: 'A',
          name: 'A',
          kpi: 'q',
          base: ['L1'],
          shapes: [{ shape: 'step', points: [{ op: 'lt', value: '80', rate: '-0.05' }] }],
          cap: { bonus: null, malus: null },
          during: null,
        },
        { kind: 'earnBack', id: 'E', name: 'E', of: ['A'], share: '0.5', ifTargetsMetFor: 2 },
      ],
    });
    const given = [
      call('2026-05-04T10:00'),
      answer('2026-05-04T10:00', 70, 1),
      call('2026-07-04T10:00'),
      answer('2026-07-04T10:00', 95, 1),
    ];
    expect(run(contract, given, { lines: { L1: '100.00', E: '2.50' }, price: '102.50' })).toEqual([]);
    expect(run(contract, given, { period: '2026-05', price: '95.00' })).toEqual([]);
  });

  it('counts time that an agent spends outside of contacts', () => {
    const contract = sampleContract({
      measures: { time: workTime(['PREP']) },
      lines: [timeLine({ price: '30.00' })],
    });
    const startedAt = paris('2026-07-01T09:00');
    const work = (state: 'PREP' | 'BREAK'): Given => ({
      kind: 'work',
      times: 3,
      state,
      startedAt,
      endedAt: startedAt + 1_200_000,
      queue: null,
      agent: anyAgent,
    });
    expect(run(contract, [work('PREP'), work('BREAK')], { price: '30.00' })).toEqual([]);
  });
});
