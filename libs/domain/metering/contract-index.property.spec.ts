import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { activityStates } from '#domain/activity/activity.js';
import { type RepeatChain, changeChain, emptyChain } from '#domain/kpi/repeat-chain.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Contract, Scope, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { contractMeter, type ContractMeter } from './contract-meter.js';
import { issueWindowsOf, contractIndex } from './contract-index.js';
import {
  contact,
  contactCount,
  sampleContract,
  timeLine,
  unitLine,
  utc,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { WorkScope } from '#domain/scope/work-scope.js';

const programmes = ['P0', 'P1', 'P2'];
const queues = ['c:0a', 'c:0b', 'c:1a', 'c:2a', 'c:nowhere'];
const moved = utc('2026-05-10T00:00:00Z');

/** Queue c:1a moves from P1 to P2 in May. */
function homeOf(queue: string, at: number): { programme: string; queue: string } | null {
  const digit = queue === 'c:1a' && at >= moved ? '2' : queue.charAt(2);
  return /^[012]$/.test(digit) ? { programme: `P${digit}`, queue: queue.slice(2) } : null;
}

const attributes = { site: null, country: null, skills: [], languages: [] };
const scope: WorkScope = {
  assignmentOf: homeOf,
  agent: (agent) => (agent === 'c:stranger' ? null : { ...attributes, grade: agent.slice(2) }),
  agentProgramme: (agent) => (agent === 'c:a' ? 'P1' : null),
};
const view: LiveScope = {
  ...scope,
  hasProgramme: (programme) => programmes.includes(programme),
  rules: () => ({ thresholdsMs: [], reason: 'none', fcrWindowsMs: [], agentTime: 'split' }),
  agentCode: (agent) => agent,
};

const hour = 3_600_000;
const instant = fc.integer({ min: utc('2026-04-25T00:00:00Z'), max: utc('2026-06-05T00:00:00Z') });
const queue = fc.constantFrom(...queues);
const agent = fc.constantFrom('c:a', 'c:b', 'c:stranger');
const long = fc.oneof(fc.nat(60_000), fc.nat(40 * hour));

const segment: fc.Arbitrary<Segment> = fc
  .record({ queue, enteredAt: instant, waitMs: long, result: fc.constantFrom('answered', 'abandoned') })
  .map((own) => ({ ...own, leftAt: own.enteredAt + own.waitMs }));
const leg: fc.Arbitrary<Leg> = fc
  .record({
    agent,
    queue: fc.option(queue),
    startedAt: instant,
    talk: long,
    acw: long,
    pause: long,
    dial: long,
  })
  .map(({ talk, acw, pause, dial, ...own }) => ({
    ...own,
    endedAt: own.startedAt + talk,
    talkMs: talk,
    holdMs: 0,
    dialMs: dial,
    acwMs: acw,
    acwStartedAt: own.startedAt + talk + pause,
    disposition: null,
    transferredOut: false,
  }));
const call: fc.Arbitrary<ContactContent> = fc
  .record({
    segments: fc.array(segment, { maxLength: 2 }),
    legs: fc.array(leg, { maxLength: 2 }),
    customer: fc.option(fc.constantFrom('x', 'y')),
    media: fc.constantFrom('voice', 'chat'),
  })
  .map(({ segments, legs, ...own }) =>
    contact({
      ...own,
      segments: segments.toSorted((a, b) => a.enteredAt - b.enteredAt),
      legs: legs.toSorted((a, b) => a.startedAt - b.startedAt),
    }),
  );
const programme = fc.option(fc.constantFrom(...programmes, 'elsewhere'));
const activity: fc.Arbitrary<PostingContent> = fc
  .record({
    agent,
    state: fc.constantFrom(...activityStates),
    startedAt: instant,
    ms: long,
    queue: fc.option(queue),
    programme,
  })
  .map(({ ms, ...own }) => ({
    ...own,
    kind: 'activity',
    activity: 'c:w',
    connection: 'c',
    endedAt: own.startedAt + ms + 1,
  }));
const event = fc.oneof(
  fc.record({ name: fc.constant('sale.made'), at: instant, data: fc.constant({}) }),
  fc.record({
    name: fc.constant('forecast.set'),
    at: instant,
    data: fc.record({
      id: fc.constant('F'),
      value: fc.nat(9),
      period: fc.constantFrom('2026-04', '2026-05'),
    }),
  }),
);
const outcome: fc.Arbitrary<PostingContent> = fc
  .record({ queue: fc.option(queue), programme, events: fc.array(event, { minLength: 1, maxLength: 3 }) })
  .map((own) => ({
    ...own,
    kind: 'outcome',
    outcome: 'c:o',
    connection: 'c',
    agent: null,
    contact: null,
    customer: null,
    events: own.events.toSorted((a, b) => a.at - b.at),
  }));

const common = { version: 1, minSample: 0, onNoData: 'neutral', unknownCustomer: 'exclude' } as const;
const fcr = { ...common, windowMs: 24 * hour, basis: 'gross', notSolvable: [] } as const;
const kpis: readonly Kpi[] = [
  { ...common, type: 'aht', per: 'contact' },
  { ...common, type: 'asa', of: 'answered' },
  { ...common, type: 'occupancy', idle: ['AVAILABLE'] },
  { ...fcr, type: 'fcrPerContact' },
  { ...fcr, type: 'fcrPerIssue', chain: 'anchored' },
  {
    ...common,
    type: 'share',
    numerator: { name: 'sale.made', unless: [], match: {} },
    of: { kind: 'event', id: 'F' },
  },
];
const measures: readonly Terms['measures'][string][] = [
  workTime(['TALK', 'ACW', 'DIAL']),
  workTime(['AVAILABLE', 'PREP']),
  workTime(['WAIT'], { increment: { firstMs: 60_000, stepMs: 60_000, per: 'contact' } }),
  contactCount('offered'),
  { kind: 'events', name: 'sale.made', within: null, unless: [], match: {} },
];
const agreed: fc.Arbitrary<Contract> = fc
  .record({
    programme: fc.constantFrom(...programmes),
    kpi: fc.option(fc.constantFrom(...kpis)),
    measure: fc.option(fc.constantFrom(...measures)),
    scope: fc.record<Scope>({
      queues: fc.option(fc.constantFrom(['0a'], ['1a', '2a'])),
      channels: fc.option(fc.constant(['voice'])),
      directions: fc.constant(null),
    }),
    firstDay: fc.option(fc.constantFrom('2026-05-01', '2026-05-20')),
    lastDay: fc.option(fc.constant('2026-05-25')),
    attribution: fc.record<Contract['attribution']>({
      contacts: fc.constantFrom('queueEntry', 'connected', 'ended'),
      time: fc.constantFrom('split', 'start', 'end', 'contact'),
    }),
  })
  .map(({ kpi, measure, scope: own, firstDay, lastDay, ...rest }) =>
    sampleContract(
      {
        scope: own,
        kpis: kpi === null ? {} : { k: kpi },
        measures: measure === null ? {} : { m: measure },
        lines:
          measure === null
            ? []
            : [measure.kind === 'time' ? timeLine({ measure: 'm' }) : unitLine({ measure: 'm' })],
      },
      { ...rest, term: { firstDay, lastDay } },
    ),
  );

type Books = Record<string, number>;

/** Sums of the months; with `indexed` of the contracts that the index names only. */
function booked(
  contents: readonly PostingContent[],
  meters: readonly ContractMeter[],
  months: readonly string[],
  routed: boolean,
): Books {
  const books: Books = {};
  const stops = meters.map((meter, index) => {
    const bounds = months.map((period) => periodsOf(meter.contract).bounds(period));
    const from = Math.min(...bounds.map(({ start }) => start));
    return { item: index, meter, from, to: Math.max(...bounds.map(({ end }) => end)) };
  });
  const all = meters.map((_, index) => index);
  const routes = contractIndex(stops);
  const add = (index: number, sign: number, found: ReturnType<ContractMeter['measure']>): void => {
    for (const { period, key, value } of found) {
      const name = `${index} ${period} ${key}`;
      if (months.includes(period)) books[name] = (books[name] ?? 0) + sign * value;
    }
  };
  const chains = new Map<string, RepeatChain>();
  for (const content of contents) {
    for (const index of routed ? routes.of(content) : all) add(index, 1, meters[index]!.measure(content));
    for (const link of handledContacts(content, view)) {
      const key = `${link.programme} ${link.customer}`;
      const windows = issueWindowsOf(meters, link.programme);
      const { chain, changes } = changeChain(chains.get(key) ?? emptyChain, link, 1, windows);
      chains.set(key, chain);
      for (const change of changes) {
        for (const index of routed ? routes.ofRepeat(change.contact) : all) {
          add(index, change.sign, meters[index]!.measureRepeat(change.contact, change));
        }
      }
    }
  }
  return Object.fromEntries(Object.entries(books).filter(([, value]) => value !== 0));
}

const contents = fc
  .array(fc.oneof({ weight: 3, arbitrary: call }, activity, outcome), { maxLength: 12 })
  .map((some) =>
    some.map((one, index) => (one.kind === 'contact' ? { ...one, contact: `c:${index}` } : one)),
  );
const someWanted = fc.constantFrom(['2026-05'], ['2026-04', '2026-05'], ['2026-04', '2026-06'], ['2027-01']);

describe('The contract index', () => {
  it('leaves out only contracts that would have measured nothing of the months read', () => {
    let sums = 0;
    fc.assert(
      fc.property(
        fc.array(agreed, { minLength: 1, maxLength: 6 }),
        contents,
        someWanted,
        (contracts, some, months) => {
          const meters = contracts.map((contract) => contractMeter(contract, scope));
          const routed = booked(some, meters, months, true);
          sums += Object.keys(routed).length;
          expect(routed).toEqual(booked(some, meters, months, false));
        },
      ),
      { numRuns: 1_000 },
    );
    expect(sums).toBeGreaterThan(100);
  });

  it('names no contract for a programme of others, a kind of work it does not read, or a month that is not read', () => {
    const stop = (item: string, contract: Contract, from = -Infinity, to = Infinity) => ({
      item,
      meter: contractMeter(contract, scope),
      from,
      to,
    });
    const calls = { measures: { contacts: contactCount('offered') }, lines: [unitLine()] };
    const routes = contractIndex([
      stop('own', sampleContract(calls, { programme: 'P0' })),
      stop('other', sampleContract(calls, { programme: 'P2' })),
      stop('past', sampleContract(calls, { programme: 'P0' }), 0, moved),
      stop('sales', sampleContract({ kpis: { k: kpis.at(-1)! } }, { programme: 'P0' })),
    ]);
    const stay = {
      queue: 'c:0a',
      enteredAt: moved,
      leftAt: moved + 1,
      waitMs: 1,
      result: 'answered',
    } as const;
    expect(routes.of(contact({ segments: [stay] }))).toEqual(['own']);
    expect(routes.of(contact({ segments: [{ ...stay, enteredAt: moved - 1 }] }))).toEqual(['own', 'past']);
    expect(routes.of(contact({ segments: [{ ...stay, queue: 'c:nowhere' }] }))).toEqual([]);
  });
});
