import type { PostingContent } from '#domain/posting/posting.js';
import { describe, expect, it } from '@jest/globals';
import type { ActivityContent } from '#domain/activity/activity.js';
import type { Stretch, TimelineContent } from '#domain/timeline/timeline.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { AgentClocks } from '#domain/clock/agent-clocks.js';
import { claimsOf, type ClockScope } from '#domain/clock/claims.js';
import type { Kpi, KpiTerms } from '#domain/contract/kpi.js';
import type { KpiOf } from '#domain/kpi/kpi-module.js';
import { contractMeter } from './contract-meter.js';
import {
  answeredCall,
  paris,
  sampleContract,
  sampleScope,
  sampleVersion,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import { programmesOf, type WorkScope } from '#domain/scope/work-scope.js';

const s = 1_000;
const hour = 3_600_000;
const noon = paris('2026-04-15T12:00');

function sums(
  contract: Contract,
  contents: readonly PostingContent[],
  scope: WorkScope = sampleScope,
): Record<string, number> {
  const meter = contractMeter(contract, scope);
  const found: Record<string, number> = {};
  for (const content of contents) {
    for (const { key, value } of meter.measure(content)) found[key] = (found[key] ?? 0) + value;
  }
  return found;
}

function activity(
  state: ActivityContent['state'],
  startedAt: number,
  endedAt: number,
  rest: Partial<ActivityContent> = {},
): ActivityContent {
  return {
    kind: 'activity',
    activity: 'c:x',
    connection: 'c',
    agent: 'c:a1',
    state,
    startedAt,
    endedAt,
    queue: null,
    programme: 'P',
    ...rest,
  };
}

describe('Time that is agreed for a part of the term, or of unknown agents,', () => {
  const from = paris('2026-04-15T12:00');
  const later = (terms: Partial<Terms>): Contract =>
    sampleContract({}, { versions: [sampleVersion(1, null, {}), sampleVersion(2, from, terms)] });

  it('is charged from the instant on at which the line begins', () => {
    const contract = later({ measures: { time: workTime(['PREP']) }, lines: [timeLine()] });
    expect(sums(contract, [activity('PREP', from - hour, from)])).toEqual({});
    expect(sums(contract, [activity('PREP', from - hour, from + 2 * hour)])).toEqual({
      'line/L1/2/-/-/-': 2 * hour,
    });
  });

  it('is charged for no agent whom the catalogue does not know', () => {
    const contract = sampleContract({ measures: { time: workTime(['PREP']) }, lines: [timeLine()] });
    const stranger = { agent: 'c:stranger' };
    expect(sums(contract, [activity('PREP', from, from + hour, stranger)])).toEqual({});
  });
});

describe('Time of agents outside of contacts', () => {
  const contract = (terms: Partial<Terms> = {}): Contract =>
    sampleContract({
      measures: { time: workTime(['TALK', 'PREP', 'AVAILABLE']) },
      lines: [timeLine()],
      ...terms,
    });

  it('is billed beside the time on contacts, by the states agreed', () => {
    const day = [
      activity('PREP', noon, noon + 10 * s),
      activity('BREAK', noon + 10 * s, noon + 100 * s),
      activity('AVAILABLE', noon + 100 * s, noon + 105 * s),
      answeredCall(noon + 105 * s, noon + 205 * s),
    ];
    expect(sums(contract(), day)).toEqual({ 'line/L1/1/-/-/-': 115 * s });
  });

  it('belongs to the queue it was for, else to the programme reported, else to that of the agent', () => {
    const scope: WorkScope = {
      ...sampleScope,
      agentProgramme: (agent) => (agent === 'c:a1' ? 'P' : 'other'),
    };
    const prep = (rest: Partial<ActivityContent>) =>
      sums(contract(), [activity('PREP', noon, noon + s, rest)], scope);
    expect(prep({ programme: null })).toEqual({ 'line/L1/1/-/-/-': s });
    expect(prep({ programme: null, agent: 'c:a2' })).toEqual({});
    expect(prep({ programme: 'other', queue: 'c:q2' })).toEqual({ 'line/L1/1/-/-/-': s });
    expect(prep({ queue: 'c:nowhere' })).toEqual({});
  });

  it('comes from a timeline by what its codes mean when they began, and nothing unmapped is billed', () => {
    const scope: WorkScope = {
      ...sampleScope,
      agentProgramme: (agent) => (agent === 'c:a1' ? 'P' : null),
      stateOf: (_connection, code, reason, at) =>
        code === 'AUX' && reason === '3' && at >= noon ? 'PREP' : code === 'READY' ? 'AVAILABLE' : null,
    };
    const stretch = (code: string, reason: string | null, startedAt: number, endedAt: number): Stretch => {
      return { code, reason, startedAt, endedAt, closedBy: 'change', unseenMs: 3_600 * s };
    };
    const timeline = (agent: string): TimelineContent => ({
      kind: 'timeline',
      timeline: `c:agent/${agent}/state@1`,
      connection: 'c',
      agent,
      axis: 'state',
      stretches: [
        stretch('AUX', '3', noon - 10 * s, noon), // before its mapping
        stretch('AUX', '3', noon, noon + 20 * s),
        stretch('AUX', '4', noon + 20 * s, noon + 60 * s),
        stretch('READY', null, noon + 60 * s, noon + 65 * s),
      ],
    });
    expect(sums(contract(), [timeline('c:a1')], scope)).toEqual({ 'line/L1/1/-/-/-': 25 * s });
    expect(sums(contract(), [timeline('c:a2')], scope)).toEqual({});
    expect(programmesOf(timeline('c:a1'), scope)).toEqual(['P']);
  });

  it('is never billed for unknown agents, nor by a contract for some of the queues', () => {
    expect(sums(contract(), [activity('PREP', noon, noon + s, { agent: 'c:stranger' })])).toEqual({});
    const some = contract({ scope: { queues: ['q1'], channels: null, directions: null } });
    expect(sums(some, [activity('PREP', noon, noon + s)])).toEqual({});
    expect(sums(some, [activity('PREP', noon, noon + s, { queue: 'c:q1' })])).toEqual({
      'line/L1/1/-/-/-': s,
    });
  });

  it('is billed by a contract or measure for some queues where it was for one of them', () => {
    const forQueue = (terms: Partial<Terms>, queue: string) =>
      sums(contract(terms), [activity('PREP', noon, noon + s, { queue })]);
    const scope = { queues: ['q1'], channels: null, directions: null };
    const where = { queues: ['q1'], media: null, directions: null, dispositions: null };
    const measures = { time: workTime(['PREP'], { where }) };
    for (const terms of [{ scope }, { measures }]) {
      expect(forQueue(terms, 'c:q1')).toEqual({ 'line/L1/1/-/-/-': s });
      expect(forQueue(terms, 'c:q2')).toEqual({});
    }
    expect(sums(contract({ measures }), [activity('PREP', noon, noon + s)])).toEqual({});
  });

  it.each([{ media: ['voice'] as const }, { directions: ['inbound'] as const }, { dispositions: ['ok'] }])(
    'is nothing that a measure by %j is about',
    (asked) => {
      const where = { queues: null, media: null, directions: null, dispositions: null, ...asked };
      const measures = { time: workTime(['PREP'], { where }) };
      expect(sums(contract({ measures }), [activity('PREP', noon, noon + s)])).toEqual({});
    },
  );

  it('is split at bands, and rounded up once for the whole activity', () => {
    const bands = [
      {
        id: 'late',
        days: [],
        times: [{ fromMs: 20 * hour, toMs: 24 * hour }],
        price: '35.00',
        surcharge: null,
      },
    ];
    const increment = { firstMs: 60 * s, stepMs: 60 * s, per: 'contact' } as const;
    const edge = paris('2026-04-15T20:00');
    const split = sampleContract({
      measures: { time: workTime(['PREP'], { increment }) },
      lines: [timeLine({ bands })],
    });
    expect(sums(split, [activity('PREP', edge - 40 * s, edge + 30 * s)])).toEqual({
      'line/L1/1/-/-/-': 40 * s,
      'line/L1/1/-/late/-': 80 * s,
    });
  });

  it('adds to occupancy, utilisation and contacts per hour', () => {
    const common = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
    const kpis: Record<string, Kpi> = {
      occ: { ...common, type: 'occupancy', busy: ['RING'], idle: ['AVAILABLE'] },
      use: {
        ...common,
        type: 'utilisation',
        productive: ['TALK', 'AVAILABLE'],
        paid: ['TALK', 'AVAILABLE', 'BREAK'],
      },
      cph: { ...common, type: 'contactsPerHour', productive: ['TALK', 'AVAILABLE'] },
    };
    const day = [
      answeredCall(noon, noon + 75 * s),
      activity('AVAILABLE', noon + 75 * s, noon + 100 * s),
      activity('BREAK', noon + 100 * s, noon + 125 * s),
      activity('RING', noon + 125 * s, noon + 130 * s),
    ];
    // (75 of talk + 5 of ringing) / (the same + 25 of waiting)
    expect(sums(sampleContract({ kpis }), day)).toEqual({
      'kpi/occ/1/-/n/-': 80 * s,
      'kpi/occ/1/-/d/-': 105 * s,
      'kpi/use/1/-/n/-': 100 * s,
      'kpi/use/1/-/d/-': 125 * s,
      'kpi/cph/1/-/n/-': 1,
      'kpi/cph/1/-/d/-': 100 * s,
    });
  });
});

describe('A KPI over the time of agents of whom a second counts once', () => {
  const terms = { version: 1, minSample: 0, onNoData: 'neutral', overlaps: 'once' } as const;
  const kpis: Record<string, Kpi> = {
    occ: { ...terms, type: 'occupancy', busy: ['RING'], idle: ['AVAILABLE'] },
    use: { ...terms, type: 'utilisation', productive: ['TALK', 'ACW'], paid: ['LOGGED_IN'] },
    cph: { ...terms, type: 'contactsPerHour', productive: ['TALK', 'AVAILABLE'] },
    aht: { version: 1, minSample: 0, onNoData: 'neutral', type: 'aht', per: 'contact' },
  };
  const scope: ClockScope = { ...sampleScope, agentCode: (agent) => (agent === 'c:x' ? null : 'Ann') };
  // 0-100 available and logged in twice; chats of 10-50 and 30-70, the second with 20 of after-call work
  const work: PostingContent[] = [
    activity('AVAILABLE', noon, noon + 100 * s),
    activity('LOGGED_IN', noon, noon + 100 * s, { activity: 'c:in' }),
    activity('LOGGED_IN', noon + 50 * s, noon + 120 * s, { activity: 'c:in2', agent: 'c:a2' }),
    answeredCall(noon + 10 * s, noon + 50 * s),
    {
      ...answeredCall(noon + 30 * s, noon + 70 * s, {
        agent: 'c:a2',
        acwMs: 20 * s,
        acwStartedAt: noon + 70 * s,
      }),
      contact: 'c:2',
    },
  ];

  function onClock(contract: Contract): Record<string, number> {
    const meter = contractMeter(contract, scope);
    const clocks = new AgentClocks(
      work.flatMap((content) => claimsOf(content, scope)),
      scope,
    );
    const found: Record<string, number> = {};
    for (const content of work) {
      const changes = meter.measureClock(content, clocks.ownTimeOf(content));
      for (const { key, value } of [...meter.measure(content), ...changes])
        found[key] = (found[key] ?? 0) + value;
    }
    return found;
  }

  it('counts chats at once and availability beside them once, and contacts as before', () => {
    const contract = sampleContract({ kpis });
    expect(contractMeter(contract, scope).isOnClock).toBe(true);
    expect(onClock(contract)).toEqual({
      // 10 to 90 on contacts, of which 20 shared by two chats; 0 to 10 and 90 to 100 available
      'kpi/occ/1/-/n/-': 80 * s,
      'kpi/occ/1/-/d/-': 100 * s,
      // logged in from 0 to 120
      'kpi/use/1/-/n/-': 80 * s,
      'kpi/use/1/-/d/-': 120 * s,
      // 60 of talk and 20 available
      'kpi/cph/1/-/n/-': 2,
      'kpi/cph/1/-/d/-': 80 * s,
      // contact time stays in full: 40 + 40 + 20
      'kpi/aht/1/-/n/-': 100 * s,
      'kpi/aht/1/-/d/-': 2,
    });
  });

  it('counts in full where the contract says so, and where it was agreed before it could say it', () => {
    for (const overlaps of [{ overlaps: 'full' as const }, {}]) {
      const { type, busy, idle, version, minSample, onNoData } = kpis['occ'] as KpiOf<'occupancy'> & KpiTerms;
      const occ: Kpi = { type, busy: busy ?? [], idle, version, minSample, onNoData, ...overlaps };
      const contract = sampleContract({ kpis: { occ } });
      expect(contractMeter(contract, scope).isOnClock).toBe(false);
      expect(onClock(contract)).toEqual({ 'kpi/occ/1/-/n/-': 100 * s, 'kpi/occ/1/-/d/-': 200 * s });
    }
  });
});

it('leaves time of agents that began in an outage out of the KPIs of which the outage is waived', () => {
  const contract = sampleContract({
    kpis: {
      occ: {
        version: 1,
        minSample: 0,
        onNoData: 'neutral',
        type: 'occupancy',
        busy: ['RING'],
        idle: ['AVAILABLE'],
      },
    },
    bonusMalus: [
      {
        kind: 'kpi',
        id: 'A',
        name: 'A',
        kpi: 'occ',
        base: [],
        shapes: [],
        cap: { bonus: null, malus: null },
        during: null,
      },
    ],
    waivers: [{ kind: 'outage', id: 'W', of: ['A'], proof: 'incident 7', from: noon, to: noon + hour }],
  });
  const waiting = (at: number) => activity('AVAILABLE', at, at + s);
  expect(sums(contract, [waiting(noon - 1), waiting(noon), waiting(noon + hour)])).toEqual({
    'kpi/occ/1/-/d/-': 2 * s,
  });
});

describe('Business events', () => {
  const event = (name: string, at: number, data: OutcomeEvent['data'] = {}): OutcomeEvent => ({
    name,
    at,
    data,
  });
  const outcome = (events: readonly OutcomeEvent[], rest: Partial<OutcomeContent> = {}): OutcomeContent => ({
    kind: 'outcome',
    outcome: 'c:o',
    connection: 'c',
    programme: 'P',
    queue: null,
    agent: null,
    contact: null,
    customer: null,
    events,
    ...rest,
  });
  const events = (rest: object = {}): Terms['measures'] => ({
    contacts: {
      kind: 'events',
      name: 'sale.made',
      within: null,
      unless: ['sale.cancelled'],
      match: {},
      ...rest,
    },
  });
  const sales = (measures: Terms['measures'], ...contents: readonly OutcomeContent[]) =>
    sums(sampleContract({ measures, lines: [unitLine()] }), contents)['line/L1/1/-/-/-'] ?? 0;

  it('are counted by name, unless cancelled, and only with the data agreed', () => {
    expect(sales(events(), outcome([event('sale.made', noon)]), outcome([event('lead.worked', noon)]))).toBe(
      1,
    );
    expect(sales(events(), outcome([event('sale.made', noon), event('sale.cancelled', noon + s)]))).toBe(0);
    expect(
      sales(events({ match: { product: 'tv' } }), outcome([event('sale.made', noon, { product: 'phone' })])),
    ).toBe(0);
    expect(
      sales(events({ match: { product: 'tv' } }), outcome([event('sale.made', noon, { product: 'tv' })])),
    ).toBe(1);
  });

  it('belong to the programme reported, else to that of their queue', () => {
    expect(sales(events(), outcome([event('sale.made', noon)], { programme: 'other' }))).toBe(0);
    expect(sales(events(), outcome([event('sale.made', noon)], { programme: null }))).toBe(0);
    expect(sales(events(), outcome([event('sale.made', noon)], { programme: null, queue: 'c:q1' }))).toBe(1);
  });

  it('are summed exactly, since amounts are decimal texts', () => {
    const measures: Terms['measures'] = {
      contacts: { kind: 'eventSum', name: 'sms.sent', field: 'cost', scale: 2, unless: [], match: {} },
    };
    const cost = (value: string | number | boolean) => outcome([event('sms.sent', noon, { cost: value })]);
    expect(
      sales(measures, cost('0.10'), cost('0.20'), cost('1.005'), cost('-0.29'), cost('many'), cost(true)),
    ).toBe(10 + 20 + 101 - 29);
  });

  it('count the hours of an outage that were started, beyond those that are free', () => {
    const outage = (freeMs: number, ...content: readonly OutcomeEvent[]) =>
      sales(
        {
          contacts: {
            kind: 'elapsed',
            from: 'outage.started',
            to: 'outage.ended',
            stepMs: hour,
            freeMs,
            match: {},
          },
        },
        outcome(content),
      );
    const started = event('outage.started', noon);
    const ended = event('outage.ended', noon + 2 * hour + 1);
    expect(outage(0, started, ended)).toBe(3);
    expect(outage(hour, started, ended)).toBe(2);
    // of an outage whose begin is not known nothing is
    expect(outage(0, ended)).toBe(0);
  });

  it('give forecasts for the period that they name, of which the last counts', () => {
    const contract = sampleContract({
      corridors: [
        {
          id: 'K',
          line: 'L1',
          forecast: { kind: 'event', id: 'F' },
          lower: '0.9',
          upper: null,
          shortfallPrice: null,
          overflowPrice: null,
          proration: 'calendarDays',
        },
      ],
    });
    const forecasts = outcome([
      event('forecast.set', noon, { id: 'F', value: 100, period: '2026-06' }),
      event('forecast.set', noon + s, { id: 'F', value: 120, period: '2026-06' }),
      event('forecast.set', noon, { id: 'other', value: 7 }),
      event('forecast.set', noon, { id: 'F', value: 1.5 }),
      event('forecast.set', noon, { id: 'F', value: '80' }),
      event('forecast.set', noon, { id: 'F', value: 90 }),
      event('stock.counted', noon + s, { id: 'F', value: 70 }),
    ]);
    expect(contractMeter(contract, sampleScope).measure(forecasts)).toEqual([
      { period: '2026-06', key: `forecast/F/${noon + s}/-/120/-`, value: 1 },
      { period: '2026-04', key: `forecast/F/${noon}/-/90/-`, value: 1 },
    ]);
  });

  describe('in KPIs', () => {
    const common = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
    const read = (kpi: Kpi, ...contents: readonly OutcomeContent[]): [number, number] => {
      const found = sums(sampleContract({ kpis: { k: kpi } }), contents);
      return [found['kpi/k/1/-/n/-'] ?? 0, found['kpi/k/1/-/d/-'] ?? 0];
    };
    const answers = (question: string, ...scores: readonly (number | boolean)[]) =>
      scores.map((score) => outcome([event('survey.answered', noon, { question, score })]));
    const selection = (name: string) => ({ name, unless: ['sale.cancelled'], match: {} });

    it.each<[Kpi, OutcomeContent[], [number, number]]>([
      [
        { ...common, type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5] },
        answers('csat', 5, 4, 3, 1, 9, 0),
        [2, 4],
      ],
      [
        { ...common, type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5] },
        answers('other', 5),
        [0, 0],
      ],
      [{ ...common, type: 'meanScore', question: 'ces', scale: [1, 7] }, answers('ces', 2, 6.5), [8_500, 2]],
      [{ ...common, type: 'nps', question: 'nps' }, answers('nps', 10, 9, 8, 7, 6, 0), [0, 6]],
      [{ ...common, type: 'fcrSurvey', question: 'solved' }, answers('solved', true, false, true), [2, 3]],
      [
        {
          ...common,
          type: 'ratio',
          numerator: selection('sale.made'),
          denominator: selection('lead.worked'),
        },
        [
          outcome([event('lead.worked', noon), event('sale.made', noon)]),
          outcome([event('lead.worked', noon)]),
        ],
        [1, 2],
      ],
      [
        { ...common, type: 'quality', field: 'score' },
        [
          outcome([event('quality.evaluated', noon, { score: 92.5 })]),
          outcome([event('quality.evaluated', noon, { score: 99, critical: true })]),
        ],
        [92_500, 2],
      ],
      [
        { ...common, type: 'delay', from: 'ticket.opened', to: 'ticket.closed' },
        [
          outcome([event('ticket.opened', noon), event('ticket.closed', noon + hour)]),
          outcome([event('ticket.opened', noon)]),
        ],
        [hour, 1],
      ],
      [
        { ...common, type: 'within', from: 'ticket.opened', to: 'ticket.closed', atMostMs: hour },
        [
          outcome([event('ticket.opened', noon), event('ticket.closed', noon + hour)]),
          outcome([event('ticket.opened', noon), event('ticket.closed', noon + hour + 1)]),
          outcome([event('ticket.opened', noon)]),
          // at once is in time
          outcome([event('ticket.opened', noon), event('ticket.closed', noon)]),
        ],
        [2, 4],
      ],
    ])('add to numerator and denominator of %j', (kpi, contents, expected) => {
      expect(read(kpi, ...contents)).toEqual(expected);
    });

    it('count the last answer of each subject to a question', () => {
      const kpi: Kpi = { ...common, type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5] };
      const twice = outcome([
        event('survey.answered', noon, { question: 'csat', score: 5 }),
        event('survey.answered', noon + s, { question: 'csat', score: 1 }),
      ]);
      expect(read(kpi, twice)).toEqual([0, 1]);
    });

    it('count the last answer of a subject alone where the contract was amended between two', () => {
      const csat: Kpi = { ...common, type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5] };
      const first = sampleVersion(1, null, { kpis: { csat } });
      const second = sampleVersion(2, noon + s, { kpis: { csat: { ...csat } } });
      const amended = sampleContract({}, { versions: [first, second] });
      const twice = outcome([
        event('survey.answered', noon, { question: 'csat', score: 5 }),
        event('survey.answered', noon + s, { question: 'csat', score: 1 }),
      ]);
      expect(sums(amended, [twice])).toEqual({ 'kpi/csat/2/-/d/-': 1 });
    });
  });
});

describe('programmesOf', () => {
  const scope: WorkScope = { ...sampleScope, agentProgramme: (agent) => (agent === 'c:a1' ? 'P' : null) };
  const sold = { name: 'sale.made', at: noon, data: {} };
  const blank = {
    kind: 'outcome',
    outcome: 'c:o',
    connection: 'c',
    agent: null,
    contact: null,
    customer: null,
  } as const;
  it.each<[PostingContent, string[]]>([
    [answeredCall(noon, noon + s), ['P']],
    [answeredCall(noon, noon + s, { queue: 'c:other' }, { queue: 'c:other' }), []],
    [activity('PREP', noon, noon + s, { programme: 'Q' }), ['Q']],
    [activity('PREP', noon, noon + s, { programme: 'Q', queue: 'c:q1' }), ['P']],
    [activity('PREP', noon, noon + s, { programme: null }), ['P']],
    [activity('PREP', noon, noon + s, { programme: null, agent: 'c:a2' }), []],
    [{ ...blank, programme: 'Q', queue: 'c:q1', events: [sold] }, ['Q']],
    [{ ...blank, programme: null, queue: 'c:q1', events: [sold] }, ['P']],
    [{ ...blank, programme: null, queue: null, events: [sold] }, []],
  ])('names the programmes that posting %# is about: %j', (content, expected) => {
    expect([...programmesOf(content, scope)]).toEqual(expected);
  });
});
