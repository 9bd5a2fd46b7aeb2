import fc from 'fast-check';
import { fact } from '#domain/contact/facts.fixture.js';
import type { AgentChanged, Fact } from '#domain/fact/fact.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import type { Log } from '#log/log.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

const start = Date.UTC(2026, 2, 2, 8);
const minute = 60_000;

/** What a platform can report about one contact; the later ones revise or contradict the earlier ones. */
export function story(entity: string): Fact[] {
  const own = { entity };
  return [
    fact('contact.started', 0, own),
    fact('queue.entered', 1_000, own),
    fact('agent.joined', 9_000, own),
    fact('queue.left', 10_000, own),
    fact('agent.left', 70_000, own),
    fact('agent.wrapped', 110_000, own),
    fact('contact.noted', 110_500, own),
    fact('agent.left', 70_000, { ...own, revision: 2, talkMs: 55_000 }),
    fact('agent.left', 70_000, { ...own, talkMs: 59_000 }),
    fact('queue.left', 10_000, { ...own, revision: 70_001, result: 'abandoned', answeredBy: null }),
    fact('contact.identified', 12_000, { ...own, customer: 'cust-9' }),
    fact('queue.left', 10_000, { ...own, revision: 80_001, result: 'unknown', waitMs: null }),
  ].map((each) => ({ ...each, id: `${entity}|${each.id}` }));
}

/** A boundary of an agent's state, in one of six hours; the same minute again is a revision. */
function boundary(agent: string, at: number, code: string, revision: number): AgentChanged {
  return {
    type: 'agent.changed',
    id: `${agent}/${at}`,
    entity: `c:agent/${agent}/state`,
    connection: 'c',
    at: start + at * minute,
    revision,
    agent: `c:${agent}`,
    axis: 'state',
    code,
    reason: null,
    observed: false,
    sequence: 0,
  };
}

/** Of three contacts and two agents. */
export const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.constantFrom(...['c:1', 'c:2', 'c:é"\n'].flatMap(story)),
  fc
    .record({
      agent: fc.constantFrom('a', 'b'),
      at: fc.integer({ min: 0, max: 359 }).map((each) => each - (each % 20)),
      code: fc.constantFrom('READY', 'BREAK', 'OFF'),
      revision: fc.nat(2),
    })
    .map(({ agent, at, code, revision }) => boundary(agent, at, code, revision)),
);

/** The log, whose facts below an offset have expired; its time goes on by 50 ms with each fact. */
export function expired(log: Log, begin: () => number): Log {
  return overriding(log, {
    bounds: async (topic: string) => {
      const bounds = await log.bounds(topic);
      return topic === topics.facts.name ? bounds.map((each) => ({ ...each, begin: begin() })) : bounds;
    },
    read: async (topic: string, partition: number, from: number, limit: number) => {
      if (topic !== topics.facts.name) return log.read(topic, partition, from, limit);
      const read = await log.read(topic, partition, Math.max(from, begin()), limit);
      return read.map((record) => ({ ...record, timestamp: 1_000_000 + record.offset * 50 }));
    },
  });
}

function overriding<T extends object>(real: T, own: Partial<T>): T {
  return new Proxy(real, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in own ? own : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Texts of the records with postings that a reader counts, by partition of the journal, in order. */
export async function journal(log: Log): Promise<string[]> {
  const all: string[] = [];
  for (const { partition } of await log.bounds(topics.postings.name)) {
    const seen: Watermark = new Map();
    for (const { value } of await log.read(topics.postings.name, partition, 0, 100_000)) {
      const { postings = [] } = decodeJournalRecord(value) ?? {};
      // Each posting of a record moves the watermark, or the record would count again where it lies twice.
      if (postings.filter(({ position }) => advance(seen, position)).length > 0) all.push(value);
    }
  }
  return all;
}
