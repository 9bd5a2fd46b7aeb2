import { describe, expect, it } from '@jest/globals';
import type { AgentChanged } from '#domain/fact/fact.js';
import { inOrder, stretchesOf } from './timeline.js';

const day = Date.UTC(2026, 2, 3);

/** `09:07:00.999`, or `+1 09:07` for a later day. */
function at(text: string): number {
  const [, days = '0', hours, minutes, seconds = '0'] =
    /^(?:\+(\d+) )?(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(text) ?? [];
  return (
    day +
    Number(days) * 86_400_000 +
    (Number(hours) * 60 + Number(minutes)) * 60_000 +
    Number(seconds) * 1_000
  );
}

let count = 0;

function boundary(when: string, code: string, own: Partial<AgentChanged> = {}): AgentChanged {
  count += 1;
  return {
    type: 'agent.changed',
    id: `b${String(count).padStart(3, '0')}`,
    entity: 'c:agent/a1/state',
    connection: 'c',
    at: at(when),
    revision: 0,
    agent: 'c:a1',
    axis: 'state',
    code,
    reason: null,
    observed: false,
    sequence: 0,
    ...own,
  };
}

const session = { axis: 'session' };
const login = (when: string): AgentChanged => boundary(when, 'LOGGED_IN', session);
const logout = (when: string): AgentChanged => boundary(when, 'LOGGED_OUT', session);
const seen = { observed: true };

/**
 * Whole seconds of a code by hour of the day, each part cut to the second: as the product of the facts does.
 */
function byHour(boundaries: readonly AgentChanged[], code: string, openUntil: string | null = null) {
  const found: Record<string, string> = {};
  const until = openUntil === null ? null : at(openUntil);
  const ms = new Map<number, number>();
  for (const { code: own, startedAt, endedAt } of stretchesOf(inOrder(boundaries), undefined, until)) {
    if (own !== code) continue;
    for (let from = startedAt; from < endedAt;) {
      const hour = Math.floor(from / 3_600_000);
      const to = Math.min(endedAt, (hour + 1) * 3_600_000);
      ms.set(hour, (ms.get(hour) ?? 0) + Math.floor((to - from) / 1_000));
      from = to;
    }
  }
  for (const [hour, seconds] of ms) {
    const clock = new Date(seconds * 1_000).toISOString().slice(11, 19);
    found[new Date(hour * 3_600_000).toISOString().slice(8, 13)] = clock;
  }
  return found;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

// The expected times are those of the acceptance features of a shipped product, by hand.
describe('The timeline of an agent', () => {
  it('counts two sessions of a morning by the hour', () => {
    const facts = [login('09:07:00.999'), logout('09:12:06'), login('09:45'), logout('10:02:30')];
    for (const order of permutations(facts)) {
      expect(byHour(order, 'LOGGED_IN')).toEqual({ '03T09': '00:20:05', '03T10': '00:02:30' });
    }
  });

  it('counts a session over the full hour, and one of half a minute after it', () => {
    const facts = [login('08:50:00.999'), logout('09:01:06'), login('09:02'), logout('09:02:30')];
    for (const order of permutations(facts)) {
      expect(byHour(order, 'LOGGED_IN')).toEqual({ '03T08': '00:09:59', '03T09': '00:01:36' });
    }
  });

  it('shows a session without a logout up to the end of what is asked for, and bills none of it', () => {
    const facts = [login('09:10'), logout('09:10:06'), login('09:20'), logout('09:20:30'), login('09:50')];
    for (const order of permutations(facts)) {
      expect(byHour(order, 'LOGGED_IN', '12:00')).toEqual({
        '03T09': '00:10:36',
        '03T10': '01:00:00',
        '03T11': '01:00:00',
      });
      expect(byHour(order, 'LOGGED_IN')).toEqual({ '03T09': '00:00:36' });
    }
  });

  it('counts every hour of a day on which nothing was said', () => {
    const facts = [login('08:50'), logout('+2 09:00')];
    const hours = byHour(facts, 'LOGGED_IN');
    const second = Object.entries(hours).filter(([hour]) => hour.startsWith('04T'));
    expect(second).toHaveLength(24);
    expect(new Set(second.map(([, clock]) => clock))).toEqual(new Set(['01:00:00']));
    expect(byHour(facts.toReversed(), 'LOGGED_IN')).toEqual(hours);
  });

  it('lets the first pause open and the first resumption close, whatever is reported again between', () => {
    const paused = ['08:41:30', '08:47:16', '08:47:17', '08:47:18', '08:48:45'];
    const resumed = ['08:46:38', '08:50:46', '08:50:59', '08:54:09'];
    const facts = [
      ...paused.map((when) => boundary(when, 'PAUSE')),
      ...resumed.map((when) => boundary(when, 'READY')),
    ];
    // 5:08 + 3:30
    const orders = [facts, facts.toReversed(), [...facts, ...facts].filter((_, index) => index % 2 === 0)];
    for (const order of orders) expect(byHour(order, 'PAUSE')).toEqual({ '03T08': '00:08:38' });
    const stretches = stretchesOf(inOrder(facts)).filter(({ code }) => code === 'PAUSE');
    expect(stretches.map(({ startedAt, endedAt }) => endedAt - startedAt)).toEqual([308_000, 210_000]);
  });
});

describe('The end of a state', () => {
  const ends = (...facts: AgentChanged[]) =>
    stretchesOf(inOrder(facts)).map(({ code, startedAt, endedAt, closedBy, unseenMs }) => [
      code,
      (endedAt - startedAt) / 1_000,
      closedBy,
      unseenMs / 1_000,
    ]);

  it('is the next state, or the logout, however late', () => {
    expect(ends(boundary('08:00', 'READY'), boundary('09:00', 'AUX', { reason: '3' }))).toEqual([
      ['READY', 3_600, 'change', 0],
    ]);
    expect(ends(boundary('08:00', 'READY'), boundary('+1 09:00', 'LOGGED_OUT'))).toEqual([
      ['READY', 90_000, 'logout', 0],
    ]);
  });

  it('is where the agent was last seen, if a login follows without a logout', () => {
    expect(
      ends(
        boundary('08:00', 'READY'),
        boundary('08:20', 'READY', seen),
        boundary('+1 06:00', 'LOGGED_IN'),
        boundary('+1 06:05', 'READY'),
        boundary('+1 06:06', 'AUX'),
      ),
    ).toEqual([
      ['READY', 1_200, 'silence', 78_000],
      ['READY', 60, 'change', 0],
    ]);
    expect(ends(login('08:00'), login('08:30'), login('+1 06:00'), logout('+1 07:00'))).toEqual([
      ['LOGGED_IN', 1_800, 'silence', 77_400],
      ['LOGGED_IN', 3_600, 'logout', 0],
    ]);
  });

  it('is where it was last seen, if nothing was heard for longer than any shift', () => {
    expect(ends(boundary('08:00', 'READY'), boundary('20:00', 'AUX'))).toEqual([
      ['READY', 43_200, 'change', 0],
    ]);
    expect(ends(boundary('08:00', 'READY'), boundary('20:00:00.001', 'AUX'))).toEqual([
      ['READY', 0, 'silence', 43_200.001],
    ]);
  });

  it('is the next login or snapshot of the same state, up to a gap of exactly an hour and of twelve', () => {
    expect(ends(login('08:00'), login('09:00'), logout('10:00'))).toEqual([
      ['LOGGED_IN', 7_200, 'logout', 0],
    ]);
    expect(ends(login('08:00'), login('09:00:00.001'), logout('10:00'))).toEqual([
      ['LOGGED_IN', 0, 'silence', 3_600.001],
      ['LOGGED_IN', 3_599.999, 'logout', 0],
    ]);
    expect(ends(boundary('08:00', 'READY'), boundary('20:00', 'READY', seen))).toEqual([
      ['READY', 43_200, 'evidence', 0],
    ]);
    expect(ends(boundary('08:00', 'READY'), boundary('20:00:00.001', 'READY', seen))).toEqual([
      ['READY', 0, 'silence', 43_200.001],
    ]);
  });

  it('is not moved by a snapshot: one of the same state says that it held, one of another that it did not', () => {
    const change = [boundary('08:00', 'READY'), boundary('09:00', 'AUX')];
    expect(ends(...change, boundary('08:30', 'READY', seen))).toEqual(ends(...change));
    expect(
      ends(boundary('08:00', 'READY'), boundary('08:10', 'READY', seen), boundary('08:15', 'AUX', seen)),
    ).toEqual([['READY', 600, 'silence', 300]]);
  });

  it('is open, and nothing is billed, as long as nothing was said after it', () => {
    expect(ends(boundary('08:00', 'READY'))).toEqual([]);
    expect(stretchesOf([boundary('08:00', 'READY')], 1, at('08:30'))).toMatchObject([
      { startedAt: at('08:00'), endedAt: at('08:30'), closedBy: 'evidence', unseenMs: 0 },
    ]);
  });

  it('is decided by the platform’s own order, if it says several things of one instant', () => {
    const facts = [
      boundary('08:00', 'AUX', { sequence: 2 }),
      boundary('08:00', 'READY', { sequence: 1 }),
      boundary('08:10', 'LOGGED_IN'),
      boundary('08:10', 'LOGGED_OUT'),
    ];
    for (const order of permutations(facts)) expect(ends(...order).at(0)).toEqual(['AUX', 0, 'silence', 600]);
    expect(
      ends(boundary('08:00', 'READY'), boundary('08:10', 'AUX'), boundary('08:10', 'LOGGED_OUT')),
    ).toEqual([['READY', 600, 'change', 0]]);
  });

  it('is decided by login first, logout last, then by name, if the platform has no order of its own', () => {
    const first = [
      boundary('08:00', 'READY', { id: 'a' }),
      boundary('08:00', 'LOGGED_IN', { id: 'b' }),
      boundary('08:10', 'AUX'),
    ];
    const named = [
      boundary('08:00', 'READY', { id: 'b' }),
      boundary('08:00', 'AUX', { id: 'a' }),
      boundary('08:10', 'LOGGED_OUT'),
    ];
    for (const order of permutations(first)) expect(ends(...order)).toEqual([['READY', 600, 'change', 0]]);
    for (const order of permutations(named)) expect(ends(...order)).toEqual([['READY', 600, 'logout', 0]]);
  });
});
