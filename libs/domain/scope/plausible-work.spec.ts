import { describe, expect, it } from '@jest/globals';
import { contact, utc } from '#domain/contract/contract.fixture.js';
import type { ActivityContent } from '#domain/activity/activity.js';
import type { Leg } from '#domain/posting/posting.js';
import type { TimelineContent } from '#domain/timeline/timeline.js';
import { implausibleWork, plausibleWork } from './plausible-work.js';
import type { PlausibleLimit } from './plausibility.js';
import type { WorkScope } from './work-scope.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = utc('2026-03-02T08:00:00Z');

const leg = (parts: Partial<Leg> & Pick<Leg, 'startedAt' | 'endedAt'>): Leg => ({
  agent: 'c:a',
  queue: 'c:q',
  talkMs: parts.endedAt - parts.startedAt,
  holdMs: 0,
  dialMs: 0,
  acwMs: null,
  acwStartedAt: null,
  disposition: null,
  transferredOut: false,
  ...parts,
});

const scopeOf = (confirmed: Readonly<Record<string, number>> = {}): WorkScope => ({
  assignmentOf: () => null,
  agent: () => null,
  stateOf: (_connection, code) => (code === 'READY' ? 'AVAILABLE' : code === 'BUSY' ? 'CONTACT' : null),
  plausibility: {
    limitsOf: (connection) =>
      connection === 'free' ? null : { handlingMs: dayMs, waitMs: 31 * dayMs, stateMs: dayMs },
    confirmedMs: (work: string, limit: PlausibleLimit) => confirmed[`${limit} ${work}`] ?? 0,
  },
});

const call = (ms: number, parts: object = {}) =>
  contact({ legs: [leg({ startedAt: at, endedAt: at + ms, talkMs: ms, ...parts })] });
const activity = (ms: number): ActivityContent => ({
  kind: 'activity',
  activity: 'c:prep-1',
  connection: 'c',
  agent: 'c:a',
  queue: null,
  programme: null,
  state: 'PREP',
  startedAt: at,
  endedAt: at + ms,
});
const timeline = (...stretches: readonly (readonly [code: string, ms: number])[]): TimelineContent => ({
  kind: 'timeline',
  timeline: 'c:agent/a/state@0',
  connection: 'c',
  agent: 'c:a',
  axis: 'state',
  stretches: stretches.map(([code, ms], index) => ({
    code,
    reason: null,
    startedAt: at + index,
    endedAt: at + index + ms,
    closedBy: 'change',
    unseenMs: 0,
  })),
});

describe('Implausible work', () => {
  it('is longer than its limit: a day of a leg is not, a millisecond more is', () => {
    expect(implausibleWork(call(dayMs), scopeOf())).toEqual([]);
    expect(plausibleWork(call(dayMs), scopeOf())).toEqual(call(dayMs));
    expect(plausibleWork(call(dayMs + 1), scopeOf())).toBeNull();
  });

  it('is a session of 366 days, by its name, its length and its agent', () => {
    const found = implausibleWork(call(366 * dayMs), scopeOf());
    const { contact: work, legs } = call(0);
    // 366 days are 31 622 400 000 ms
    expect(found).toEqual([
      {
        work,
        limit: 'handling',
        ms: 31_622_400_000,
        startedAt: at,
        endedAt: at + 31_622_400_000,
        agent: legs[0]?.agent,
      },
    ]);
  });

  it('has dialling with the leg, after-call work for itself', () => {
    expect(implausibleWork(call(dayMs - 5_000, { dialMs: 5_001 }), scopeOf())).toMatchObject([
      { ms: dayMs + 1, startedAt: at - 5_001 },
    ]);
    const wrapUp = { acwMs: dayMs + 2, acwStartedAt: at + hourMs };
    expect(implausibleWork(call(hourMs, wrapUp), scopeOf())).toMatchObject([
      { ms: dayMs + 2, startedAt: at + hourMs },
    ]);
  });

  it('is held as a leg reports its talk where its instants say less', () => {
    const reported = call(0, { startedAt: at, endedAt: at, talkMs: 25 * hourMs, holdMs: 0 });
    expect(implausibleWork(reported, scopeOf())).toMatchObject([{ limit: 'handling', ms: 25 * hourMs }]);
  });

  it('is a wait of more than 31 days, beside what an agent took too long for', () => {
    const left = at + 32 * dayMs;
    const stay = {
      queue: 'c:q',
      enteredAt: at,
      leftAt: left,
      waitMs: 32 * dayMs,
      result: 'answered' as const,
    };
    const late = contact({ segments: [stay], legs: [leg({ startedAt: left, endedAt: left + 25 * hourMs })] });
    expect(implausibleWork(late, scopeOf()).map(({ limit, ms }) => [limit, ms])).toEqual([
      ['handling', 25 * hourMs],
      ['wait', 32 * dayMs],
    ]);
  });

  it('is an activity of more than a day', () => {
    expect(plausibleWork(activity(dayMs), scopeOf())).toEqual(activity(dayMs));
    expect(plausibleWork(activity(dayMs + 1), scopeOf())).toBeNull();
  });

  it('is one stretch of a timeline: the others count, what counts for nothing is not looked at', () => {
    const content = timeline(
      ['READY', hourMs],
      ['READY', 25 * hourMs],
      ['BUSY', 30 * hourMs],
      ['77', 30 * hourMs],
    );
    expect(implausibleWork(content, scopeOf()).map(({ work }) => work)).toEqual([
      `c:agent/a/state@0/${at + 1}`,
    ]);
    expect(plausibleWork(content, scopeOf())).toEqual({
      ...content,
      stretches: content.stretches.filter((_, index) => index !== 1),
    });
  });

  it('counts once it is confirmed, as long as it was then and no longer', () => {
    const { contact: work } = call(0);
    const confirmed = scopeOf({ [`handling ${work}`]: 25 * hourMs });
    expect(plausibleWork(call(25 * hourMs), confirmed)).toEqual(call(25 * hourMs));
    expect(plausibleWork(call(25 * hourMs + 1), confirmed)).toBeNull();
    expect(plausibleWork(call(25 * hourMs), scopeOf({ [`wait ${work}`]: 25 * hourMs }))).toBeNull();
  });

  it('is not looked for on a connection without limits, nor without a catalogue that has any', () => {
    const { plausibility: _, ...without } = scopeOf();
    expect(plausibleWork(call(366 * dayMs), without)).toEqual(call(366 * dayMs));
    const free = { ...call(366 * dayMs), connection: 'free' };
    expect(plausibleWork(free, scopeOf())).toBe(free);
  });
});
