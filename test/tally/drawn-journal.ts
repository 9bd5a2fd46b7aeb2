import fc from 'fast-check';
import type { Posting, PostingContent } from '#domain/posting/posting.js';
import { subjectOf } from '#domain/posting/posting.js';
import type { LogRecord } from '#log/log.js';
import { journalWriter } from '#wire/journal.fixture.js';

const march = Date.UTC(2026, 2, 1);
const hourMs = 3_600_000;
const minuteMs = 60_000;

const queue = fc.constantFrom('c:own0', 'c:own1', 'c:q0', 'c:q1', 'c:q2', 'c:q3');
const agent = fc.constantFrom('c:a0', 'c:a1', 'c:a2', 'c:a3');
const hour = fc.nat({ max: 40 * 24 });
const programme = fc.constantFrom(null, 'p0', 'p1', 'p2');

const contact = fc
  .record({
    id: fc.nat({ max: 5 }),
    hour,
    customer: fc.constantFrom('x', 'y', null),
    queues: fc.array(queue, { minLength: 1, maxLength: 2 }),
    agent,
    minutes: fc.integer({ min: 1, max: 90 }),
    waitMs: fc.constantFrom(5_000, 25_000),
    disposition: fc.constantFrom('d', 'e', null),
  })
  .map((drawn): PostingContent => {
    const { id, customer, queues, minutes, waitMs, disposition } = drawn;
    const at = march + drawn.hour * hourMs;
    const startedAt = at + waitMs * queues.length;
    const talkMs = minutes * minuteMs;
    const segments = queues.map((each, index) => {
      const result = index === queues.length - 1 ? ('answered' as const) : ('flowOut' as const);
      return {
        queue: each,
        enteredAt: at + index * waitMs,
        leftAt: at + (index + 1) * waitMs,
        waitMs,
        result,
      };
    });
    const leg = {
      agent: drawn.agent,
      queue: queues.at(-1) ?? null,
      startedAt,
      endedAt: startedAt + talkMs,
      talkMs,
      holdMs: 0,
      dialMs: 0,
      acwMs: null,
      acwStartedAt: null,
      disposition,
      transferredOut: false,
    };
    const side = {
      state: 'ACW_MISSED' as const,
      agent: drawn.agent,
      queue: queues[0] ?? null,
      startedAt: at,
      endedAt: at + waitMs,
    };
    const common = { kind: 'contact', contact: `c:${id}`, connection: 'c', direction: 'inbound' } as const;
    const missed = id === 3 ? [{ agent: drawn.agent, queue: queues[0] ?? null, at, alertMs: 100 }] : [];
    const sideWork = id === 4 ? { sideWork: [side] } : {};
    return { ...common, media: 'voice', customer, segments, legs: [leg], missed, ...sideWork };
  });

const activity = fc
  .record({
    id: fc.nat({ max: 2 }),
    hour,
    agent,
    minutes: fc.integer({ min: 1, max: 90 }),
    queue: fc.option(queue),
    programme,
  })
  .map(({ id, minutes, ...own }): PostingContent => {
    const startedAt = march + own.hour * hourMs;
    const endedAt = startedAt + minutes * minuteMs;
    const work = { agent: own.agent, queue: own.queue, programme: own.programme, startedAt, endedAt };
    return { kind: 'activity', activity: `c:act${id}`, connection: 'c', state: 'PREP', ...work };
  });

const outcome = fc
  .record({
    id: fc.nat({ max: 2 }),
    hour,
    agent: fc.option(agent),
    queue: fc.option(queue),
    programme,
    customer: fc.constantFrom('x', 'y', null),
    name: fc.constantFrom('sale.made', 'refund.made', 'resolution.reopened'),
  })
  .map(({ id, ...own }): PostingContent => {
    const events = [{ name: own.name, at: march + own.hour * hourMs, data: {} }];
    const of = {
      programme: own.programme,
      queue: own.queue,
      agent: own.agent,
      contact: null,
      customer: own.customer,
    };
    return { kind: 'outcome', outcome: `c:sale${id}`, connection: 'c', ...of, events };
  });

const timeline = fc
  .record({
    id: fc.nat({ max: 2 }),
    hour,
    agent,
    code: fc.constantFrom('20', '30'),
    minutes: fc.integer({ min: 1, max: 90 }),
  })
  .map(({ id, code, minutes, ...own }): PostingContent => {
    const startedAt = march + own.hour * hourMs;
    const ends = { endedAt: startedAt + minutes * minuteMs, closedBy: 'change' as const, unseenMs: 1_000 };
    const stretches = [{ code, reason: null, startedAt, ...ends }];
    return {
      kind: 'timeline',
      timeline: `c:line${id}`,
      connection: 'c',
      agent: own.agent,
      axis: 'state',
      stretches,
    };
  });

const totals = fc.record({ id: fc.nat({ max: 2 }), hour, agent }).map(({ id, ...own }): PostingContent => {
  const startedAt = march + own.hour * hourMs;
  const span = { startedAt, endedAt: startedAt + hourMs };
  return {
    kind: 'totals',
    totals: `c:sum${id}`,
    connection: 'c',
    agent: own.agent,
    ...span,
    ms: { '20': 5_000 },
  };
});

export const content: fc.Arbitrary<PostingContent> = fc.oneof(
  { weight: 6, arbitrary: contact },
  activity,
  outcome,
  timeline,
  totals,
);

/** What an entity was is taken back where it comes again. `doubled`: records that are appended twice. */
export function journalOf(contents: readonly PostingContent[], doubled: readonly number[] = []): LogRecord[] {
  const posted = new Map<string, PostingContent>();
  const write = journalWriter();
  const values = contents.flatMap((each, offset) => {
    const before = posted.get(subjectOf(each));
    posted.set(subjectOf(each), each);
    const taken = before === undefined ? [] : [{ sign: -1 as const, content: before }];
    const postings = [...taken, { sign: 1 as const, content: each }].map((change, index): Posting => {
      return { position: { partition: 0, offset, index }, ...change };
    });
    const value = write(postings);
    return doubled.includes(offset) ? [value, value] : [value];
  });
  return values.map((value, offset) => ({ offset, timestamp: 0, key: 'c', value }));
}
