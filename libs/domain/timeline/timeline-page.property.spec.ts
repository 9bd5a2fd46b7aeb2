import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AgentChanged } from '#domain/fact/fact.js';
import {
  hourOf,
  interpretPage,
  interpretStretch,
  interpretTotals,
  pagesOf,
  timelineOf,
} from './timeline-page.js';
import { agentFacts } from './facts.fixture.js';
import { inOrder, stretchesOf } from './timeline.js';

/** A quarter past an hour, so that the pages of the hours end within. */
const start = Date.UTC(2026, 2, 3, 8, 15);
const hours = 30;

interface Said {
  readonly second: number;
  readonly code: string;
  readonly reason: string | null;
  readonly observed: boolean;
}

const said = fc.record({
  second: fc.oneof(fc.nat(5 * 3_600), fc.nat(hours * 3_600 - 1)),
  code: fc.constantFrom('AUX', 'AUX', 'AUX', 'READY', 'LOGGED_OUT'),
  reason: fc.constantFrom('3', '4', null, null, null),
  observed: fc.boolean(),
});
const days = fc.uniqueArray(said, { maxLength: 25, selector: ({ second }) => second });

function boundary({ second, code, reason, observed }: Said): AgentChanged {
  return {
    type: 'agent.changed',
    id: `b${second}`,
    entity: 'c:agent/a/state',
    connection: 'c',
    at: start + second * 1_000,
    revision: 0,
    agent: 'c:a',
    axis: 'state',
    code,
    reason: code === 'AUX' ? reason : null,
    observed,
    sequence: 0,
  };
}

type Seconds = Record<string, number>;

function secondsOf(stretches: readonly ReturnType<typeof stretchesOf>[number][]): Seconds {
  const sums: Seconds = {};
  for (const { code, reason, startedAt, endedAt } of stretches) {
    if (endedAt === startedAt) continue;
    const key = `${code}/${reason}`;
    sums[key] = (sums[key] ?? 0) + (endedAt - startedAt) / 1_000;
  }
  return sums;
}

/**
 * Second by second: in which state the agent is, and why, as far as it is known. Written from
 * docs/agent-time.md; shares no code with what it checks.
 */
function naive(all: readonly Said[]): Seconds {
  const at = new Map(all.map((each) => [each.second, each]));
  const sums: Seconds = {};
  let code: string | null = null;
  let since = 0;
  let reason: string | null = null;
  let givenAt = 0;
  let waiting: Seconds = {};
  for (let second = 0; second < hours * 3_600; second++) {
    const now = at.get(second);
    if (now !== undefined) {
      const why = now.code === 'AUX' ? now.reason : null;
      const isSame = now.code === code && (why === null || why === reason);
      const isLong = second - since > 12 * 3_600;
      const isOut = now.code === 'LOGGED_OUT';
      const counts = now.observed ? isSame && !isLong && !isOut : isOut || !isLong;
      if (counts && code !== 'LOGGED_OUT') {
        for (const [key, value] of Object.entries(waiting)) sums[key] = (sums[key] ?? 0) + value;
      }
      waiting = {};
      const goesOn = now.code === code && !isLong && second - givenAt <= 12 * 3_600;
      if (why !== null) [reason, givenAt] = [why, second];
      else if (!goesOn) reason = null;
      [code, since] = [now.code, second];
    }
    if (code !== null) {
      const key = `${code}/${reason}`;
      waiting[key] = (waiting[key] ?? 0) + 1;
    }
  }
  return sums;
}

describe('The pages of a timeline', () => {
  it('have the seconds of each state and reason that a look at each second gives', () => {
    fc.assert(
      fc.property(days, (all) => {
        const facts = all.map(boundary);
        const paged = pagesOf(facts).flatMap((page) => interpretPage(page)?.stretches ?? []);
        expect(secondsOf(paged)).toEqual(naive(all));
        expect(secondsOf(stretchesOf(inOrder(facts)))).toEqual(naive(all));
      }),
      { numRuns: 60 },
    );
  });

  it('keep the reason of a pause that is reported again without it after the full hour', () => {
    // AUX for reason 3 from 08:50 on, seen again without a reason at 09:10 and 10:10, ready at 10:20: 90 min.
    const pause = [
      { second: 35 * 60, code: 'AUX', reason: '3', observed: false },
      { second: 55 * 60, code: 'AUX', reason: null, observed: true },
      { second: 115 * 60, code: 'AUX', reason: null, observed: true },
      { second: 125 * 60, code: 'READY', reason: null, observed: false },
    ];
    const paged = pagesOf(pause.map(boundary)).flatMap((page) => interpretPage(page)?.stretches ?? []);
    expect(secondsOf(paged)).toEqual({ 'AUX/3': 5_400 });
  });

  it('believe a reason for twelve hours after it was given', () => {
    const long = [0, 6, 12, 13].map((hour) => {
      return boundary({ second: hour * 3_600, code: 'AUX', reason: hour === 0 ? '3' : null, observed: true });
    });
    const out = boundary({ second: 14 * 3_600, code: 'READY', reason: null, observed: false });
    const paged = pagesOf([...long, out]).flatMap((page) => interpretPage(page)?.stretches ?? []);
    expect(secondsOf(paged)).toEqual({ 'AUX/3': 13 * 3_600, 'AUX/null': 3_600 });
  });

  it('keep of two reasons that were given in an hour the later one after it', () => {
    // reason 3 at 08:20, 4 at 08:50, seen again without a reason at 09:10, ready at 09:30
    const pause = [
      { second: 5 * 60, code: 'AUX', reason: '3', observed: false },
      { second: 35 * 60, code: 'AUX', reason: '4', observed: false },
      { second: 55 * 60, code: 'AUX', reason: null, observed: true },
      { second: 75 * 60, code: 'READY', reason: null, observed: false },
    ];
    const paged = pagesOf(pause.map(boundary)).flatMap((page) => interpretPage(page)?.stretches ?? []);
    expect(secondsOf(paged)).toEqual({ 'AUX/3': 30 * 60, 'AUX/4': 40 * 60 });
  });

  it('are of an hour each, counted from 1970, and know their timeline', () => {
    expect([0, 3_599_999, 3_600_000].map(hourOf)).toEqual([0, 0, 1]);
    // 08:59:59, 09:00 and 09:20 of 3 March 2026, which is day 20 515: 20 515 * 24 + 8 = 492 368
    const pages = pagesOf(
      [2_699, 2_700, 3_900].map((second, index) =>
        boundary({ second, code: index === 1 ? 'AUX' : 'READY', reason: null, observed: false }),
      ),
    ).flatMap((page) => interpretPage(page) ?? []);
    expect(pages.map(({ timeline, stretches }) => [timeline, stretches.length])).toEqual([
      ['c:agent/a/state@492368', 1],
      ['c:agent/a/state@492369', 1],
    ]);
    expect(pages.map(timelineOf)).toEqual(['c:agent/a/state', 'c:agent/a/state']);
  });
});

describe('What a platform reports as a whole', () => {
  it('is a stretch that is of no page', () => {
    const fact = agentFacts.find(({ type }) => type === 'agent.stretch');
    const content = fact?.type === 'agent.stretch' ? interpretStretch(fact) : null;
    expect(content?.stretches.map(({ startedAt, endedAt }) => endedAt - startedAt)).toEqual([60_000]);
    expect(content && timelineOf(content)).toBeNull();
  });

  it('is a total of rows: what is shared once, what is a group’s own summed, by the name of the code', () => {
    const fact = agentFacts.find(({ type }) => type === 'agent.totals');
    if (fact?.type !== 'agent.totals') throw new Error('there is a fact of totals');
    const rows = [
      { ...fact, shared: { STAFFED: 1_800_000, AUX: 0 }, own: { ACD: 5_000, ACW: 0 } },
      { ...fact, shared: { STAFFED: 1_800_000, AUX: 1 }, own: { ACD: 7_000, ACW: 0 } },
    ];
    for (const order of [rows, rows.toReversed()]) {
      expect(Object.entries(interpretTotals(order)?.ms ?? {})).toEqual([
        ['ACD', 12_000],
        ['AUX', 1],
        ['STAFFED', 1_800_000],
      ]);
    }
  });
});
