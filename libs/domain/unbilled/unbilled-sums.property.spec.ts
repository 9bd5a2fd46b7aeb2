import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  contact,
  contactCount,
  fixedLine,
  sampleContract,
  timeLine,
  unitLine,
  utc,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Measure } from '#domain/contract/measure.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';
import type { PlausibleLimits } from '#domain/scope/plausibility.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import { UnbilledSums } from './unbilled-sums.js';

/**
 * All work lies within a tenth of a second of this border of terms and spans, so that a program can count
 * each millisecond.
 */
const border = utc('2026-05-10T00:00:00Z');
const near = fc.integer({ min: border - 60, max: border + 40 });
const short = fc.nat(40);

interface Agreed {
  readonly programme: string;
  readonly begins: 'ever' | 'at the border';
  readonly ends: 'never' | 'at the border';
  readonly queues: readonly string[] | null;
  readonly pays: keyof typeof measures;
}
const measures = {
  talkAndAcw: workTime(['TALK', 'ACW']),
  talkAtMost15: workTime(['DIAL', 'TALK'], { capMs: 15 }),
  holdAtMost9: workTime(['TALK', 'HOLD'], { capsMs: { HOLD: 9 } }),
  available: workTime(['AVAILABLE']),
  answered: contactCount('answered'),
  answeredFrom20: contactCount('answered', { minTalkMs: 20 }),
  offered: contactCount('offered'),
  sales: { kind: 'events', name: 'sale.made', within: null, unless: [], match: {} },
  amount: null,
} satisfies Record<string, Measure | null>;

const someAgreed: fc.Arbitrary<Agreed> = fc
  .record<Agreed>({
    programme: fc.constantFrom('P0', 'P1'),
    begins: fc.constantFrom('ever', 'at the border'),
    ends: fc.constantFrom('never', 'at the border'),
    queues: fc.constantFrom(null, null, ['0a', '1a']),
    pays: fc.constantFrom(...(Object.keys(measures) as Agreed['pays'][])),
  })
  .filter(({ begins, ends }) => begins === 'ever' || ends === 'never');

function contractOf({ programme, begins, ends, queues, pays }: Agreed, index: number): Contract {
  const measure = measures[pays];
  const lines: Terms['lines'] =
    measure === null
      ? [fixedLine('100')]
      : [measure.kind === 'time' ? timeLine({ measure: 'm' }) : unitLine({ measure: 'm' })];
  return sampleContract(
    {
      scope: { queues, channels: null, directions: null },
      measures: measure === null ? {} : { m: measure },
      lines,
    },
    {
      id: `C${index}`,
      programme,
      timeZone: 'UTC',
      term: {
        firstDay: begins === 'ever' ? null : '2026-05-10',
        lastDay: ends === 'never' ? null : '2026-05-09',
      },
    },
  );
}

/** Queues `c:0a`, `c:0b` are of programme P0, `c:1a` of P1, `c:2a` of P2, which has no contract. */
const homes: Readonly<Record<string, string>> = { 'c:0a': 'P0', 'c:0b': 'P0', 'c:1a': 'P1', 'c:2a': 'P2' };
const known = new Set(['c:a', 'c:b']);
const own: Readonly<Record<string, string>> = { 'c:a': 'P1' };
const codes: Readonly<Record<string, 'AVAILABLE' | 'CONTACT'>> = { AVL: 'AVAILABLE', BUSY: 'CONTACT' };
const attributes = { grade: null, site: null, country: null, skills: [], languages: [] };
const scope: WorkScope = {
  assignmentOf: (queue) =>
    homes[queue] === undefined ? null : { programme: homes[queue], queue: queue.slice(2) },
  agent: (agent) => (known.has(agent) ? attributes : null),
  agentProgramme: (agent) => own[agent] ?? null,
  stateOf: (_connection, code) => codes[code] ?? null,
};

const queue = fc.constantFrom('c:0a', 'c:0b', 'c:1a', 'c:2a', 'c:nowhere');
const agent = fc.constantFrom('c:a', 'c:b', 'c:stranger');
const segment: fc.Arbitrary<Segment> = fc
  .record({
    queue,
    enteredAt: near,
    waitMs: short,
    result: fc.constantFrom('answered', 'abandoned', 'flowOut'),
  })
  .map((part) => ({ ...part, leftAt: part.enteredAt + part.waitMs }));
/** All talk or all hold, so that each millisecond is known to be one of them. */
const leg: fc.Arbitrary<Leg> = fc
  .record({
    agent,
    queue: fc.option(queue),
    startedAt: near,
    handle: short,
    isHeld: fc.boolean(),
    dialMs: fc.nat(9),
    acw: fc.option(fc.nat(20)),
    pause: fc.nat(5),
  })
  .map(({ handle, isHeld, acw, pause, ...part }) => ({
    ...part,
    endedAt: part.startedAt + handle,
    talkMs: isHeld ? 0 : handle,
    holdMs: isHeld ? handle : 0,
    acwMs: acw,
    acwStartedAt: part.startedAt + handle + pause,
    disposition: null,
    transferredOut: false,
  }));
const call = fc
  .record({ segments: fc.array(segment, { maxLength: 2 }), legs: fc.array(leg, { maxLength: 3 }) })
  .filter(({ segments, legs }) => segments.length + legs.length > 0)
  .map(({ segments, legs }) =>
    contact({
      segments: segments.toSorted((a, b) => a.enteredAt - b.enteredAt),
      legs: legs.toSorted((a, b) => a.startedAt - b.startedAt),
    }),
  );
const activity = fc
  .record({
    agent,
    queue: fc.option(queue),
    programme: fc.constantFrom(null, null, 'P0', 'elsewhere'),
    state: fc.constantFrom('AVAILABLE', 'PREP'),
    startedAt: near,
    ms: short,
  })
  .map(({ ms, ...part }): PostingContent => ({
    ...part,
    kind: 'activity',
    activity: 'c:w',
    connection: 'c',
    endedAt: part.startedAt + ms,
  }));
const timeline = fc
  .record({
    agent,
    code: fc.constantFrom('AVL', 'BUSY', '77'),
    startedAt: near,
    ms: short,
    unseenMs: fc.nat(30),
  })
  .map(({ agent: who, ms, ...part }): PostingContent => ({
    kind: 'timeline',
    timeline: 'c:t',
    connection: 'c',
    agent: who,
    axis: 'state',
    stretches: [{ ...part, reason: null, endedAt: part.startedAt + ms, closedBy: 'change' }],
  }));
const outcome = fc
  .record({
    queue: fc.option(queue),
    programme: fc.constantFrom(null, 'P0', 'elsewhere'),
    at: near,
    name: fc.constantFrom('sale.made', 'survey.answered'),
  })
  .map(({ at, name, ...part }): PostingContent => ({
    ...part,
    kind: 'outcome',
    outcome: 'c:outcome/o',
    connection: 'c',
    agent: null,
    contact: null,
    customer: null,
    events: [{ name, at, data: {} }],
  }));
const contents = fc.array(
  fc.record({
    content: fc.oneof({ weight: 3, arbitrary: call }, activity, timeline, outcome),
    isTakenBack: fc.boolean(),
  }),
  { maxLength: 8 },
);
/** Most work is shorter. */
const limited: fc.Arbitrary<PlausibleLimits> = fc.record({
  handlingMs: fc.constantFrom(40, 35, 1_000),
  waitMs: fc.constantFrom(30, 1_000),
  stateMs: fc.constantFrom(30, 1_000),
});
const spans = fc.constantFrom(
  { start: border - 1_000, end: border + 1_000 },
  { start: border - 20, end: border + 15 },
  { start: border, end: border + 1_000 },
);

/**
 * Written from docs/operations.md alone: goes through every millisecond and says in which place it is. The
 * later in this list, the further it came.
 */
const order = [
  'noContract',
  'outsideTerm',
  'outsideScope',
  'unknownAgent',
  'notCharged',
  'belowMinimum',
  'aboveMaximum',
  'counted',
];
const furthest = (places: readonly string[]): string =>
  order[Math.max(...places.map((place) => order.indexOf(place)))] ?? '?';

class Naive {
  readonly ms: Record<string, number> = {};
  readonly contacts: Record<string, number> = {};
  readonly outcomes: Record<string, number> = {};
  delivered = { ms: 0, contacts: 0, outcomes: 0 };

  constructor(
    readonly agreed: readonly Agreed[],
    readonly span: { start: number; end: number },
    readonly limits: PlausibleLimits,
  ) {}

  /** Of one contact, activity or state: too long to be true. */
  #isHeld(content: PostingContent): boolean {
    const { handlingMs, waitMs, stateMs } = this.limits;
    if (content.kind === 'contact')
      return (
        content.segments.some((each) => each.leftAt - each.enteredAt > waitMs) ||
        content.legs.some((each) => each.dialMs + each.endedAt - each.startedAt > handlingMs) ||
        content.legs.some((each) => (each.acwMs ?? 0) > handlingMs)
      );
    if (content.kind === 'activity') return content.endedAt - content.startedAt > stateMs;
    const [state] = content.kind === 'timeline' ? content.stretches : [];
    return state?.code === 'AVL' && state.endedAt - state.startedAt > stateMs;
  }

  #tickHeld(from: number, to: number): void {
    for (let at = from; at < to; at++) this.#tick(at, 'implausible');
  }

  add(content: PostingContent): void {
    if (this.#isHeld(content)) {
      if (content.kind === 'contact') {
        for (const { startedAt, endedAt, dialMs, acwMs, acwStartedAt } of content.legs) {
          this.#tickHeld(startedAt - dialMs, endedAt);
          this.#tickHeld(acwStartedAt ?? 0, (acwStartedAt ?? 0) + (acwMs ?? 0));
        }
        const begins = [
          ...content.segments.map(({ enteredAt }) => enteredAt),
          ...content.legs.map(({ startedAt, dialMs }) => startedAt - dialMs),
        ];
        const begin = Math.min(...begins);
        if (begin < this.span.start || begin >= this.span.end) return;
        this.contacts['implausible'] = (this.contacts['implausible'] ?? 0) + 1;
        this.delivered.contacts += 1;
      }
      if (content.kind === 'activity') this.#tickHeld(content.startedAt, content.endedAt);
      if (content.kind === 'timeline')
        for (const { startedAt, endedAt, unseenMs } of content.stretches) {
          this.#tickHeld(startedAt, endedAt);
          for (let at = endedAt; at < endedAt + unseenMs; at++) this.#tick(at, 'unseen');
        }
      return;
    }
    if (content.kind === 'contact') this.#contact(content);
    if (content.kind === 'activity')
      this.#own(
        content.agent,
        content.queue,
        content.programme,
        content.state,
        content.startedAt,
        content.endedAt,
      );
    if (content.kind === 'timeline') {
      for (const { code, startedAt, endedAt, unseenMs } of content.stretches) {
        if (codes[code] === undefined)
          for (let at = startedAt; at < endedAt; at++) this.#tick(at, 'unmappedCode');
        if (codes[code] === 'AVAILABLE')
          this.#own(content.agent, null, null, 'AVAILABLE', startedAt, endedAt);
        for (let at = endedAt; at < endedAt + unseenMs; at++) this.#tick(at, 'unseen');
      }
    }
    if (content.kind === 'outcome') {
      const [event] = content.events;
      if (event === undefined || event.at < this.span.start || event.at >= this.span.end) return;
      const programme = content.programme ?? (content.queue === null ? null : (homes[content.queue] ?? null));
      const mapped =
        content.queue !== null && homes[content.queue] !== undefined ? content.queue.slice(2) : null;
      const place =
        programme === null
          ? content.queue === null
            ? 'noQueue'
            : 'unmappedQueue'
          : furthest([
              'noContract',
              ...this.#of(programme).map((each) => {
                if (!holds(each, event.at)) return 'outsideTerm';
                if (each.queues !== null && !each.queues.includes(mapped ?? '')) return 'outsideScope';
                return each.pays === 'sales' && event.name === 'sale.made' ? 'counted' : 'notCharged';
              }),
            ]);
      this.outcomes[place] = (this.outcomes[place] ?? 0) + 1;
      this.delivered.outcomes += 1;
    }
  }

  #of(programme: string): Agreed[] {
    return this.agreed.filter((each) => each.programme === programme);
  }

  #tick(at: number, place: string): void {
    if (at < this.span.start || at >= this.span.end) return;
    this.ms[place] = (this.ms[place] ?? 0) + 1;
    this.delivered.ms += 1;
  }

  #own(
    who: string,
    at: string | null,
    reported: string | null,
    state: string,
    from: number,
    to: number,
  ): void {
    const programme = at === null ? (reported ?? own[who] ?? null) : (homes[at] ?? null);
    for (let now = from; now < to; now++) {
      if (programme === null) this.#tick(now, at === null ? 'unmappedAgent' : 'unmappedQueue');
      else
        this.#tick(
          now,
          furthest([
            'noContract',
            ...this.#of(programme).map((each) => {
              if (!holds(each, now)) return 'outsideTerm';
              if (each.queues !== null && !each.queues.includes(at?.slice(2) ?? '')) return 'outsideScope';
              if (!known.has(who)) return 'unknownAgent';
              return each.pays === 'available' && state === 'AVAILABLE' ? 'counted' : 'notCharged';
            }),
          ]),
        );
    }
  }

  #contact({ segments, legs }: ContactContent): void {
    const ticks: { leg: Leg; state: string; at: number; places: string[] }[] = [];
    for (const each of legs) {
      const { startedAt, endedAt, dialMs, acwMs, acwStartedAt, holdMs } = each;
      for (let at = startedAt - dialMs; at < startedAt; at++)
        ticks.push({ leg: each, state: 'DIAL', at, places: [] });
      for (let at = startedAt; at < endedAt; at++)
        ticks.push({ leg: each, state: holdMs === 0 ? 'TALK' : 'HOLD', at, places: [] });
      for (let n = 0; n < (acwMs ?? 0); n++)
        ticks.push({ leg: each, state: 'ACW', at: (acwStartedAt ?? 0) + n, places: [] });
    }
    const wholes: string[] = [];
    for (const programme of new Set([...segments, ...legs].map((each) => homes[each.queue ?? ''] ?? '?'))) {
      if (programme === '?') continue;
      const mine = ticks.filter(({ leg: { queue: at } }) => homes[at ?? ''] === programme);
      wholes.push('noContract');
      for (const each of mine) each.places.push('noContract');
      for (const agreed of this.#of(programme))
        wholes.push(underContract(agreed, programme, { segments, legs }, mine));
    }
    for (const {
      leg: { queue: at },
      at: now,
      places,
    } of ticks) {
      const place = at === null ? 'noQueue' : homes[at] === undefined ? 'unmappedQueue' : furthest(places);
      this.#tick(now, place);
    }
    const begin = Math.min(
      ...segments.map(({ enteredAt }) => enteredAt),
      ...legs.map(({ startedAt, dialMs }) => startedAt - dialMs),
    );
    if (begin < this.span.start || begin >= this.span.end) return;
    const isNowhere = [...segments, ...legs].some(({ queue: at }) => at !== null && homes[at] === undefined);
    const place = wholes.length > 0 ? furthest(wholes) : isNowhere ? 'unmappedQueue' : 'noQueue';
    this.contacts[place] = (this.contacts[place] ?? 0) + 1;
    this.delivered.contacts += 1;
  }
}

function holds({ begins, ends }: Agreed, at: number): boolean {
  return (begins === 'ever' || at >= border) && (ends === 'never' || at < border);
}

function underContract(
  agreed: Agreed,
  programme: string,
  { segments, legs }: Pick<ContactContent, 'segments' | 'legs'>,
  ticks: readonly { leg: Leg; state: string; at: number; places: string[] }[],
): string {
  const isMine = (at: string | null): boolean => homes[at ?? ''] === programme;
  const isAgreed = (at: string | null): boolean =>
    isMine(at) && (agreed.queues === null || agreed.queues.includes(at?.slice(2) ?? ''));
  const stays = segments.filter((each) => isAgreed(each.queue));
  const worked = legs.filter((each) => isAgreed(each.queue));
  const at =
    segments.find((each) => isMine(each.queue))?.enteredAt ??
    legs.find((each) => isMine(each.queue))?.startedAt ??
    0;
  const talk = worked.reduce((sum, each) => sum + (each.talkMs ?? 0), 0);
  const isStrange = worked.length > 0 && worked.every((each) => !known.has(each.agent));
  const isAnswered = stays.some(({ result }) => result === 'answered');

  let whole = 'notCharged';
  if (!holds(agreed, at)) whole = 'outsideTerm';
  else if (stays.length + worked.length === 0) whole = 'outsideScope';
  else if (isStrange) whole = 'unknownAgent';
  else if (agreed.pays === 'offered' && stays.length > 0) whole = 'counted';
  else if (agreed.pays === 'answered' && isAnswered) whole = 'counted';
  else if (agreed.pays === 'answeredFrom20' && isAnswered) whole = talk >= 20 ? 'counted' : 'belowMinimum';
  const isPaid = whole === 'counted';

  let [all, held] = [0, 0];
  for (const { leg: each, state, at: now, places } of ticks) {
    const isIn = isAgreed(each.queue);
    const isKnown = known.has(each.agent);
    const isRun = holds(agreed, now);
    if (isPaid && isIn && isKnown) places.push('counted');
    else if (!isRun) {
      places.push('outsideTerm');
      if (agreed.pays === 'holdAtMost9' && state === 'HOLD' && isIn && isKnown) held += 1;
    } else if (!isIn) places.push('outsideScope');
    else if (!isKnown) places.push('unknownAgent');
    else if (agreed.pays === 'talkAndAcw' && state !== 'DIAL' && state !== 'HOLD') places.push('counted');
    else if (agreed.pays === 'talkAtMost15' && (state === 'DIAL' || state === 'TALK'))
      places.push((all += 1) <= 15 ? 'counted' : 'aboveMaximum');
    else if (agreed.pays === 'holdAtMost9' && state === 'TALK') places.push('counted');
    else if (agreed.pays === 'holdAtMost9' && state === 'HOLD')
      places.push((held += 1) <= 9 ? 'counted' : 'aboveMaximum');
    else places.push('notCharged');
    if (places.at(-1) === 'counted') whole = 'counted';
  }
  return whole;
}

const total = (sums: Readonly<Record<string, number>>): number =>
  Object.values(sums).reduce((all, each) => all + each, 0);
const nonZero = (sums: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== 0));

describe('What no line uses', () => {
  it('and what lines count are all that was delivered, each millisecond, contact and outcome in one place', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(someAgreed, { maxLength: 4 }),
        contents,
        spans,
        limited,
        (agreed, some, span, limits) => {
          const plausibility = { limitsOf: () => limits, confirmedMs: () => 0 };
          const sums = new UnbilledSums(agreed.map(contractOf), { ...scope, plausibility }, span);
          const naive = new Naive(agreed, span, limits);
          for (const { content, isTakenBack } of some) {
            sums.count({ content, sign: 1 });
            if (isTakenBack) sums.count({ content, sign: -1 });
            else naive.add(content);
          }
          const found = { ms: {}, contacts: {}, outcomes: {} } as Record<
            'ms' | 'contacts' | 'outcomes',
            Record<string, number>
          >;
          for (const { cause, ...row } of sums.rows()) {
            for (const amount of ['ms', 'contacts', 'outcomes'] as const) {
              const place = cause ?? 'counted';
              found[amount][place] = (found[amount][place] ?? 0) + row[amount];
              if (row[amount] > 0) seen.add(`${amount} ${place}`);
            }
          }
          expect(nonZero(found.ms)).toEqual(naive.ms);
          expect(nonZero(found.contacts)).toEqual(naive.contacts);
          expect(nonZero(found.outcomes)).toEqual(naive.outcomes);
          expect({
            ms: total(found.ms),
            contacts: total(found.contacts),
            outcomes: total(found.outcomes),
          }).toEqual(naive.delivered);
        },
      ),
      { numRuns: 1_500 },
    );
    for (const place of [
      'counted',
      ...order.slice(0, -1).filter((each) => each !== 'belowMinimum'),
      'unmappedQueue',
      'noQueue',
      'unmappedAgent',
      'unmappedCode',
      'unseen',
    ])
      expect(seen).toContain(`ms ${place}`);
    for (const place of [
      'counted',
      'noContract',
      'outsideTerm',
      'outsideScope',
      'unknownAgent',
      'notCharged',
      'belowMinimum',
      'unmappedQueue',
      'noQueue',
    ])
      expect(seen).toContain(`contacts ${place}`);
  });

  it('leaves as counted exactly what the only line of a contract adds up', () => {
    let counted = 0;
    const paying = someAgreed.filter(({ pays }) => measures[pays]?.kind === 'time');
    fc.assert(
      fc.property(paying, contents, (agreed, some) => {
        const contract = contractOf(agreed, 0);
        const meter = contractMeter(contract, scope);
        const sums = new UnbilledSums([contract], scope, { start: border - 1_000, end: border + 1_000 });
        let booked = 0;
        for (const { content } of some) {
          sums.count({ content, sign: 1 });
          for (const { value } of meter.measure(content)) booked += value;
        }
        const rows = sums.rows().filter(({ cause }) => cause === null);
        expect(rows.reduce((all, { ms }) => all + ms, 0)).toBe(booked);
        counted += booked;
      }),
      { numRuns: 1_000 },
    );
    expect(counted).toBeGreaterThan(1_000);
  });
});
