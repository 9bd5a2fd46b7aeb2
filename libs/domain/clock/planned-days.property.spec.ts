import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ActivityContent, ActivityState, StateMeaning } from '#domain/activity/activity.js';
import { adherence, conformance } from '#domain/kpi/keeping-to-schedule.js';
import { AgentClocks } from './agent-clocks.js';
import { claimsOf, type ClockScope } from './claims.js';
import { type ScheduleAsOf, type ScheduleContent, schedulesAsOf } from '#domain/schedule/schedule.js';

/**
 * Schedules of one person over three days of sixty milliseconds, with versions that overlap in time and with
 * each other, held against a program that looks at each millisecond by itself.
 */
const dayLength = 60;
const end = 4 * dayLength;

const codes: Readonly<Record<string, StateMeaning>> = {
  WORK: 'AVAILABLE',
  PAUSE: 'BREAK',
  LUNCH: 'LUNCH',
  OFF: 'OTHER',
};
const scope: ClockScope = {
  agentCode: (agent) => (agent.startsWith('c:ann') ? 'ann' : null),
  assignmentOf: () => null,
  agent: () => ({ grade: null, site: null, country: null, skills: [], languages: [] }),
  stateOf: (_, code) => codes[code] ?? null,
};

const stretchesIn = (day: number) =>
  fc
    .array(
      fc.record({
        code: fc.constantFrom('WORK', 'WORK', 'PAUSE', 'LUNCH', 'OFF', 'UNKNOWN'),
        gap: fc.nat(8),
        length: fc.integer({ min: 1, max: 30 }),
      }),
      { maxLength: 5 },
    )
    .map((pieces) => {
      let at = day * dayLength;
      return pieces.map(({ code, gap, length }) => {
        const startedAt = at + gap;
        at = startedAt + length;
        return { code, startedAt, endedAt: at };
      });
    });

const schedule = (day: number, planner: string): fc.Arbitrary<ScheduleContent> =>
  fc
    .uniqueArray(
      fc.record({ publishedAt: fc.integer({ min: -20, max: 200 }), stretches: stretchesIn(day) }),
      {
        minLength: 1,
        maxLength: 3,
        selector: ({ publishedAt }) => publishedAt,
      },
    )
    .map((versions) => ({
      kind: 'schedule',
      schedule: `${planner}:schedule/c:ann/${day}`,
      connection: planner,
      agent: planner === 'p' ? 'c:ann' : 'c:ann-too',
      startedAt: day * dayLength,
      endedAt: (day + 1) * dayLength,
      versions: versions.toSorted((a, b) => a.publishedAt - b.publishedAt),
    }));

const schedules = fc
  .tuple(schedule(0, 'p'), schedule(1, 'p'), schedule(1, 'q'), schedule(2, 'q'))
  .chain((all) => fc.subarray(all, { minLength: 1 }));

const states = [
  'AVAILABLE',
  'BREAK',
  'LUNCH',
  'PREP',
  'RING',
  'LOGGED_IN',
] as const satisfies ActivityState[];
const activities = fc.array(
  fc.record({
    state: fc.constantFrom(...states),
    from: fc.nat(end - 1),
    length: fc.integer({ min: 1, max: 60 }),
  }),
  { maxLength: 12 },
);

function activityOf(
  { state, from, length }: { state: ActivityState; from: number; length: number },
  index: number,
): ActivityContent {
  return {
    kind: 'activity',
    activity: `c:activity/${index}`,
    connection: 'c',
    agent: index % 2 === 0 ? 'c:ann' : 'c:ann-too',
    state,
    startedAt: from,
    endedAt: from + length,
    queue: null,
    programme: null,
  };
}

type Ms = number;

/** What is planned in a millisecond, by one schedule alone. */
function plannedIn({ versions, startedAt }: ScheduleContent, ms: Ms, asOf: ScheduleAsOf) {
  const limit = { instant: ms, dayStart: startedAt, latest: Infinity }[asOf];
  let last: ScheduleContent['versions'][number] | null = null;
  for (const version of versions) if (version.publishedAt <= limit) last = version;
  const stretch = last?.stretches.find((each) => each.startedAt <= ms && ms < each.endedAt);
  return last === null || stretch === undefined
    ? null
    : { code: stretch.code, publishedAt: last.publishedAt };
}

function everyMs(): Ms[] {
  return Array.from({ length: end + 300 }, (_, ms) => ms);
}

/** Order in which states have a millisecond. */
const first = ['RING', 'PREP', 'BREAK', 'LUNCH', 'AVAILABLE'];

function naive(
  all: readonly ScheduleContent[],
  work: readonly ActivityContent[],
  asOf: ScheduleAsOf,
  tolerance: number,
) {
  const doneIn = (ms: Ms): string | null => {
    const now = work.filter(({ startedAt, endedAt }) => startedAt <= ms && ms < endedAt);
    return first.find((name) => now.some(({ state }) => state === name)) ?? null;
  };
  const isThere = (ms: Ms): boolean => work.some(({ startedAt, endedAt }) => startedAt <= ms && ms < endedAt);
  const winnerIn = (ms: Ms) =>
    all
      .flatMap((content) => {
        const planned = plannedIn(content, ms, asOf);
        return planned === null ? [] : [{ content, ...planned }];
      })
      .sort((a, b) => b.publishedAt - a.publishedAt || (a.content.schedule > b.content.schedule ? -1 : 1))[0];
  const reaches = all
    .toSorted((a, b) => a.startedAt - b.startedAt || (a.schedule < b.schedule ? -1 : 1))
    .flatMap((content) => {
      const last = everyMs().findLast((ms) => plannedIn(content, ms, asOf) !== null);
      return last === undefined ? [] : [{ content, until: Math.max(content.endedAt, last + 1) }];
    });
  const ownerIn = (ms: Ms) =>
    reaches.find(({ content, until }) => content.startedAt <= ms && ms < until)?.content;
  const classOf = (state: string | null | undefined) =>
    state === 'RING' || state === 'AVAILABLE' ? 'queue' : (state ?? 'nothing known');
  return new Map(
    all.map((content) => {
      const sums = { kept: 0, there: 0, planned: 0, onQueue: 0, plannedOnQueue: 0 };
      let [run, isPlanned] = [0, false];
      const closeRun = (): void => {
        if (run < tolerance) sums.kept += run;
        run = 0;
      };
      for (const ms of everyMs()) {
        const winner = winnerIn(ms);
        const code = winner?.content === content ? winner.code : null;
        isPlanned ||= code !== null;
        const state = code === null ? undefined : codes[code];
        if (state === undefined || state === 'OTHER') closeRun();
        else {
          sums.planned += 1;
          if (classOf(state) === 'queue') sums.plannedOnQueue += 1;
          if (isThere(ms)) sums.there += 1;
          if (classOf(state) !== classOf(doneIn(ms))) run += 1;
          else {
            closeRun();
            sums.kept += 1;
          }
        }
        if (classOf(doneIn(ms)) === 'queue' && ownerIn(ms) === content) sums.onQueue += 1;
      }
      closeRun();
      return [content.schedule, isPlanned ? sums : { ...sums, onQueue: 0 }];
    }),
  );
}

describe('Days of schedules that overlap', () => {
  it('count as a program has them that looks at each millisecond', () => {
    fc.assert(
      fc.property(
        schedules,
        activities,
        fc.constantFrom(...schedulesAsOf),
        fc.nat(12),
        (all, pieces, asOf, tolerance) => {
          const work = pieces.map(activityOf);
          const clocks = new AgentClocks(
            work.flatMap((each) => claimsOf(each, scope)),
            scope,
            all,
          );
          const terms = { equivalent: [], ignored: ['OTHER'], asOf, toleranceMs: tolerance };
          const found = new Map(
            all.map((content) => {
              const day = clocks.dayOf(content, asOf)!;
              const ms = (spans: readonly { from: number; to: number }[] = []) =>
                spans.reduce((sum, { from, to }) => sum + to - from, 0);
              const genesys = adherence.days?.(
                { ...terms, type: 'adherence', definition: 'adherence@genesys' },
                day,
              );
              const there = adherence.days?.(
                { ...terms, toleranceMs: 0, type: 'adherence', definition: 'adherence@salesforce' },
                day,
              );
              const conformed = conformance.days?.(
                { ...terms, type: 'conformance', definition: 'conformance@genesys' },
                day,
              );
              const sums = {
                kept: ms(genesys?.n),
                there: ms(there?.n),
                planned: ms(genesys?.d),
                onQueue: ms(conformed?.n),
                plannedOnQueue: ms(conformed?.d),
              };
              return [content.schedule, sums];
            }),
          );
          expect(found).toEqual(naive(all, work, asOf, tolerance));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('know what was done, whatever was asked of the clock before', () => {
    const work = [activityOf({ state: 'AVAILABLE', from: 5, length: 20 }, 0)];
    const claims = work.flatMap((each) => claimsOf(each, scope));
    const stretches = [{ code: 'WORK', startedAt: 0, endedAt: 40 }];
    const content: ScheduleContent = {
      kind: 'schedule',
      schedule: 'p:schedule/c:ann/0',
      connection: 'p',
      agent: 'c:ann',
      startedAt: 0,
      endedAt: dayLength,
      versions: [{ publishedAt: 0, stretches }],
    };
    const clocks = new AgentClocks(claims, scope, [content]);
    expect(clocks.isContested(claims)).toBe(false);
    expect(clocks.dayOf(content, 'latest')?.actual).toEqual([{ from: 5, to: 25, state: 'AVAILABLE' }]);
  });

  it('are none of an agent whom the catalogue does not know', () => {
    const clocks = new AgentClocks([], { ...scope, agentCode: () => null }, []);
    const [content] = fc.sample(schedule(0, 'p'), 1);
    expect(clocks.dayOf(content!, 'latest')).toBeNull();
  });
});
