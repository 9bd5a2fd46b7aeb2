import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sampleContract, timeLine, workTime } from '#domain/contract/contract.fixture.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Contract } from '#domain/contract/contract.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { type ContactContent, type PostingContent, postingKey } from '#domain/posting/posting.js';
import { withEmbeddedLog } from '#log/embedded.harness.js';
import type { NewRecord } from '#log/log.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { topics, topicSettings } from '#wire/topics.js';
import { type Quantities, readQuantities } from './read-quantities.js';

/** 10 March 2026, 11:00 in Paris. All work lies in the 120 ms after it. */
const base = Date.UTC(2026, 2, 10, 10);
const span = 120;

/** An hour of this band begins in the middle of the work. */
const lateFrom = base + 60;
const late = {
  id: 'late',
  days: [],
  times: [{ fromMs: 11 * 3_600_000 + 60, toMs: 24 * 3_600_000 }],
  price: '40.00',
  surcharge: null,
};

/**
 * Ann works on two platforms, under one id on each. Queue `a:u` is unmapped and agent `a:9` is unknown.
 */
const scope: LiveScope = {
  assignmentOf: (queue) => {
    if (queue === 'a:u') return null;
    return { programme: queue === 'a:p' ? 'P' : 'Q', queue };
  },
  agent: (agent) => {
    if (agent === 'a:9') return null;
    return { grade: null, site: null, country: null, skills: [], languages: [] };
  },
  agentCode: (agent) => personOf(agent),
  agentProgramme: (agent) => (agent === 'a:2' ? 'Q' : 'P'),
  stateOf: (_, code) => (code === 'X' ? null : code === 'CALL' ? 'CONTACT' : (code as 'PREP')),
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [], reason: 'none', fcrWindowsMs: [], agentTime: 'split' }),
};

function personOf(agent: string): string | null {
  return agent === 'a:9' ? null : agent === 'a:2' ? 'Bo' : 'Ann';
}

const codes = ['RING', 'PREP', 'BREAK', 'AVAILABLE', 'OTHER', 'LOGGED_IN', 'X', 'CALL'] as const;
const paid = {
  handle: ['TALK', 'HOLD'],
  dial: ['DIAL'],
  acw: ['ACW'],
  side: ['PREVIEW', 'ACW_MISSED'],
  ring: ['RING'],
  prep: ['PREP'],
  break: ['BREAK'],
  available: ['AVAILABLE'],
  other: ['OTHER'],
  session: ['LOGGED_IN'],
};

const utilised = { productive: ['TALK', 'HOLD', 'PREP'], paid: ['LOGGED_IN', 'OTHER'] };

/** Each kind of time on a line of its own, for all that a programme has; and KPIs over it. */
function contractOf(programme: string): Contract {
  const measures = Object.entries(paid).map(([id, states]) => [id, workTime(states, { overlaps: 'once' })]);
  const lines = Object.keys(paid).map((id) => timeLine({ id, measure: id, bands: [late] }));
  const terms = { version: 1, minSample: 0, onNoData: 'neutral', overlaps: 'once' } as const;
  const kpis: Record<string, Kpi> = {
    occupancy: { ...terms, type: 'occupancy', busy: ['RING'], idle: ['AVAILABLE'] },
    utilisation: { ...terms, type: 'utilisation', ...utilised },
  };
  return sampleContract(
    { measures: Object.fromEntries(measures), lines, kpis },
    { id: `C-${programme}`, programme },
  );
}

const agent = fc.constantFrom('a:1', 'a:1', 'b:1', 'a:2', 'a:9');
const queue = fc.constantFrom('a:p', 'a:p', 'b:q', 'a:u', null);
const at = fc.integer({ min: 0, max: span - 80 });
const ms = fc.integer({ min: 0, max: 25 });

const leg = fc
  .record({
    agent,
    queue,
    at,
    talk: ms,
    hold: fc.constantFrom(0, 7),
    dial: fc.constantFrom(0, 5),
    acw: ms,
    gap: fc.constantFrom(0, 3),
  })
  .map(({ agent: who, queue: where, at: from, talk, hold, dial, acw, gap }) => {
    const startedAt = base + from + dial;
    const endedAt = startedAt + talk + hold;
    const own = { agent: who, queue: where, startedAt, endedAt, talkMs: talk, holdMs: hold, dialMs: dial };
    return { ...own, acwMs: acw, acwStartedAt: endedAt + gap, disposition: null, transferredOut: false };
  });
const side = fc
  .record({ agent, queue, at, ms, state: fc.constantFrom('PREVIEW', 'ACW_MISSED') })
  .map(({ agent: who, queue: where, at: from, ms: length, state }) => {
    return { state, agent: who, queue: where, startedAt: base + from, endedAt: base + from + length };
  });
const stay = (of: string) => ({
  queue: of,
  enteredAt: base,
  leftAt: base,
  waitMs: 0,
  result: 'answered' as const,
});

const contact = (entity: number): fc.Arbitrary<PostingContent> =>
  fc
    .record({
      legs: fc.array(leg, { maxLength: 3 }),
      sideWork: fc.array(side, { maxLength: 1 }),
      customer: fc.constantFrom(null, 'x', 'y'),
      media: fc.constantFrom('voice', 'chat'),
    })
    .map(({ legs, sideWork, customer, media }): ContactContent => {
      const head = {
        kind: 'contact',
        contact: `a:c${entity}`,
        connection: 'a',
        direction: 'inbound',
      } as const;
      const segments = [stay('a:p'), stay('b:q')];
      return { ...head, media, customer, segments, legs, missed: [], sideWork };
    });
const timeline = (entity: number): fc.Arbitrary<PostingContent> =>
  fc
    .record({
      agent,
      at,
      stretches: fc.array(fc.record({ ms, code: fc.constantFrom(...codes) }), { minLength: 1, maxLength: 4 }),
    })
    .map(({ agent: who, at: from, stretches }): PostingContent => {
      let end = base + from;
      const closed = stretches.map(({ ms: length, code }) => {
        const startedAt = end;
        end += length;
        return { code, reason: null, startedAt, endedAt: end, closedBy: 'change', unseenMs: 0 } as const;
      });
      const head = { kind: 'timeline', timeline: `t${entity}`, connection: who.slice(0, 1) } as const;
      return { ...head, agent: who, axis: 'state', stretches: closed };
    });
const activity = (entity: number): fc.Arbitrary<PostingContent> =>
  fc
    .record({ agent, at, ms, queue, state: fc.constantFrom('PREP', 'BREAK', 'LOGGED_IN') })
    .map(({ agent: who, at: from, ms: length, queue: where, state }): PostingContent => {
      const times = { startedAt: base + from, endedAt: base + from + length };
      const head = { kind: 'activity', activity: `x${entity}`, connection: 'a', agent: who, state } as const;
      return { ...head, ...times, queue: where, programme: null };
    });

/** What becomes known, one after the other: an entity as it is then, or that nothing is left of it. */
const step = fc
  .integer({ min: 0, max: 7 })
  .chain((entity) =>
    fc.tuple(
      fc.constant(entity),
      fc.option(entity < 4 ? contact(entity) : entity < 7 ? timeline(entity) : activity(entity), { freq: 6 }),
    ),
  );

/*
 * The naive program: millisecond by millisecond, from the contents as they stand. It shares no code with the
 * clock, and says its rules again.
 */
interface Piece {
  readonly person: string;
  readonly name: string;
  readonly rank: number;
  readonly from: number;
  readonly to: number;
  readonly programme: string | null;
  /** Of an instant. */
  readonly line: (at: number) => string;
}

const order = ['RING', 'PREP', 'BREAK', 'AVAILABLE', 'OTHER'];

function piecesOf(content: PostingContent, personId = personOf): Piece[] {
  const of = (
    agent: string,
    name: string,
    rank: number,
    from: number,
    to: number,
    programme: string | null,
    line: Piece['line'],
  ) => {
    const person = personId(agent);
    return person === null ? [] : [{ person, name, rank, from, to, programme, line }];
  };
  const owner = (where: string | null) => (where === 'a:p' ? 'P' : where === 'b:q' ? 'Q' : null);
  const state = (
    who: string,
    name: string,
    code: string,
    from: number,
    to: number,
    programme: string | null,
  ) => {
    if (code === 'X' || code === 'CALL') return [];
    const isSession = code === 'LOGGED_IN';
    const line = () => (isSession ? 'session' : code.toLowerCase());
    return of(who, name, isSession ? 99 : 1 + order.indexOf(code), from, to, programme, line);
  };
  switch (content.kind) {
    case 'contact': {
      const legs = content.legs.flatMap((each, index) => {
        const name = `${content.contact}#${index}`;
        const { agent: who, startedAt, endedAt, dialMs, acwMs, acwStartedAt } = each;
        const handled = of(
          who,
          `${name}/handled`,
          0,
          startedAt - dialMs,
          endedAt,
          owner(each.queue),
          (when) => (when < startedAt ? 'dial' : 'handle'),
        );
        const from = acwStartedAt ?? 0;
        return [
          ...handled,
          ...of(who, `${name}/acw`, 0, from, from + (acwMs ?? 0), owner(each.queue), () => 'acw'),
        ];
      });
      const sides = (content.sideWork ?? []).flatMap((each, index) =>
        of(
          each.agent,
          `${content.contact}#${index}/side`,
          0,
          each.startedAt,
          each.endedAt,
          owner(each.queue),
          () => 'side',
        ),
      );
      return [...legs, ...sides];
    }
    case 'timeline':
      return content.stretches.flatMap(({ code, startedAt, endedAt }) =>
        state(
          content.agent,
          `${content.timeline}/${startedAt}`,
          code,
          startedAt,
          endedAt,
          content.agent === 'a:2' ? 'Q' : 'P',
        ),
      );
    case 'activity': {
      const { agent: who, activity: name, startedAt, endedAt } = content;
      const programme = content.queue === null ? (who === 'a:2' ? 'Q' : 'P') : owner(content.queue);
      return state(who, name, content.state, startedAt, endedAt, programme);
    }
    case 'outcome':
    case 'totals':
    case 'schedule':
      return [];
  }
}

/** By programme and line, `late` or not; and how much of a person's time anything claims. */
function naive(contents: readonly PostingContent[]): {
  readonly sums: Map<string, number>;
  readonly claimed: number;
  readonly kpis: Map<string, number>;
} {
  const pieces = contents.flatMap((each) => piecesOf(each)).filter(({ from, to }) => to > from);
  const sums = new Map<string, number>();
  let claimed = 0;
  for (const person of ['Ann', 'Bo']) {
    for (const isSession of [false, true]) {
      const own = pieces.filter((each) => each.person === person && (each.rank === 99) === isSession);
      for (let when = base; when < base + 2 * span; when++) {
        const here = own.filter(({ from, to }) => from <= when && when < to);
        if (here.length === 0) continue;
        claimed += 1;
        const rank = Math.min(...here.map((each) => each.rank));
        const sharing = here
          .filter((each) => each.rank === rank)
          .sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : 1));
        const borders = own.flatMap(({ from, to }) => [from, to]).filter((each) => each <= when);
        const has = sharing[(when - Math.max(...borders)) % sharing.length];
        if (has === undefined || has.programme === null) continue;
        const cell = `${has.programme}/${has.line(when)}/${when >= lateFrom ? 'late' : '-'}`;
        sums.set(cell, (sums.get(cell) ?? 0) + 1);
      }
    }
  }
  return { sums, claimed, kpis: naiveKpis(sums, contents) };
}

/**
 * By programme, KPI and side. KPIs count the work of agents whom the catalogue does not know as well, which
 * is on no clock.
 */
function naiveKpis(
  sums: ReadonlyMap<string, number>,
  contents: readonly PostingContent[],
): Map<string, number> {
  const sides = {
    'occupancy/n': ['dial', 'handle', 'acw', 'ring'],
    'occupancy/d': ['dial', 'handle', 'acw', 'ring', 'available'],
    'utilisation/n': ['handle', 'prep'],
    'utilisation/d': ['session', 'other'],
  };
  const unknown = contents.flatMap((content) =>
    piecesOf(content, (each) => (personOf(each) === null ? 'unknown' : null)),
  );
  const found = new Map<string, number>();
  for (const programme of ['P', 'Q']) {
    for (const [side, lines] of Object.entries(sides)) {
      let ms = 0;
      for (const line of lines)
        for (const band of ['late', '-']) ms += sums.get(`${programme}/${line}/${band}`) ?? 0;
      for (const piece of unknown) {
        if (piece.programme !== programme) continue;
        for (let when = piece.from; when < piece.to; when++) if (lines.includes(piece.line(when))) ms += 1;
      }
      if (ms > 0) found.set(`${programme}/${side}`, ms);
    }
  }
  return found;
}

function kpisOf(books: readonly Quantities[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [index, book] of books.entries()) {
    for (const [key, value] of book) {
      const [of, id, , , side] = key.split('/');
      if (of === 'kpi' && value !== 0) found.set(`${index === 0 ? 'P' : 'Q'}/${id}/${side}`, value);
    }
  }
  return found;
}

/** Of all contracts, in the names of the naive program. */
function cellsOf(books: readonly Quantities[], kind: 'line' | 'clock'): Map<string, number> {
  const cells = new Map<string, number>();
  for (const [index, book] of books.entries()) {
    for (const [key, value] of book) {
      const [of, id, , , band] = key.split('/');
      if (of === kind) cells.set(`${index === 0 ? 'P' : 'Q'}/${id}/${band}`, value);
    }
  }
  return cells;
}

const sumOf = (cells: ReadonlyMap<string, number>): number => {
  return [...cells.values()].reduce((all, each) => all + each, 0);
};

describe('The clock of a person', () => {
  const contracts = ['P', 'Q'].map((programme) => contractMeter(contractOf(programme), scope));
  const partitions = 3;

  it('gives every millisecond to one piece of work, whatever the partition and the cut', async () => {
    await withEmbeddedLog(async (log) => {
      await log.createTopics(topicSettings(partitions));
      let draws = 0;
      const holds = fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(25), async (steps, known) => {
        // each draw has a partition of facts of its own, and no cut holds those of others
        const draw = draws++;
        const { records, standing } = postingsOf(steps, draw, [known, steps.length]);
        await log.append(topics.postings.name, records);
        const journal = (await log.bounds(topics.postings.name)).map(({ end }) => end);
        const limits = [known, steps.length].map((offset) => {
          return { facts: [...Array.from({ length: draw }, () => 0), offset], journal };
        });
        const requests = limits.flatMap((limit) =>
          [false, true].flatMap((isInFull) =>
            contracts.map((meter) => ({ period: '2026-03', meter, view: scope, limit, isInFull })),
          ),
        );
        const books = await readQuantities(log, requests);
        for (const [index, contents] of standing.entries()) {
          const own = books.slice(index * 4, index * 4 + 4);
          const { sums, claimed, kpis } = naive(contents);
          const net = cellsOf(own.slice(0, 2), 'line');
          expect(inOrder(net)).toEqual(inOrder(sums));
          expect(sumOf(net)).toBeLessThanOrEqual(claimed);
          expect(inOrder(kpisOf(own.slice(0, 2)))).toEqual(inOrder(kpis));
          // what is missing is named, and with it the sums are those of the tally
          const taken = cellsOf(own.slice(0, 2), 'clock');
          const inFull = cellsOf(own.slice(2), 'line');
          for (const [cell, value] of taken) net.set(cell, (net.get(cell) ?? 0) + value);
          expect(inOrder(net)).toEqual(inOrder(inFull));
        }
      });
      await fc.assert(holds, { numRuns: 60 });
    });
  });

  it('is without what is more than a person can do in a day or at once, all of it, in whatever order it came', async () => {
    const own = ['P', 'Q'].map((programme) => contractMeter(contractOf(programme), limited));
    const draws = { held: 0, left: 0 };
    await withEmbeddedLog(async (log) => {
      await log.createTopics(topicSettings(partitions));
      let draw = 0;
      const holds = fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(25), async (steps, known) => {
        const { records, standing } = postingsOf(steps, draw, [known, steps.length]);
        await log.append(topics.postings.name, records);
        const journal = (await log.bounds(topics.postings.name)).map(({ end }) => end);
        const requests = [known, steps.length].flatMap((offset) => {
          const limit = { facts: [...Array.from({ length: draw }, () => 0), offset], journal };
          return own.map((meter) => ({ period: '2026-03', meter, view: limited, limit }));
        });
        draw += 1;
        const wished = [false, true].flatMap((isInFull) => requests.map((each) => ({ ...each, isInFull })));
        const books = await readQuantities(log, wished);
        const inFull = books.slice(requests.length);
        for (const [index, contents] of standing.entries()) {
          const left = withoutHeld(contents);
          if (left.length > 0) draws[left.length < contents.length ? 'held' : 'left'] += 1;
          const net = cellsOf(books.slice(index * 2, index * 2 + 2), 'line');
          expect(inOrder(net)).toEqual(inOrder(naive(left).sums));
          // the tally knows of no other work
          const full = cellsOf(inFull.slice(index * 2, index * 2 + 2), 'line');
          expect(sumOf(full)).toBe(paidInFull(contents));
        }
      });
      await fc.assert(holds, { numRuns: 100 });
    });
    expect(Math.min(draws.held, draws.left)).toBeGreaterThan(10);
  });
});

/**
 * A person's calls and the states of an id in one day: 50 ms on connection `a`, 40 ms on `b`. At once: two
 * pieces of work on contacts on `a`, which has all of them. An operator has confirmed `a:c0`.
 */
const limited: LiveScope = {
  ...scope,
  plausibility: {
    limitsOf: () => ({ handlingMs: 1_000, waitMs: 1_000, stateMs: 1_000 }),
    confirmedMs: (work, limit) => (work === 'a:c0' ? (limit === 'atOnce' ? 12 : 60) : 0),
    together: {
      limitsOf: (connection) =>
        connection === 'a'
          ? { dayMs: 50, atOnce: 2, timeZone: 'Europe/Paris' }
          : { dayMs: 40, atOnce: 9, timeZone: 'UTC' },
    },
  },
};

interface Span {
  readonly work: string;
  /** What may not sum to more than the limit. */
  readonly line: string | null;
  readonly limit: number;
  readonly person: string | null;
  readonly from: number;
  readonly to: number;
}

/** The same rules once more, by adding up and looking at each millisecond. All work is of one local day. */
function withoutHeld(contents: readonly PostingContent[]): PostingContent[] {
  const spans = contents.flatMap((content) => spansOf(content)).filter(({ from, to }) => to > from);
  const isHeld = (work: string): boolean =>
    spans.some((span) => span.work === work && isTooMuch(span, spans));
  return contents.flatMap((content): PostingContent[] => {
    if (content.kind === 'contact') return isHeld(content.contact) ? [] : [content];
    if (content.kind === 'activity') return isHeld(content.activity) ? [] : [content];
    if (content.kind !== 'timeline') return [content];
    const stretches = content.stretches.filter(
      ({ startedAt }) => !isHeld(`${content.timeline}/${startedAt}`),
    );
    return stretches.length === 0 ? [] : [{ ...content, stretches }];
  });
}

function isTooMuch(span: Span, all: readonly Span[]): boolean {
  const isConfirmed = span.work === 'a:c0';
  const day = all.filter(({ line }) => line !== null && line === span.line);
  const sum = day.reduce((ms, { from, to }) => ms + to - from, 0);
  if (sum > span.limit && !(isConfirmed && sum <= 60)) return true;
  if (span.person === null || (isConfirmed && span.to - span.from <= 12)) return false;
  const beside = all.filter(({ person }) => person === span.person);
  for (let when = span.from; when < span.to; when++)
    if (beside.filter(({ from, to }) => from <= when && when < to).length > 2) return true;
  return false;
}

function spansOf(content: PostingContent): Span[] {
  switch (content.kind) {
    case 'contact':
      return [...content.legs, ...(content.sideWork ?? [])].flatMap((each) => {
        const person = personOf(each.agent) ?? each.agent;
        const head = {
          work: content.contact,
          line: content.media === 'voice' ? person : null,
          limit: 50,
          person,
        };
        if ('state' in each) return [{ ...head, from: each.startedAt, to: each.endedAt }];
        const acwFrom = each.acwStartedAt ?? 0;
        return [
          { ...head, from: each.startedAt - each.dialMs, to: each.endedAt },
          { ...head, from: acwFrom, to: acwFrom + (each.acwMs ?? 0) },
        ];
      });
    case 'activity': {
      const { activity: work, agent: who, startedAt: from, endedAt: to } = content;
      const line = `${who} ${content.state === 'LOGGED_IN' ? 'login' : 'own'}`;
      return [{ work, line, limit: 50, person: null, from, to }];
    }
    case 'timeline': {
      const { agent: who, connection } = content;
      return content.stretches
        .filter(({ code }) => code !== 'X' && code !== 'CALL')
        .map(({ startedAt: from, endedAt: to }) => ({
          work: `${content.timeline}/${from}`,
          line: `${who} states`,
          limit: connection === 'a' ? 50 : 40,
          person: null,
          from,
          to,
        }));
    }
    case 'outcome':
    case 'totals':
    case 'schedule':
      return [];
  }
}

/** What the lines of both programmes pay of it, each piece in full. */
function paidInFull(contents: readonly PostingContent[]): number {
  return contents
    .flatMap((each) => piecesOf(each))
    .filter(({ programme }) => programme !== null)
    .reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}

function inOrder(cells: ReadonlyMap<string, number>): [string, number][] {
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The journal of what becomes known, and what stands below each of the cuts. */
function postingsOf(
  steps: readonly (readonly [number, PostingContent | null])[],
  partition: number,
  cuts: readonly number[],
): { records: NewRecord[]; standing: PostingContent[][] } {
  const write = journalWriter();
  const posted = new Map<number, PostingContent>();
  const standing = cuts.map(() => new Map<number, PostingContent>());
  const records = steps.flatMap(([entity, content], offset) => {
    const before = posted.get(entity);
    const changes = [
      ...(before === undefined ? [] : [{ sign: -1 as const, content: before }]),
      ...(content === null ? [] : [{ sign: 1 as const, content }]),
    ];
    for (const kept of [posted, ...standing.filter((_, index) => offset < (cuts[index] ?? 0))]) {
      if (content === null) kept.delete(entity);
      else kept.set(entity, content);
    }
    return changes.map((change, index): NewRecord => {
      const key = postingKey(change.content);
      const value = write([{ position: { partition, offset, index }, ...change }]);
      return { partition: key.charCodeAt(key.length - 1) % 3, key, value };
    });
  });
  return { records, standing: standing.map((kept) => [...kept.values()]) };
}
