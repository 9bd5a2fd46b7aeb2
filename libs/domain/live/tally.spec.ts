import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ActivityContent } from '#domain/activity/activity.js';
import type { Stretch, TimelineContent } from '#domain/timeline/timeline.js';
import type { TotalsContent } from '#domain/timeline/timeline-page.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';
import { type RepeatChain, changeChain, emptyChain, type RepeatChange } from '#domain/kpi/repeat-chain.js';
import { liveKpis } from './report.js';
import type { LiveScope } from './live-scope.js';
import type { Grain } from './measure.js';
import { handledContacts, tallyRepeat } from './repeat-tally.js';
import { tallyContent } from './tally.js';

const view: LiveScope = {
  assignmentOf: (queue) => (queue.startsWith('c:') ? { programme: 'bank', queue: queue.slice(2) } : null),
  hasProgramme: (programme) => programme !== 'nowhere',
  rules: () => ({
    thresholdsMs: [5_000, 20_000],
    reason: 'queue',
    fcrWindowsMs: [86_400_000],
    agentTime: 'split',
  }),
  agent: () => null,
  agentCode: (agent) => (agent.startsWith('c:') ? agent.slice(2).toUpperCase() : null),
};

const settings = {
  thresholdsMs: [5_000, 20_000],
  shortAbandonMs: 5_000,
  windows: [{ iso: 'P1D', minutes: 1_440 }],
  surveys: [],
};

function segment(own: Partial<Segment>): Segment {
  const base = { queue: 'c:q1', enteredAt: 0, waitMs: 10_000, result: 'answered' as const, ...own };
  return { leftAt: base.enteredAt + base.waitMs, ...base };
}

function leg(own: Partial<Leg>): Leg {
  const base = { startedAt: 10_000, talkMs: 60_000, holdMs: 0, ...own };
  return {
    agent: 'c:alice',
    queue: 'c:q1',
    endedAt: base.startedAt + (base.talkMs ?? 0) + (base.holdMs ?? 0),
    dialMs: 0,
    acwMs: null,
    acwStartedAt: null,
    disposition: null,
    transferredOut: false,
    ...base,
  };
}

function contact(own: Partial<ContactContent>): ContactContent {
  return {
    kind: 'contact',
    contact: 'c:1',
    connection: 'c',
    direction: 'inbound',
    media: 'voice',
    customer: 'cust',
    segments: [],
    legs: [],
    missed: [],
    ...own,
  };
}

/** Sums over all quarter-hours, by grain, programme and name. */
function totals(
  contents: readonly PostingContent[],
  grain: Grain,
  programme: string,
  name?: string,
  scope: LiveScope = view,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const content of contents) {
    tallyContent(content, 1, scope, (key, field, delta) => {
      const [, measure = '', ...names] = field.split('|');
      if (!key.startsWith(`${grain}|${programme}|`) || (name !== undefined && names.join('|') !== name))
        return;
      sums.set(measure, (sums.get(measure) ?? 0) + delta);
    });
  }
  return sums;
}

describe('tallyContent', () => {
  it('counts a transferred contact once in its programme, each stay in its queue, each leg at its agent', () => {
    const content = contact({
      segments: [segment({}), segment({ queue: 'c:q2', enteredAt: 70_000, waitMs: 30_000 })],
      legs: [
        leg({ transferredOut: true }),
        leg({ agent: 'c:bob', queue: 'c:q2', startedAt: 100_000, talkMs: 5_000 }),
      ],
    });
    expect(liveKpis(totals([content], 'programme', 'bank'), settings, 'programme')).toMatchObject({
      offered: 1,
      answered: 1,
      handled: 1,
      legs: 2,
      transferred: 1,
      waitAnsweredMs: 10_000,
      talkMs: 65_000,
      answeredWithin: { 5000: 0, 20000: 1 },
    });
    expect(liveKpis(totals([content], 'queue', 'bank', 'q2'), settings, 'programme')).toMatchObject({
      offered: 1,
      answered: 1,
      handled: 1,
      waitAnsweredMs: 30_000,
      talkMs: 5_000,
    });
    expect(liveKpis(totals([content], 'agent', 'bank', 'BOB'), settings, 'programme')).toMatchObject({
      answered: 1,
      talkMs: 5_000,
    });
  });

  it('counts transfers and hold at the queue and the agent whose leg it was, from a millisecond of hold on', () => {
    const legs = [
      leg({ transferredOut: true, holdMs: 1 }),
      leg({ agent: 'c:bob', startedAt: 100_000 }),
      leg({ agent: 'c:eve', startedAt: 200_000, holdMs: null }),
    ];
    const content = contact({ segments: [segment({})], legs });
    const figuresOf = (agent: string) => {
      const sums = totals([content], 'agent', 'bank', agent);
      return [sums.get('transferred') ?? 0, sums.get('held') ?? 0];
    };
    expect(['ALICE', 'BOB', 'EVE'].map(figuresOf)).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(totals([content], 'agent', 'bank', 'ALICE').get('holdMs')).toBe(1);
    const queue = totals([content], 'queue', 'bank', 'q1');
    expect([queue.get('transferred'), queue.get('held')]).toEqual([1, 1]);
  });

  it('adds up the waits in every queue up to the answer when a contact overflows from queue to queue', () => {
    const content = contact({
      segments: [
        segment({ result: 'flowOut', waitMs: 15_000 }),
        segment({ queue: 'c:q2', enteredAt: 15_000, waitMs: 10_000 }),
      ],
      legs: [leg({ startedAt: 25_000 })],
    });
    expect(liveKpis(totals([content], 'programme', 'bank'), settings, 'programme')).toMatchObject({
      offered: 1,
      answered: 1,
      flowOut: 0,
      waitAnsweredMs: 25_000,
      answeredWithin: { 20000: 0 },
    });
  });

  it('counts an abandoned contact as offered and abandoned, never as handled', () => {
    const content = contact({ segments: [segment({ result: 'abandoned', waitMs: 30_000 })] });
    expect(Object.fromEntries(totals([content], 'programme', 'bank'))).toEqual({
      offered: 1,
      abandoned: 1,
      waitAbandonedMs: 30_000,
    });
  });

  it('counts the leg of a machine with the time that is known of it, and as no work of people', () => {
    const machines = { isAgent: (agent: string) => agent === 'c:bot', isQueue: () => false };
    const sumsOf = (own: Partial<Leg>) => {
      const content = contact({ legs: [leg({ agent: 'c:bot', ...own })] });
      return Object.fromEntries(totals([content], 'queue', 'bank', 'q1', { ...view, machines }));
    };
    expect(sumsOf({ talkMs: 50_000, holdMs: 7_000, acwMs: 300 })).toEqual({
      machineLegs: 1,
      machineMs: 57_300,
    });
    expect(sumsOf({ talkMs: 50_000, holdMs: null, acwMs: null })).toEqual({
      machineLegs: 1,
      machineMs: 50_000,
    });
    expect(sumsOf({ talkMs: null, holdMs: 7_000, acwMs: null })).toEqual({
      machineLegs: 1,
      machineMs: 7_000,
    });
  });

  it('counts an offer that an agent missed, in its queue and at the agent, and none without a queue', () => {
    const offer = { agent: 'c:alice', at: 0, alertMs: 9_000 };
    const content = contact({
      missed: [
        { ...offer, queue: 'c:q1' },
        { ...offer, queue: null },
      ],
    });
    for (const [grain, name] of [
      ['programme', undefined],
      ['queue', 'q1'],
      ['agent', 'ALICE'],
    ] as const)
      expect(Object.fromEntries(totals([content], grain, 'bank', name))).toEqual({ missed: 1 });
    expect(totals([content], 'programme', 'unmapped').size).toBe(0);
  });

  it('counts work beside legs for the programme, the queue and the agent', () => {
    const side = { agent: 'c:alice', queue: 'c:q1', startedAt: 890_000, endedAt: 920_000 };
    const content = contact({
      sideWork: [
        { ...side, state: 'PREVIEW' },
        { ...side, state: 'ACW_MISSED', endedAt: 893_000 },
      ],
    });
    const expected = { previewMs: 30_000, acwMissedMs: 3_000 };
    for (const [grain, name] of [
      ['programme', undefined],
      ['queue', 'q1'],
      ['agent', 'ALICE'],
    ] as const)
      expect(Object.fromEntries(totals([content], grain, 'bank', name))).toEqual(expected);
  });

  it('counts dialling before the leg, and no hold where none is known, though talk is shorter than the leg', () => {
    // from 10 s before the quarter-hour on; 60 s of a leg, of which 50 s are talk
    const legs = [leg({ startedAt: 905_000, endedAt: 965_000, talkMs: 50_000, dialMs: 15_000 })];
    const sums = new Map<string, number>();
    tallyContent(contact({ legs }), 1, view, (key, field, delta) => {
      if (key.startsWith('programme|')) sums.set(field, (sums.get(field) ?? 0) + delta);
    });
    expect([sums.get('0|dialMs'), sums.get('1|dialMs')]).toEqual([10_000, 5_000]);
    expect([sums.get('1|talkMs'), sums.get('1|holdMs')]).toEqual([50_000, undefined]);
  });

  it('shows work of no queue in the unmapped queue - of its connection', () => {
    const content = contact({ legs: [leg({ queue: null })] });
    expect(totals([content], 'queue', 'unmapped', 'c:-').get('talkMs')).toBe(60_000);
  });

  it('counts thresholds inclusively, for abandons as for answers', () => {
    const abandoned = contact({ segments: [segment({ result: 'abandoned', waitMs: 5_000 })] });
    const answered = contact({ segments: [segment({ waitMs: 20_000 })] });
    expect(liveKpis(totals([abandoned, answered], 'programme', 'bank'), settings, 'programme')).toMatchObject(
      {
        offered: 2,
        abandoned: 1,
        abandonedWithin: { 5000: 1, 20000: 1 },
        answeredWithin: { 5000: 0, 20000: 1 },
        ratios: {
          serviceLevel: { 20000: { 'SL-B': 0.5, 'SL-C': 1, 'SL-D': 1 } },
        },
      },
    );
  });

  it('shows an unknown queue and an unknown agent as unmapped', () => {
    const content = contact({
      segments: [segment({ queue: 'x:9' })],
      legs: [leg({ queue: 'x:9', agent: 'x:7' })],
    });
    expect(totals([content], 'queue', 'unmapped', 'x:9').get('offered')).toBe(1);
    expect(totals([content], 'agent', 'unmapped', 'unmapped:x:7').get('talkMs')).toBe(60_000);
    expect(totals([content], 'programme', 'bank').size).toBe(0);
  });

  it('splits agent time at quarter-hours without losing a millisecond', () => {
    const times = fc.record({
      startedAt: fc.integer({ min: -5_000_000, max: 5_000_000 }),
      talkMs: fc.integer({ min: 0, max: 9_000_000 }),
      holdMs: fc.integer({ min: 0, max: 3_000_000 }),
      acwMs: fc.integer({ min: 0, max: 3_000_000 }),
    });
    fc.assert(
      fc.property(times, (own) => {
        const legs = [leg({ ...own, acwStartedAt: own.startedAt + own.talkMs + own.holdMs })];
        const sums = totals([contact({ legs })], 'agent', 'bank');
        expect(sums.get('talkMs') ?? 0).toBe(own.talkMs);
        expect(sums.get('holdMs') ?? 0).toBe(own.holdMs);
        expect(sums.get('acwMs') ?? 0).toBe(own.acwMs);
      }),
    );
  });

  it('keeps all of a contact in the quarter-hour of its entry where the programme says so', () => {
    const late = contact({
      segments: [segment({ enteredAt: 899_000, waitMs: 5_000 })],
      legs: [leg({ startedAt: 904_000, talkMs: 2_000_000, holdMs: 7, acwMs: 9, acwStartedAt: 2_904_007 })],
    });
    const whole: LiveScope = { ...view, rules: () => ({ ...view.rules('bank'), agentTime: 'contact' }) };
    const fields = new Set<string>();
    tallyContent(late, 1, whole, (_key, field) => fields.add(field.split('|')[0] ?? ''));
    expect([...fields]).toEqual(['0']);
  });

  it('adds no talk that is not known where time is split', () => {
    const legs = [leg({ talkMs: null, holdMs: null, endedAt: 70_000 })];
    const sums = totals([contact({ legs })], 'agent', 'bank', 'ALICE');
    expect(Object.fromEntries(sums)).toEqual({ handled: 1, legs: 1, answered: 1 });
  });

  it('adds no time that is not known where all of a contact is counted at its entry', () => {
    const whole: LiveScope = { ...view, rules: () => ({ ...view.rules('bank'), agentTime: 'contact' }) };
    const legs = [leg({ talkMs: null, holdMs: null, acwMs: null, dialMs: 4_000 })];
    const sums = totals([contact({ legs })], 'agent', 'bank', 'ALICE', whole);
    expect(Object.fromEntries(sums)).toEqual({ handled: 1, legs: 1, answered: 1, dialMs: 4_000 });
  });

  it('takes back exactly what it added', () => {
    const content = contact({
      segments: [segment({})],
      legs: [leg({ holdMs: 7, acwMs: 9, acwStartedAt: 80_000 })],
    });
    const sums = new Map<string, number>();
    for (const sign of [1, -1] as const) {
      tallyContent(content, sign, view, (key, field, delta) => {
        sums.set(`${key}|${field}`, (sums.get(`${key}|${field}`) ?? 0) + delta);
      });
    }
    expect(sums.size).toBeGreaterThan(10);
    expect([...sums.values()].every((value) => value === 0)).toBe(true);
  });
});

describe("Agents' time outside of contacts", () => {
  const stretch: ActivityContent = {
    kind: 'activity',
    activity: 'c:activity/1',
    connection: 'c',
    agent: 'c:alice',
    state: 'AVAILABLE',
    startedAt: 800_000,
    endedAt: 1_000_000,
    queue: null,
    programme: 'bank',
  };

  it('counts for the programme and the agent, split at quarter-hours, and adds to the denominator of occupancy', () => {
    const work = contact({ legs: [leg({ talkMs: 600_000 })] });
    const sums = totals([stretch, work], 'agent', 'bank', 'ALICE');
    expect(liveKpis(sums, settings, 'programme')).toMatchObject({
      activityMs: { AVAILABLE: 200_000 },
      ratios: { occupancy: 0.75 },
    });
    expect(liveKpis(totals([work], 'agent', 'bank'), settings, 'programme').ratios.occupancy).toBeNull();
  });

  it('counts for the programme of its queue before the one that was reported, as for contracts', () => {
    const queued = { ...stretch, programme: 'shop', queue: 'c:q1' };
    expect(totals([queued], 'programme', 'bank').get('activityAVAILABLEMs')).toBe(200_000);
    expect(totals([queued], 'programme', 'shop').size).toBe(0);
  });

  it.each([
    ['none is reported', { programme: null }],
    ['the catalogue lacks the one reported', { programme: 'nowhere' }],
    ['the queue is unknown', { queue: 'elsewhere:7' }],
  ])('is unmapped and counts for no programme where %s', (_, change) => {
    expect(totals([{ ...stretch, ...change }], 'programme', 'bank').size).toBe(0);
    const unknown = totals([{ ...stretch, ...change }], 'programme', 'unmapped');
    expect(unknown.get('activityAVAILABLEMs')).toBe(200_000);
  });
});

describe('Work that is longer than is plausible', () => {
  const limits = { handlingMs: 3_600_000, waitMs: 3_600_000, stateMs: 3_600_000 };
  const limited: LiveScope = { ...view, plausibility: { limitsOf: () => limits, confirmedMs: () => 0 } };

  it('is shown with its length at the programme and the agent, and counts as no work', () => {
    const content = contact({ legs: [leg({ talkMs: 4_000_000 })] });
    const sumsOf = (grain: Grain, name?: string) =>
      Object.fromEntries(totals([content], grain, 'bank', name, limited));
    expect(sumsOf('programme')).toEqual({ implausibleWorks: 1, implausibleMs: 4_000_000 });
    expect(sumsOf('agent', 'ALICE')).toEqual({ implausibleMs: 4_000_000 });
  });
});

describe('Business events', () => {
  const outcome = (rest: Partial<OutcomeContent>): OutcomeContent => ({
    kind: 'outcome',
    outcome: 'shop:1',
    connection: 'shop',
    programme: null,
    queue: null,
    agent: null,
    contact: null,
    customer: null,
    events: [
      { name: 'sale.made', at: 1_000, data: {} },
      { name: 'sale.cancelled', at: 90_000_000, data: {} },
    ],
    ...rest,
  });
  const counted = (
    content: OutcomeContent,
    programme: string,
    grain: Grain = 'programme',
  ): number | undefined => totals([content], grain, programme).get('outcomes');

  it('count for the programme that was reported, else for that of the queue, each event by itself', () => {
    expect(counted(outcome({ programme: 'shop' }), 'shop')).toBe(2);
    expect(counted(outcome({ queue: 'c:q1' }), 'bank')).toBe(2);
    expect(counted(outcome({ queue: 'c:q1' }), 'bank', 'queue')).toBe(2);
  });

  it('are shown as unmapped where they have no known programme', () => {
    expect(counted(outcome({}), 'unmapped')).toBe(2);
    expect(counted(outcome({ queue: 'elsewhere:7' }), 'unmapped')).toBe(2);
    expect(counted(outcome({ queue: 'elsewhere:7' }), 'unmapped', 'queue')).toBe(2);
    expect(counted(outcome({ programme: 'nowhere' }), 'unmapped')).toBe(2);
    expect(counted(outcome({ programme: 'nowhere' }), 'nowhere')).toBeUndefined();
  });
});

describe('The tally of surveys and quality evaluations', () => {
  const outcome = (events: OutcomeContent['events'], agent: string | null = null): OutcomeContent => ({
    kind: 'outcome',
    outcome: 'shop:1',
    connection: 'shop',
    programme: null,
    queue: 'c:q1',
    agent,
    contact: null,
    customer: null,
    events,
  });
  const answered = (at: number, question: string, score: number | boolean) => {
    return { name: 'survey.answered', at, data: { question, score } };
  };

  it('counts the last of several answers of a subject to one question, in its programme, queue and agent', () => {
    const events = [answered(1, 'csat', 2), answered(2, 'a|b:c', true), answered(3, 'csat', 5)];
    const content = outcome(events, 'c:alice');
    const expected = { outcomes: 3, 'answer:csat:5': 1, 'answer:a%7Cb%3Ac:true': 1 };
    expect(Object.fromEntries(totals([content], 'programme', 'bank'))).toEqual(expected);
    expect(Object.fromEntries(totals([content], 'queue', 'bank', 'q1'))).toEqual(expected);
    expect(Object.fromEntries(totals([content], 'agent', 'bank', 'ALICE'))).toEqual(expected);
  });

  it('sums quality scores in thousandths, and counts a critical error as a score of 0', () => {
    const events = [
      { name: 'quality.evaluated', at: 1, data: { score: 92.5 } },
      { name: 'quality.evaluated', at: 2, data: { score: '80', critical: true } },
      { name: 'quality.evaluated', at: 3, data: { score: 'good' } },
    ];
    const sums = totals([outcome(events)], 'programme', 'bank');
    expect(Object.fromEntries(sums)).toEqual({
      outcomes: 3,
      qualityEvaluations: 2,
      qualityThousandths: 92_500,
    });
    expect(liveKpis(sums, settings, 'programme').figures.at(-1)).toMatchObject({
      definition: 'quality',
      value: 46.25,
    });
  });
});

describe('The tally of repeat contacts', () => {
  it('answers any window exactly: a gap of 1 day to the millisecond repeats, one more does not', () => {
    const [link] = handledContacts(contact({ segments: [segment({})], legs: [leg({})] }), view);
    expect(link).toMatchObject({ customer: 'cust', reason: 'q1', enteredAt: 0, endedAt: 70_000 });
    const repeated = (gapMs: number): number => {
      const sums = new Map<string, number>();
      if (link === undefined) throw new Error('no link');
      const change: RepeatChange = { contact: link, sign: 1, gapMs, gapBeforeMs: null, opens: [] };
      tallyRepeat(change, view.rules('bank'), (key, field, delta) => {
        if (key.startsWith('programme|')) sums.set(field.split('|')[1] ?? '', delta);
      });
      return liveKpis(sums, settings, 'programme').fcr['P1D']?.repeated ?? -1;
    };
    expect(repeated(86_400_000)).toBe(1);
    expect(repeated(86_400_001)).toBe(0);
  });

  it('counts an issue as solved where no contact follows within its window', () => {
    const [link] = handledContacts(contact({ legs: [leg({})] }), view);
    if (link === undefined) throw new Error('no link');
    const solved = (gapMs: number | null): number | undefined => {
      const sums = new Map<string, number>();
      const change: RepeatChange = { contact: link, sign: 1, gapMs, gapBeforeMs: null, opens: [86_400_000] };
      tallyRepeat(change, view.rules('bank'), (_key, field, delta) => sums.set(field, delta));
      expect(sums.get('0|issues1440')).toBe(1);
      return sums.get('0|issuesSolved1440');
    };
    expect([solved(null), solved(86_400_001), solved(86_400_000)]).toEqual([1, 1, undefined]);
  });

  it('counts issues by window: on hours 0, 20 and 30 two began within a day of a call, one took one call', () => {
    const hour = 3_600_000;
    const sums = new Map<string, number>();
    let chain: RepeatChain = emptyChain;
    for (const at of [0, 30 * hour, 20 * hour]) {
      const stay = segment({ enteredAt: at });
      const [link] = handledContacts(
        contact({ contact: `c:${at}`, segments: [stay], legs: [leg({ startedAt: at + 10_000 })] }),
        view,
      );
      if (link === undefined) throw new Error('no link');
      const changed = changeChain(chain, link, 1, [86_400_000, hour]);
      chain = changed.chain;
      for (const change of changed.changes) {
        tallyRepeat(change, view.rules('bank'), (key, field, delta) => {
          const measure = field.split('|')[1] ?? '';
          if (key.startsWith('programme|')) sums.set(measure, (sums.get(measure) ?? 0) + delta);
        });
      }
    }
    expect(liveKpis(sums, settings, 'programme').fcr['P1D']).toEqual({
      contacts: 3,
      repeated: 2,
      resolved: 1,
      rate: 1 / 3,
      issues: 2,
      issuesSolved: 1,
      issueRate: 0.5,
    });
    expect([...sums.keys()].filter((key) => key.endsWith('60'))).toEqual([]);
  });

  it('leaves unknown customers out of both parts', () => {
    expect(handledContacts(contact({ customer: null, legs: [leg({})] }), view)).toEqual([]);
  });

  it('has no ratio without a denominator', () => {
    expect(liveKpis(new Map(), settings, 'programme').ratios).toMatchObject({
      ahtMs: null,
      asaMs: null,
      answerRate: null,
    });
  });
});

describe('The timeline of an agent', () => {
  const timelines: LiveScope = {
    ...view,
    agentProgramme: (agent, at) => (agent === 'c:alice' && at < 1_000_000 ? 'bank' : null),
    stateOf: (_connection, code, reason) =>
      code === 'READY' ? 'AVAILABLE' : code === 'ACD' ? 'CONTACT' : reason === '3' ? 'PREP' : null,
  };
  const stretch = (code: string, reason: string | null, startedAt: number, endedAt: number): Stretch => {
    return { code, reason, startedAt, endedAt, closedBy: 'change', unseenMs: 0 };
  };
  const content: TimelineContent = {
    kind: 'timeline',
    timeline: 'c:agent/alice/state@0',
    connection: 'c',
    agent: 'c:alice',
    axis: 'state',
    stretches: [
      stretch('READY', null, 0, 60_000),
      stretch('ACD', null, 60_000, 90_000),
      stretch('AUX', '3', 90_000, 100_000),
      { ...stretch('AUX', '7', 100_000, 107_000), closedBy: 'silence', unseenMs: 40_000_000_000 },
      stretch('READY', null, 2_000_000, 2_000_005),
    ],
  };
  const kpis = (grain: Grain, programme: string, name?: string) =>
    liveKpis(totals([content], grain, programme, name, timelines), settings, grain);

  it('counts by what its codes mean, for the programme of the agent at that moment', () => {
    const activityMs = { AVAILABLE: 60_000, PREP: 10_000, UNMAPPED: 7_000 };
    expect(kpis('programme', 'bank')).toMatchObject({ activityMs, unseenMs: 40_000_000_000 });
    expect(kpis('agent', 'bank', 'ALICE')).toMatchObject({ activityMs, unseenMs: 40_000_000_000 });
    expect(kpis('programme', 'unmapped').activityMs).toEqual({ AVAILABLE: 5 });
  });

  it('shows a code that nothing maps by its name, among what is unmapped', () => {
    expect(kpis('queue', 'unmapped', 'c:AUX/7').activityMs).toEqual({ UNMAPPED: 7_000 });
  });

  it('shows sums of the platform beside it, and counts none of them', () => {
    const sums: TotalsContent = {
      kind: 'totals',
      totals: 'c:totals/1',
      connection: 'c',
      agent: 'c:alice',
      startedAt: 0,
      endedAt: 1_800_000,
      ms: { STAFFED: 1_800_000, 'AUX/3': 9_000 },
    };
    const shown = liveKpis(totals([sums], 'agent', 'bank', 'ALICE', timelines), settings, 'agent');
    expect(shown.reportedMs).toEqual({ STAFFED: 1_800_000, 'AUX/3': 9_000 });
    expect(shown.activityMs).toEqual({});
  });
});
