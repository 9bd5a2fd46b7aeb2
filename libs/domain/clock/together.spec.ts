import { describe, expect, it } from '@jest/globals';
import type { ActivityContent } from '#domain/activity/activity.js';
import {
  answeredCall,
  contact,
  paris,
  sampleLeg,
  sampleScope,
  utc,
} from '#domain/contract/contract.fixture.js';
import type { ContactContent, PostingContent } from '#domain/posting/posting.js';
import type { TogetherLimit } from '#domain/scope/plausibility.js';
import type { TimelineContent } from '#domain/timeline/timeline.js';
import type { ClockScope } from './claims.js';
import { heldTogether, piecesOf } from './together.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A day of 24 hours in Paris, thirty at once. `c:a1` and `d:a1` are one person. */
const scopeOf = (confirmed: Readonly<Record<string, number>> = {}): ClockScope => ({
  ...sampleScope,
  agentCode: (agent) => (agent === 'c:x' ? null : agent.slice(2)),
  stateOf: (_connection, code) => code as 'PREP',
  plausibility: {
    limitsOf: () => ({ handlingMs: dayMs, waitMs: 31 * dayMs, stateMs: dayMs }),
    confirmedMs: (work, limit) => confirmed[`${limit} ${work}`] ?? 0,
    together: { limitsOf: () => ({ dayMs, atOnce: 30, timeZone: 'Europe/Paris' }) },
  },
});

/** What is held of all that stands: by work, its limit and its length in hours. */
function heldOf(contents: readonly PostingContent[], scope = scopeOf()): [string, TogetherLimit, number][] {
  const pieces = contents.flatMap((content) => piecesOf(content, scope));
  const { plausibility } = scope;
  if (plausibility === undefined) throw new Error('limits are set above');
  const there = heldTogether(pieces, plausibility);
  const back = heldTogether(pieces.toReversed(), plausibility);
  expect(new Map([...back].sort())).toEqual(new Map([...there].sort()));
  return [...there.values()]
    .flat()
    .map(({ work, limit, ms }): [string, TogetherLimit, number] => [
      work,
      limit as TogetherLimit,
      ms / hourMs,
    ])
    .sort(([a, x], [b, y]) => (`${a} ${x}` < `${b} ${y}` ? -1 : 1));
}

/** One-hour sessions of an agent, a second apart. */
function sessions(count: number, parts: Partial<ContactContent> = {}): ContactContent[] {
  const first = utc('2026-03-02T08:00:00Z');
  return Array.from({ length: count }, (_, index) => {
    const from = first + index * 1_000;
    return { ...answeredCall(from, from + hourMs), contact: `c:${100 + index}`, ...parts };
  });
}

const call = (name: string, from: number, ms: number, agent = 'c:a1'): ContactContent => {
  const made = answeredCall(from, from + ms, { agent });
  return { ...made, contact: `${agent.slice(0, 2)}${name}`, connection: agent.slice(0, 1) };
};

const activity = (
  name: string,
  from: number,
  ms: number,
  state: ActivityContent['state'],
): ActivityContent => ({
  kind: 'activity',
  activity: name,
  connection: 'c',
  agent: 'c:a1',
  queue: null,
  programme: null,
  state,
  startedAt: from,
  endedAt: from + ms,
});

const midnight = paris('2026-03-02T00:00');

describe('More than a person can do', () => {
  it('is 100 one-hour calls a second apart: every one of them is held', () => {
    const held = heldOf(sessions(100));
    // 100 hours in one day, and a hundred at once
    expect(held).toHaveLength(200);
    expect(held[0]).toEqual(['c:100', 'atOnce', 1]);
    expect(held[1]).toEqual(['c:100', 'day', 100]);
    expect(new Set(held.map(([work]) => work)).size).toBe(100);
  });

  it('is no chat that begins in the instant in which the crowd ends', () => {
    const from = utc('2026-03-02T08:00:00Z');
    const chat = (name: string, at: number): ContactContent => {
      return { ...answeredCall(at, at + hourMs), contact: name, media: 'chat' };
    };
    const crowd = Array.from({ length: 31 }, (_, index) => chat(`c:${100 + index}`, from));
    const held = heldOf([...crowd, chat('c:after', from + hourMs), chat('c:before', from - hourMs)]);
    expect(held.map(([work]) => work)).toEqual(crowd.map(({ contact: name }) => name));
  });

  it('is 31 chats at once, not 30, and not those that follow each other', () => {
    const chats = (count: number) => sessions(count, { media: 'chat' });
    expect(heldOf(chats(30))).toEqual([]);
    const held = heldOf(chats(31));
    expect(held).toHaveLength(31);
    expect(held[0]).toEqual(['c:100', 'atOnce', 1]);
    const first = sessions(1)[0]?.segments[0]?.enteredAt ?? 0;
    const before = answeredCall(first - 2 * hourMs, first);
    const beside = { ...before, contact: 'c:998', media: 'chat' as const };
    expect(heldOf([beside, ...chats(31)])).toHaveLength(31);
    // the 31st begins as the first one ends
    const last = {
      ...answeredCall(first + hourMs, first + 2 * hourMs),
      contact: 'c:999',
      media: 'chat' as const,
    };
    expect(heldOf([...chats(30), last])).toEqual([]);
  });

  it('is more than the 24 hours of a local day, on whatever platform: all of that day, no other', () => {
    const day = [call('1', midnight, 14 * hourMs), call('2', midnight + 9 * hourMs, 10 * hourMs, 'd:a1')];
    expect(heldOf(day)).toEqual([]);
    const more = call('3', midnight + 20 * hourMs, 1);
    const late = call('4', midnight + dayMs, hourMs);
    const other = call('5', midnight + 20 * hourMs, hourMs, 'c:a2');
    expect(heldOf([...day, more, late, other]).map(([work, limit]) => [work, limit])).toEqual([
      ['c:1', 'day'],
      ['c:3', 'day'],
      ['d:2', 'day'],
    ]);
  });

  it('has of a call over midnight its part in each day', () => {
    const over = call('1', midnight + 22 * hourMs, 4 * hourMs);
    const before = call('2', midnight, 22 * hourMs);
    const after = call('3', midnight + dayMs, 22 * hourMs);
    expect(heldOf([over, before, after])).toEqual([]);
    expect(heldOf([over, before, call('3', midnight + dayMs, 22 * hourMs + 1)])).toHaveLength(2);
  });

  it('holds a call over midnight for the longer one of two days that are too long', () => {
    const over = call('1', midnight + 22 * hourMs, 4 * hourMs);
    const days = [call('2', midnight, 23 * hourMs), call('3', midnight + dayMs, 24 * hourMs)];
    expect(heldOf([over, ...days])).toEqual([
      ['c:1', 'day', 26],
      ['c:2', 'day', 25],
      ['c:3', 'day', 26],
    ]);
  });

  it('allows 25 hours where clocks go back, 23 where they go forward', () => {
    const autumn = paris('2026-10-25T00:00');
    expect(
      heldOf([
        activity('x', autumn, 12 * hourMs, 'PREP'),
        activity('y', autumn + 12 * hourMs, 13 * hourMs, 'PREP'),
      ]),
    ).toEqual([]);
    const spring = paris('2026-03-29T00:00');
    const beside = [activity('x', spring, 12 * hourMs, 'PREP'), activity('y', spring, 11 * hourMs, 'PREP')];
    expect(heldOf(beside)).toEqual([]);
    expect(heldOf([...beside, activity('z', spring, 1, 'PREP')])).toHaveLength(3);
  });

  it('looks at logins, own states and calls each for itself: they lie in each other', () => {
    const whole = [
      activity('login', midnight, 20 * hourMs, 'LOGGED_IN'),
      activity('prep', midnight, 20 * hourMs, 'PREP'),
      call('1', midnight, 20 * hourMs),
    ];
    expect(heldOf(whole)).toEqual([]);
    expect(heldOf([...whole, activity('again', midnight, 5 * hourMs, 'LOGGED_IN')])).toEqual([
      ['again', 'day', 25],
      ['login', 'day', 25],
    ]);
  });

  it('holds of a timeline its stretches, each by its name; another axis is another line', () => {
    const stretch = (from: number, ms: number) => {
      const end = { endedAt: from + ms, closedBy: 'reported', unseenMs: 0 } as const;
      return { code: 'PREP', reason: null, startedAt: from, ...end };
    };
    const timeline = (axis: string): TimelineContent => ({
      kind: 'timeline',
      timeline: `c:agent/a1/${axis}@0`,
      connection: 'c',
      agent: 'c:a1',
      axis,
      stretches: [stretch(midnight, 13 * hourMs), stretch(midnight + hourMs, 11 * hourMs)],
    });
    expect(heldOf([timeline('state'), timeline('presence')])).toEqual([]);
    const more = {
      ...timeline('state'),
      timeline: 'c:agent/a1/state@9',
      stretches: [stretch(midnight + 3, 9)],
    };
    expect(heldOf([timeline('state'), timeline('presence'), more]).map(([work]) => work)).toEqual([
      `c:agent/a1/state@0/${midnight}`,
      `c:agent/a1/state@0/${midnight + hourMs}`,
      `c:agent/a1/state@9/${midnight + 3}`,
    ]);
  });

  it('counts a leg as long as it reports, and that of an agent whom the catalogue does not know', () => {
    const reported = (name: string, agent: string) =>
      contact({ contact: name, legs: [sampleLeg(midnight, midnight, { agent, talkMs: 13 * hourMs })] });
    expect(heldOf([reported('c:1', 'c:x'), reported('c:2', 'c:x')])).toEqual([
      ['c:1', 'day', 26],
      ['c:2', 'day', 26],
    ]);
    const { stateOf: _, ...rest } = scopeOf();
    const machines = { isAgent: (agent: string) => agent === 'c:x', isQueue: () => false };
    expect(heldOf([reported('c:1', 'c:x'), reported('c:2', 'c:x')], { ...rest, machines })).toEqual([]);
  });

  it('does not count what is implausible by itself', () => {
    expect(heldOf([call('1', midnight, 25 * hourMs), call('2', midnight, 20 * hourMs)])).toEqual([]);
  });

  it('is what is not confirmed: that day as long as it was, the others of it still held', () => {
    const day = [call('1', midnight, 14 * hourMs), call('2', midnight, 11 * hourMs)];
    const confirmed = scopeOf({ 'day c:1': 25 * hourMs });
    expect(heldOf(day, confirmed)).toEqual([['c:2', 'day', 25]]);
    expect(heldOf([...day, call('3', midnight, hourMs)], confirmed)).toHaveLength(3);
  });
});
