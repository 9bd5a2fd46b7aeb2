import { describe, expect, it } from '@jest/globals';
import {
  contact,
  contactCount,
  fixedLine,
  sampleContract,
  sampleLeg,
  sampleScope,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { extentOf, issueWindowsOf } from './contract-index.js';
import { contractMeter } from './contract-meter.js';

describe('The extent of a contact', () => {
  it.each([
    ['is that of its legs', {}, [1_000, 5_000]],
    ['begins where the agent dialled', { dialMs: 300 }, [700, 5_000]],
    ['ends where after-call work ends, which begins with the end', { acwMs: 200 }, [1_000, 5_200]],
    ['ends where after-call work ends that began later', { acwStartedAt: 6_000, acwMs: 200 }, [1_000, 6_200]],
    [
      'ends with the leg where after-call work lay in it',
      { acwStartedAt: 2_000, acwMs: 200 },
      [1_000, 5_000],
    ],
  ])('%s', (_, leg, [from, to]) => {
    expect(extentOf(contact({ legs: [sampleLeg(1_000, 5_000, leg)] }))).toEqual({ from, to });
  });

  it('spans its stay in queues and work beside its legs', () => {
    const segments = [
      { queue: 'c:q1', enteredAt: 500, leftAt: 900, waitMs: 400, result: 'abandoned' } as const,
      { queue: 'c:q2', enteredAt: 900, leftAt: 7_000, waitMs: 6_100, result: 'abandoned' } as const,
    ];
    expect(extentOf(contact({ segments, legs: [sampleLeg(1_000, 5_000)] }))).toEqual({
      from: 500,
      to: 7_000,
    });
  });
});

describe('The work that a contract reads', () => {
  const reads = (...args: Parameters<typeof sampleContract>) =>
    Object.entries(contractMeter(sampleContract(...args), sampleScope).reads).flatMap(([kind, is]) =>
      is ? [kind] : [],
    );

  it('is none where it charges a fixed amount alone', () => {
    expect(reads({ lines: [fixedLine('1.00')] })).toEqual([]);
  });

  it('is contacts where it counts them, and timelines and activities where it pays for preparation', () => {
    expect(reads({ measures: { contacts: contactCount('handled') }, lines: [unitLine()] })).toEqual([
      'contact',
    ]);
    expect(reads({ measures: { time: workTime(['PREP']) }, lines: [timeLine()] })).toEqual([
      'activity',
      'timeline',
    ]);
  });
});

it('takes the windows of anchored issues from the contracts of the programme', () => {
  const fcr = (windowMs: number): Kpi => ({
    version: 1,
    minSample: 0,
    onNoData: 'neutral',
    type: 'fcrPerIssue',
    chain: 'anchored',
    windowMs,
    unknownCustomer: 'exclude',
    basis: 'gross',
    notSolvable: [],
  });
  const meters = [
    contractMeter(sampleContract({ kpis: { fcr: fcr(1_000) } }), sampleScope),
    contractMeter(sampleContract({ kpis: { fcr: fcr(2_000) } }, { programme: 'Q' }), sampleScope),
  ];
  expect([issueWindowsOf(meters, 'P'), issueWindowsOf(meters, 'Q')]).toEqual([[1_000], [2_000]]);
});
