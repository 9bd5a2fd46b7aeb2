import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { describe, expect, it } from '@jest/globals';
import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { Contract, Scope, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { UnitLine } from '#domain/contract/line.js';
import type { Leg } from '#domain/posting/posting.js';
import { contractMeter } from './contract-meter.js';
import {
  anyWork,
  abandonedCall,
  answeredCall,
  contact,
  contactCount,
  paris,
  sampleContract,
  sampleLeg,
  sampleScope,
  sampleTerms,
  sampleVersion,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';

const s = 1_000;
const hour = 3_600_000;
const noon = paris('2026-04-15T12:00');

/** Sums of a few contents: `<period> <key>` to value. */
function sums(contract: Contract, ...contents: readonly PostingContent[]): Record<string, number> {
  const meter = contractMeter(contract, sampleScope);
  const found: Record<string, number> = {};
  for (const content of contents) {
    for (const { period, key, value } of meter.measure(content)) {
      found[`${period} ${key}`] = (found[`${period} ${key}`] ?? 0) + value;
    }
  }
  return found;
}

function talkContract(terms: Partial<Terms> = {}, rest: Partial<Contract> = {}): Contract {
  return sampleContract(
    { measures: { time: workTime(['TALK', 'HOLD', 'ACW']) }, lines: [timeLine()], ...terms },
    rest,
  );
}

describe('Billed work', () => {
  it.each([
    ['an unmapped queue', answeredCall(noon, noon + 60 * s, { queue: 'c:other' }, { queue: 'c:other' })],
    ['an unknown agent', answeredCall(noon, noon + 60 * s, { agent: 'c:stranger' })],
    ['a call that was in no queue', contact({ legs: [sampleLeg(noon, noon + 60 * s, { queue: null })] })],
  ])('never includes %s', (_, content) => {
    const contract = talkContract({
      measures: {
        time: workTime(['TALK']),
        contacts: contactCount('answered'),
        handled: contactCount('handled'),
      },
      lines: [timeLine(), unitLine({ id: 'L2' }), unitLine({ id: 'L3', measure: 'handled' })],
    });
    expect(sums(contract, content)).toEqual({});
  });

  it('leaves out the contact of an unknown agent, which KPIs still count', () => {
    const kpis: Terms['kpis'] = {
      aht: { version: 1, minSample: 0, onNoData: 'neutral', type: 'aht', per: 'contact' },
    };
    expect(
      sums(sampleContract({ kpis }), answeredCall(noon, noon + 60 * s, { agent: 'c:stranger' })),
    ).toEqual({
      '2026-04 kpi/aht/1/-/n/-': 60 * s,
      '2026-04 kpi/aht/1/-/d/-': 1,
    });
  });

  it('includes a call that the queue reports as answered though no session of an agent is reported', () => {
    const contract = sampleContract({
      measures: { contacts: contactCount('answered') },
      lines: [unitLine()],
    });
    expect(sums(contract, contact({ segments: answeredCall(noon, noon).segments }))).toEqual({
      '2026-04 line/L1/1/-/-/-': 1,
    });
  });

  it('lies in the queues, channels and directions of the scope', () => {
    const scoped = (scope: Partial<Terms['scope']>): Contract =>
      talkContract({ scope: { queues: null, channels: null, directions: null, ...scope } });
    const call = answeredCall(noon, noon + 60 * s);
    const billed = [
      { queues: ['q1'] },
      { queues: ['q2'] },
      { channels: ['voice'] },
      { channels: ['email'] },
      { directions: ['outbound'] },
    ] as const;
    expect(billed.map((scope) => Object.keys(sums(scoped(scope), call)).length)).toEqual([1, 0, 1, 0, 0]);
  });

  it('lies within the term of the contract, to the millisecond', () => {
    const contract = talkContract({}, { term: { firstDay: '2026-04-10', lastDay: '2026-04-20' } });
    const first = answeredCall(paris('2026-04-09T23:59'), paris('2026-04-10T00:02'));
    const last = answeredCall(paris('2026-04-20T23:59'), paris('2026-04-21T00:02'));
    expect(sums(contract, first)).toEqual({ '2026-04 line/L1/1/-/-/-': 120 * s });
    expect(sums(contract, last)).toEqual({ '2026-04 line/L1/1/-/-/-': 60 * s });
  });
});

describe('The share of contacts with hold', () => {
  it('counts a contact that was on hold for a millisecond, none without, and none whose platform reports none', () => {
    const kpis: Terms['kpis'] = { hold: { type: 'hold', version: 1, minSample: 0, onNoData: 'neutral' } };
    const call = (holdMs: number | null) => answeredCall(noon, noon + 60 * s, { holdMs });
    const shares = [1, 0, null].map((holdMs) => sums(sampleContract({ kpis }), call(holdMs)));
    const denominator = { '2026-04 kpi/hold/1/-/d/-': 1 };
    expect(shares).toEqual([{ '2026-04 kpi/hold/1/-/n/-': 1, ...denominator }, denominator, denominator]);
  });
});

describe('Answers to a survey', () => {
  const csat: Kpi = {
    type: 'topBox',
    question: 'csat',
    boxes: [4, 5],
    scale: [1, 5],
    version: 1,
    minSample: 0,
    onNoData: 'neutral',
  };
  const outcome = (...events: OutcomeContent['events']): OutcomeContent => ({
    kind: 'outcome',
    outcome: 'crm:1',
    connection: 'crm',
    programme: 'P',
    queue: 'c:q1',
    agent: null,
    contact: null,
    customer: null,
    events,
  });
  const answer = (at: number, score: number, name = 'survey.answered') => {
    return { name, at, data: { question: 'csat', score } };
  };

  it('are none where an event of another name has question and score', () => {
    const sent = outcome(answer(noon, 5, 'survey.sent'));
    expect(sums(sampleContract({ kpis: { csat } }), sent)).toEqual({});
    expect(sums(sampleContract({ kpis: { csat } }), outcome(answer(noon, 5)))).toEqual({
      '2026-04 kpi/csat/1/-/n/-': 1,
      '2026-04 kpi/csat/1/-/d/-': 1,
    });
  });

  it('count by the version that has the KPI: the last one given while it was agreed', () => {
    const until = paris('2026-04-16T00:00');
    const contract = sampleContract(
      {},
      { versions: [sampleVersion(1, null, { kpis: { csat } }), sampleVersion(2, until, {})] },
    );
    const all = outcome(answer(noon, 1), answer(noon + hour, 4), answer(until, 1));
    expect(sums(contract, all)).toEqual({
      '2026-04 kpi/csat/1/-/n/-': 1,
      '2026-04 kpi/csat/1/-/d/-': 1,
    });
  });
});

describe('The name of a sum', () => {
  const call = (at: string, toMs: number, leg: Partial<Leg> = {}) =>
    answeredCall(paris(at), paris(at) + toMs, leg);

  it('keeps a rate and the price of the line apart, whichever comes first', () => {
    const rates = [{ id: 'expert', price: '40.00', when: { ...anyWork, grades: ['expert'] } }];
    const contract = talkContract({ lines: [timeLine({ rates })] });
    const [expert, junior] = [
      call('2026-04-15T12:00', 60 * s, { agent: 'c:a2' }),
      call('2026-04-15T12:00', s),
    ];
    const both = { '2026-04 line/L1/1/-/-/expert': 60 * s, '2026-04 line/L1/1/-/-/-': s };
    expect(sums(contract, expert, junior)).toEqual(both);
    expect(sums(contract, junior, expert)).toEqual(both);
  });

  it('keeps versions apart where work runs on into a month that its contact does not count in', () => {
    // Both calls run for ten minutes into the month after; April has another version than March.
    const versions = [null, paris('2026-04-01T00:00')].map((from, index) =>
      sampleVersion(index + 1, from, {
        measures: { time: workTime(['TALK']) },
        lines: [timeLine()],
      }),
    );
    const contract = sampleContract(
      {},
      { versions, attribution: { contacts: 'queueEntry', time: 'contact' } },
    );
    const inApril = call('2026-04-30T23:50', 1_200 * s);
    const inFebruary = call('2026-02-28T23:50', 1_200 * s);
    expect(sums(contract, inFebruary, inApril)).toEqual({
      '2026-02 line/L1/1/-/-/-': 1_200 * s,
      '2026-04 line/L1/2/-/-/-': 1_200 * s,
    });
  });
});

describe('A contact before the term', () => {
  const before = paris('2026-04-10T00:00') - 1;
  const term = { firstDay: '2026-04-10', lastDay: null };

  it('counts for no line, measure or KPI', () => {
    const contract = sampleContract(
      {
        measures: { contacts: contactCount('handled'), solved: { kind: 'resolved', kpi: 'fcr' } },
        lines: [unitLine(), unitLine({ id: 'L2', measure: 'solved' })],
        kpis: {
          aht: { version: 1, minSample: 0, onNoData: 'neutral', type: 'aht', per: 'contact' },
        },
      },
      { term },
    );
    const handled = answeredCall(before, before);
    expect(sums(contract, handled)).toEqual({});
    expect(Object.keys(sums(contract, answeredCall(before + 1, before + 1)))).toContain(
      '2026-04 line/L1/1/-/-/-',
    );
  });
});

describe('A contact', () => {
  const contract = (contacts: Contract['attribution']['contacts']): Contract =>
    sampleContract(
      { measures: { contacts: contactCount('answered') }, lines: [unitLine()] },
      { attribution: { contacts, time: 'split' } },
    );
  const entered = paris('2026-04-30T23:58');
  const answered = paris('2026-04-30T23:59:30');
  const left = paris('2026-05-01T00:05');
  const transferred = contact({
    segments: [
      { queue: 'c:q1', enteredAt: entered, leftAt: answered, waitMs: 90 * s, result: 'answered' },
      { queue: 'c:q2', enteredAt: left, leftAt: left + 30 * s, waitMs: 30 * s, result: 'answered' },
    ],
    legs: [
      sampleLeg(answered, left, { transferredOut: true }),
      sampleLeg(left + 30 * s, left + 90 * s, { agent: 'c:a2', queue: 'c:q2' }),
    ],
  });
  it.each([
    ['queueEntry', '2026-04'],
    ['connected', '2026-04'],
    ['ended', '2026-05'],
  ] as const)('that is attributed by %s is counted once, in %s', (instant, period) => {
    expect(sums(contract(instant), transferred)).toEqual({ [`${period} line/L1/1/-/-/-`]: 1 });
  });

  it('has the time of both its agents billed, split between the months', () => {
    expect(sums(talkContract(), transferred)).toEqual({
      '2026-04 line/L1/1/-/-/-': 30 * s,
      '2026-05 line/L1/1/-/-/-': 300 * s + 60 * s,
    });
  });

  it('is not counted when its talk time is below the minimum', () => {
    const measures = { contacts: contactCount('answered', { minTalkMs: 10 * s }) };
    const short = sampleContract({ measures, lines: [unitLine()] });
    expect(
      [9, 10].map((seconds) => Object.keys(sums(short, answeredCall(noon, noon + seconds * s))).length),
    ).toEqual([0, 1]);
  });
});

describe('Increments and caps at the border of a band', () => {
  const bands = [
    {
      id: 'evening',
      days: [],
      times: [{ fromMs: 20 * hour, toMs: 24 * hour }],
      price: '35.00',
      surcharge: null,
    },
  ];
  const edge = paris('2026-04-15T20:00');
  const contract = (measure: Parameters<typeof workTime>[1]): Contract =>
    sampleContract({ measures: { time: workTime(['TALK'], measure) }, lines: [timeLine({ bands })] });

  it('round up the whole call and add the difference to its last part', () => {
    const increment = { firstMs: 30 * s, stepMs: 6 * s, per: 'contact' } as const;
    // 40 s before and 21 s after the edge: 61 s are billed as 66 s
    expect(sums(contract({ increment }), answeredCall(edge - 40 * s, edge + 21 * s))).toEqual({
      '2026-04 line/L1/1/-/-/-': 40 * s,
      '2026-04 line/L1/1/-/evening/-': 26 * s,
    });
  });

  it('keep the first seconds of a capped call', () => {
    expect(sums(contract({ capMs: 50 * s }), answeredCall(edge - 40 * s, edge + 21 * s))).toEqual({
      '2026-04 line/L1/1/-/-/-': 40 * s,
      '2026-04 line/L1/1/-/evening/-': 10 * s,
    });
  });

  it('round up per leg or per contact, as agreed', () => {
    const call = contact({
      segments: answeredCall(noon, noon).segments,
      legs: [sampleLeg(noon, noon + 31 * s), sampleLeg(noon + 60 * s, noon + 91 * s)],
    });
    const billed = (['contact', 'leg'] as const).map((per) =>
      Object.values(sums(contract({ increment: { firstMs: 60 * s, stepMs: 60 * s, per } }), call)),
    );
    expect(billed).toEqual([[120 * s], [120 * s]]);
    const longer = {
      ...call,
      legs: [sampleLeg(noon, noon + 61 * s), sampleLeg(noon + 70 * s, noon + 100 * s)],
    };
    const again = (['contact', 'leg'] as const).map((per) =>
      Object.values(sums(contract({ increment: { firstMs: 60 * s, stepMs: 60 * s, per } }), longer)),
    );
    expect(again).toEqual([[120 * s], [180 * s]]);
  });

  it('bill nothing for a call without talk', () => {
    const increment = { firstMs: 60 * s, stepMs: 60 * s, per: 'contact' } as const;
    expect(sums(contract({ increment }), answeredCall(noon, noon))).toEqual({});
  });

  it('apportion hold within talk where the platform reports totals only', () => {
    const call = answeredCall(edge - 100 * s, edge + 50 * s, { holdMs: 31 * s });
    const all = sampleContract({ measures: { time: workTime(['HOLD']) }, lines: [timeLine({ bands })] });
    expect(sums(all, call)).toEqual({
      '2026-04 line/L1/1/-/-/-': 20_667,
      '2026-04 line/L1/1/-/evening/-': 10_333,
    });
  });
});

describe('Rates by worker', () => {
  it('price each leg at the first rate that fits', () => {
    const rates = [
      { id: 'german', price: '45.00', when: { ...anyWork, languages: ['de'], grades: ['expert'] } },
      { id: 'claims', price: '40.00', when: { ...anyWork, dispositions: ['claim'] } },
    ];
    const call = contact({
      segments: answeredCall(noon, noon).segments,
      legs: [
        sampleLeg(noon, noon + 10 * s, { agent: 'c:a2', disposition: 'claim' }),
        sampleLeg(noon + 10 * s, noon + 30 * s, { disposition: 'claim' }),
        sampleLeg(noon + 30 * s, noon + 70 * s),
      ],
    });
    expect(sums(talkContract({ lines: [timeLine({ rates })] }), call)).toEqual({
      '2026-04 line/L1/1/-/-/german': 10 * s,
      '2026-04 line/L1/1/-/-/claims': 20 * s,
      '2026-04 line/L1/1/-/-/-': 40 * s,
    });
  });
});

describe('A call that runs past the end of the month, where time stays with its contact,', () => {
  const midnight = paris('2026-05-01T00:00');
  const call = answeredCall(midnight - 60 * s, midnight + 40 * s);
  const attribution = { contacts: 'queueEntry', time: 'contact' } as const;

  it('is billed in full in the month in which it entered', () => {
    expect(sums(talkContract({}, { attribution }), call)).toEqual({ '2026-04 line/L1/1/-/-/-': 100 * s });
    expect(sums(talkContract(), call)).toEqual({
      '2026-04 line/L1/1/-/-/-': 60 * s,
      '2026-05 line/L1/1/-/-/-': 40 * s,
    });
  });

  it('is billed by the version of that month where the next month has another', () => {
    const terms = { measures: { time: workTime(['TALK']) }, lines: [timeLine()] };
    const versions = [sampleVersion(1, null, terms), sampleVersion(2, midnight, terms)];
    const contract = sampleContract({}, { versions, attribution });
    expect(sums(contract, call)).toEqual({ '2026-04 line/L1/1/-/-/-': 100 * s });
  });
});

describe('Versions of a contract', () => {
  it('split a call into three lines where two amendments fall into it', () => {
    const terms = { measures: { time: workTime(['TALK']) }, lines: [timeLine()] };
    const versions = [
      sampleVersion(1, null, terms),
      sampleVersion(2, noon + 60 * s, terms),
      sampleVersion(3, noon + 90 * s, terms),
    ];
    expect(sums(sampleContract({}, { versions }), answeredCall(noon, noon + 120 * s))).toEqual({
      '2026-04 line/L1/1/-/-/-': 60 * s,
      '2026-04 line/L1/2/-/-/-': 30 * s,
      '2026-04 line/L1/3/-/-/-': 30 * s,
    });
  });

  it('can switch the charge model at the border of a month: a call across it is billed as time before, not as an act after', () => {
    const midnight = paris('2026-05-01T00:00');
    const acts = { measures: { contacts: contactCount('answered') }, lines: [unitLine()] };
    const versions = [
      sampleVersion(1, null, { measures: { time: workTime(['TALK']) }, lines: [timeLine()] }),
      sampleVersion(2, midnight, acts),
    ];
    const contract = sampleContract({}, { versions });
    expect(sums(contract, answeredCall(midnight - 60 * s, midnight + 60 * s))).toEqual({
      '2026-04 line/L1/1/-/-/-': 60 * s,
    });
    expect(sums(contract, answeredCall(midnight, midnight + 60 * s))).toEqual({
      '2026-05 line/L1/2/-/-/-': 1,
    });
  });

  it('are overlaid by calendar windows', () => {
    const terms = sampleTerms({ measures: { contacts: contactCount('answered') }, lines: [unitLine()] });
    const window = { id: 'BF26', from: noon, to: noon + hour, terms };
    const contract = sampleContract(
      {},
      { versions: [{ version: 1, from: null, reason: null, terms, windows: [window] }] },
    );
    const calls = [noon - 1, noon, noon + hour - 1, noon + hour].map((at) => answeredCall(at, at));
    expect(sums(contract, ...calls)).toEqual({
      '2026-04 line/L1/1/-/-/-': 2,
      '2026-04 line/L1/1/BF26/-/-': 2,
    });
  });
});

describe('KPIs of contacts', () => {
  const common = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
  const read = (kpi: Kpi, ...contents: readonly PostingContent[]): [number, number] => {
    const found = sums(sampleContract({ kpis: { k: kpi } }), ...contents);
    return [found['2026-04 kpi/k/1/-/n/-'] ?? 0, found['2026-04 kpi/k/1/-/d/-'] ?? 0];
  };
  const answered = (waitS: number) => answeredCall(noon, noon + 60 * s, {}, { waitMs: waitS * s });
  const calls = [
    answered(5),
    answered(20),
    answered(21),
    abandonedCall(noon, 4 * s),
    abandonedCall(noon, 20 * s),
    abandonedCall(noon, 60 * s),
  ];

  it.each([
    ['SL-A', [2, 3]],
    ['SL-B', [2, 6]],
    ['SL-C', [2, 5]],
    ['SL-D', [4, 6]],
    ['SL-E', [2, 4]],
  ] as const)('count waits up to the threshold, inclusive, in service level %s', (variant, expected) => {
    expect(
      read(
        { ...common, type: 'serviceLevel', variant, thresholdMs: 20 * s, shortAbandonMs: 5 * s },
        ...calls,
      ),
    ).toEqual(expected);
  });

  it.each([
    [{ type: 'asa', of: 'answered' }, [46 * s, 3]],
    [{ type: 'asa', of: 'offered' }, [130 * s, 6]],
    [{ type: 'abandonment', shortAbandonMs: null }, [3, 6]],
    [{ type: 'abandonment', shortAbandonMs: 5 * s }, [2, 5]],
    [{ type: 'answerRate', shortAbandonMs: null }, [3, 6]],
    [{ type: 'att', per: 'contact' }, [180 * s, 3]],
  ] as const)('count three answered and three abandoned calls for %j', (definition, expected) => {
    expect(read({ ...common, ...definition }, ...calls)).toEqual(expected);
  });

  const chain = contact({
    segments: answeredCall(noon, noon).segments,
    legs: [
      sampleLeg(noon, noon + 60 * s, {
        transferredOut: true,
        holdMs: 10 * s,
        acwMs: 20 * s,
        acwStartedAt: noon + 60 * s,
      }),
      sampleLeg(noon + 60 * s, noon + 90 * s, { agent: 'c:a2', disposition: 'done', dialMs: 5 * s }),
    ],
  });
  it.each([
    [{ type: 'aht', per: 'contact' }, [115 * s, 1]],
    [{ type: 'aht', per: 'leg' }, [115 * s, 2]],
    [{ type: 'acw', per: 'contact' }, [20 * s, 1]],
    [{ type: 'transfer' }, [1, 1]],
    [{ type: 'hold' }, [1, 1]],
    [{ type: 'fcrDeclared', resolved: ['done'] }, [1, 1]],
    [{ type: 'fcrDeclared', resolved: ['other'] }, [0, 1]],
  ] as const)('count a call with two agents for %j', (definition, expected) => {
    expect(read({ ...common, ...definition }, chain)).toEqual(expected);
  });

  it('leave out what entered during an outage', () => {
    const kpis = { k: { ...common, type: 'abandonment', shortAbandonMs: null } } as const;
    const contract = sampleContract({
      kpis,
      bonusMalus: [
        {
          kind: 'kpi',
          id: 'A',
          name: 'A',
          kpi: 'k',
          base: [],
          shapes: [],
          cap: { bonus: null, malus: null },
          during: null,
        },
      ],
      waivers: [{ kind: 'outage', id: 'W', of: ['A'], proof: 'incident 7', from: noon, to: noon + hour }],
    });
    expect(
      sums(contract, abandonedCall(noon - 1, s), abandonedCall(noon, s), abandonedCall(noon + hour, s)),
    ).toEqual({
      '2026-04 kpi/k/1/-/n/-': 2,
      '2026-04 kpi/k/1/-/d/-': 2,
    });
  });
});

describe('A measure that a waiver refers to', () => {
  const waived = (kind: 'volumeAbove' | 'period') =>
    sums(
      sampleContract({
        measures: { contacts: contactCount('handled') },
        waivers: [
          kind === 'period'
            ? { kind, id: 'W', of: [], proof: 'decree', from: noon, to: noon + hour }
            : {
                kind,
                id: 'W',
                of: [],
                proof: 'annex 2',
                measure: 'contacts',
                forecast: { kind: 'agreed', values: {} },
                above: '1.1',
                during: null,
              },
        ],
      }),
      answeredCall(noon, noon + 60 * s),
    );

  it('is counted, also where no line charges it', () => {
    expect(waived('volumeAbove')).toEqual({ '2026-04 measure/contacts/1/-/-/-': 1 });
    expect(waived('period')).toEqual({});
  });
});

describe('A resolution that has to hold', () => {
  it('is never one of a customer who is not known', () => {
    const settled: Kpi = {
      version: 1,
      minSample: 0,
      onNoData: 'neutral',
      type: 'settled',
      windowMs: 72 * hour,
      by: null,
      unless: [],
      resolved: null,
    };
    const contract = sampleContract({
      kpis: { settled },
      measures: { contacts: { kind: 'resolved', kpi: 'settled' } },
      lines: [unitLine({ model: 'outcome' })],
    });
    expect(sums(contract, answeredCall(noon, noon + 60 * s))).toEqual({});
  });
});

describe('First-contact resolution', () => {
  const day = 86_400_000;
  const common = {
    version: 1,
    minSample: 0,
    onNoData: 'neutral',
    windowMs: 7 * day,
    unknownCustomer: 'exclude',
    basis: 'gross',
    notSolvable: ['outage'],
  } as const;
  const kpi = (rest: Partial<Extract<Kpi, { type: 'fcrPerContact' }>>): Kpi => ({
    ...common,
    type: 'fcrPerContact',
    ...rest,
  });
  const handled: HandledContact = {
    contact: 'c:1',
    customer: 'x',
    programme: 'P',
    reason: 'q1',
    queue: 'q1',
    media: 'voice',
    direction: 'inbound',
    enteredAt: noon,
    connectedAt: noon + 10 * s,
    endedAt: noon + 60 * s,
    lastAt: noon + 60 * s,
    legs: [{ agent: 'c:a1', queue: 'q1', disposition: null }],
  };
  const verdict = (
    definition: Kpi,
    gapMs: number | null,
    before: number | null = null,
    change: Partial<HandledContact> = {},
  ) => {
    const meter = contractMeter(sampleContract({ kpis: { k: definition } }), sampleScope);
    const opens = meter.issueWindowsMs.filter((window) => before === null || before > window);
    const found = meter.measureRepeat({ ...handled, ...change }, { gapMs, gapBeforeMs: before, opens });
    const side = (part: string): number => found.find(({ key }) => key === `kpi/k/1/-/${part}/-`)?.value ?? 0;
    return `${side('n')}/${side('d')}`;
  };

  it('is missed by a gap of the window itself, inclusive, and met by one millisecond more', () => {
    expect([null, 0, 7 * day, 7 * day + 1].map((gap) => verdict(kpi({}), gap))).toEqual([
      '1/1',
      '0/1',
      '0/1',
      '1/1',
    ]);
  });

  it('counts a chain of contacts at its first one where it is per issue', () => {
    const perIssue: Kpi = { ...common, type: 'fcrPerIssue', chain: 'sliding' };
    // contacts on days 0, 3 and 12: two issues, one solved at once
    expect([
      verdict(perIssue, 3 * day),
      verdict(perIssue, 9 * day, 3 * day),
      verdict(perIssue, null, 9 * day),
    ]).toEqual(['0/1', '0/0', '1/1']);
  });

  it('leaves out what cannot be solved at first level where it is net, and always other programmes', () => {
    expect(verdict(kpi({ basis: 'net' }), null, null, { reason: 'outage' })).toBe('0/0');
    expect(verdict(kpi({ basis: 'gross' }), null, null, { reason: 'outage' })).toBe('1/1');
    expect(verdict(kpi({}), null, null, { programme: 'other' })).toBe('0/0');
  });

  it('counts unknown customers as resolved only where that is agreed', () => {
    const call = answeredCall(noon, noon + 60 * s);
    const counted = (unknownCustomer: 'exclude' | 'countAsResolved') =>
      sums(sampleContract({ kpis: { k: kpi({ unknownCustomer }) } }), call);
    expect(counted('exclude')).toEqual({});
    expect(counted('countAsResolved')).toEqual({ '2026-04 kpi/k/1/-/n/-': 1, '2026-04 kpi/k/1/-/d/-': 1 });
  });

  it('goes by where issues begin, not by the gap before, where it is per anchored issue', () => {
    const perIssue: Kpi = { ...common, type: 'fcrPerIssue', chain: 'anchored' };
    const meter = contractMeter(sampleContract({ kpis: { k: perIssue } }), sampleScope);
    const sidesOf = (gapMs: number | null, gapBeforeMs: number | null, opens: readonly number[]) =>
      meter.measureRepeat(handled, { gapMs, gapBeforeMs, opens }).map(({ key }) => key.slice(-3, -2));
    expect(meter.issueWindowsMs).toEqual([7 * day]);
    // contacts on days 0, 5 and 10: {0, 5} and {10}, one of two issues solved at once
    expect(sidesOf(5 * day, null, [7 * day])).toEqual(['d']);
    expect(sidesOf(5 * day, 5 * day, [])).toEqual([]);
    expect(sidesOf(null, 5 * day, [7 * day])).toEqual(['n', 'd']);
    expect(sidesOf(null, null, [8 * day])).toEqual([]);
  });

  const paid = (terms: Partial<Terms> = {}, line: Partial<UnitLine> = {}): Contract =>
    sampleContract({
      kpis: { k: kpi({}) },
      measures: { solved: { kind: 'resolved', kpi: 'k' } },
      lines: [unitLine({ model: 'outcome', measure: 'solved', ...line })],
      ...terms,
    });
  const keys = (contract: Contract, change: Partial<HandledContact> = {}): string[] =>
    contractMeter(contract, sampleScope)
      .measureRepeat({ ...handled, ...change }, { gapMs: null, gapBeforeMs: null, opens: [] })
      .map(({ period, key }) => `${period} ${key}`)
      .sort();
  const counts = ['2026-04 kpi/k/1/-/d/-', '2026-04 kpi/k/1/-/n/-', '2026-04 line/L1/1/-/-/-'];

  it('is about the channels, directions and queues in scope only', () => {
    const scoped = (scope: Partial<Scope>): Contract =>
      paid({ scope: { queues: null, channels: null, directions: null, ...scope } });
    expect(keys(scoped({ channels: ['voice'] }))).toEqual(counts);
    expect(keys(scoped({ channels: ['chat', 'email'] }))).toEqual([]);
    expect(keys(scoped({ directions: ['inbound'] }))).toEqual(counts);
    expect(keys(scoped({ directions: ['inbound'] }), { direction: 'outbound' })).toEqual([]);
    expect(keys(scoped({ queues: ['q1'] }))).toEqual(counts);
    expect(keys(scoped({ queues: ['q2'] }))).toEqual([]);
  });

  it('counts what unknown agents have handled, and never bills it', () => {
    const by = (agent: string, queue = 'q1') => ({ agent, queue, disposition: null });
    expect(keys(paid(), { legs: [by('c:stranger')] })).toEqual(counts.slice(0, 2));
    expect(keys(paid(), { legs: [by('c:stranger'), by('c:a1')] })).toEqual(counts);
    const q1 = paid({ scope: { queues: ['q1'], channels: null, directions: null } });
    expect(keys(q1, { legs: [by('c:stranger'), by('c:a1', 'q2')] })).toEqual(counts.slice(0, 2));
  });

  it('never bills contacts of unknown customers that only unknown agents have handled', () => {
    const resolved = paid({ kpis: { k: kpi({ unknownCustomer: 'countAsResolved' }) } });
    const call = (agent: string) => answeredCall(noon, noon + 60 * s, { agent });
    const kpis = { '2026-04 kpi/k/1/-/n/-': 1, '2026-04 kpi/k/1/-/d/-': 1 };
    expect(sums(resolved, call('c:a1'))).toEqual({ ...kpis, '2026-04 line/L1/1/-/-/-': 1 });
    expect(sums(resolved, call('c:stranger'))).toEqual(kpis);
  });

  it('has the price of the first known agent, as counted contacts have', () => {
    const rates = [
      { id: 'expert', price: '6.00', when: { ...anyWork, grades: ['expert'] } },
      { id: 'hard', price: '5.00', when: { ...anyWork, dispositions: ['fraud'] } },
      { id: 'other', price: '4.00', when: { ...anyWork, queues: ['q2'] } },
    ];
    const line = (legs: HandledContact['legs']): string | undefined =>
      keys(paid({}, { rates }), { legs }).find((key) => key.includes('line/'));
    const leg = (agent: string, disposition: string | null = null, queue = 'q1') => ({
      agent,
      queue,
      disposition,
    });
    expect(line([leg('c:stranger'), leg('c:a2')])).toBe('2026-04 line/L1/1/-/-/expert');
    expect(line([leg('c:a1', 'fraud'), leg('c:a2')])).toBe('2026-04 line/L1/1/-/-/hard');
    expect(line([leg('c:a1', null, 'q2')])).toBe('2026-04 line/L1/1/-/-/other');
    expect(line([leg('c:a1')])).toBe('2026-04 line/L1/1/-/-/-');
  });

  it('belongs to the month of the instant agreed for contacts', () => {
    const instants = {
      enteredAt: paris('2026-04-30T23:50'),
      connectedAt: paris('2026-05-01T00:10'),
      endedAt: paris('2026-05-31T23:59'),
      lastAt: paris('2026-06-01T00:01'),
    };
    const month = (contacts: Contract['attribution']['contacts']): string | undefined =>
      keys({ ...paid(), attribution: { contacts, time: 'split' } }, instants)[0]?.slice(0, 7);
    expect([month('queueEntry'), month('connected'), month('ended')]).toEqual([
      '2026-04',
      '2026-05',
      '2026-06',
    ]);
  });

  it('gives the quantity of a line paid by result', () => {
    const contract = sampleContract({
      kpis: { k: kpi({}) },
      measures: { solved: { kind: 'resolved', kpi: 'k' } },
      lines: [unitLine({ model: 'outcome', measure: 'solved' })],
    });
    const meter = contractMeter(contract, sampleScope);
    expect(meter.measureRepeat(handled, { gapMs: null, gapBeforeMs: null, opens: [] })).toContainEqual({
      period: '2026-04',
      key: 'line/L1/1/-/-/-',
      value: 1,
    });
    expect(
      meter.measureRepeat(handled, { gapMs: day, gapBeforeMs: null, opens: [] }).map(({ key }) => key),
    ).toEqual(['kpi/k/1/-/d/-']);
  });
});

describe('Work that runs on into another month than that of its contact', () => {
  it('goes to the terms that were in force in each, whichever came first', () => {
    const terms = { measures: { time: workTime(['TALK']) }, lines: [timeLine()] };
    const contract = sampleContract(terms, {
      attribution: { contacts: 'queueEntry', time: 'contact' },
      versions: [sampleVersion(1, null, terms), sampleVersion(2, paris('2026-06-01T00:00'), terms)],
    });
    // ten minutes on each side of midnight
    const [spring, summer] = ['2026-04-30T23:50', '2026-06-30T23:50'].map((text) => {
      return answeredCall(paris(text), paris(text) + hour / 3);
    });
    if (spring === undefined || summer === undefined) throw new Error('there are two');
    expect(sums(contract, spring, summer)).toEqual({
      '2026-04 line/L1/1/-/-/-': hour / 3,
      '2026-06 line/L1/2/-/-/-': hour / 3,
    });
  });
});
