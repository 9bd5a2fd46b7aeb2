import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import type { Fact } from '#domain/fact/fact.js';
import { addFact, type EntityState, unknownEntity } from '#domain/entity/fold.js';
import { postingKey } from '#domain/posting/posting.js';
import { inNamespace } from '#log/in-namespace.js';
import { type Log, LogUnavailable, type PartitionHandler } from '#log/log.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import { encodeFact } from '#wire/facts.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { topics, topicSettings } from '#wire/topics.js';
import { journal, story } from '../any-fact.fixture.js';
import { meter, meterKeyspace } from '../meter.js';

/**
 * When entities are archived, what memory holds, where the meter crashes, and whether a second one believes
 * that it owns the partition: no posting may depend on any of it. What is expected comes from folding the
 * facts in order, without store, memory or archive.
 */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-archive-'));
  embedded = openEmbedded(directory);
});
afterAll(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('Postings', () => {
  it('are the same whenever entities are archived, whatever the batches, and wherever the meter crashes', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async (scenario) => {
        const log = inNamespace(embedded.log, `run-${++runs}`);
        await log.createTopics(topicSettings(1));
        await embedded.store.drop(meterKeyspace);
        await log.append(
          topics.facts.name,
          scenario.facts.map((fact) => ({ key: fact.entity, value: encodeFact(fact) })),
        );
        await run(scenario, log);
        expect(await journal(log)).toEqual(expected(scenario.facts));
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

interface Scenario {
  readonly facts: readonly Fact[];
  /** Ends of batches, as shares of the facts. */
  readonly borders: readonly number[];
  readonly archiveAfterMs: number;
  /** Log time of each batch, ms. */
  readonly batchMs: number;
  readonly cachedEntities: number;
  /** Which of two meters that both believe to own the partition takes the next batch. */
  readonly actors: readonly (0 | 1)[];
  /** What breaks at the boundary of that number: see `breaking`. */
  readonly breaks: readonly ('append' | 'appended' | 'commit' | 'committed' | 'restart' | null)[];
}

const anyFact = fc.oneof(
  ...['c:1', 'c:2', 'c:3', 'd:é"\n', 'c:5'].map((entity) => fc.constantFrom(...story(entity))),
);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  facts: fc.array(anyFact, { minLength: 1, maxLength: 60 }),
  borders: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 20 }),
  archiveAfterMs: fc.constantFrom(0, 0, 100, 350, Infinity),
  batchMs: fc.integer({ min: 0, max: 200 }),
  cachedEntities: fc.integer({ min: 0, max: 5 }),
  actors: fc.array(fc.constantFrom(0, 0, 0, 1), { maxLength: 40 }),
  breaks: fc.array(
    fc.constantFrom('append', 'appended', 'commit', 'committed', 'restart', null, null, null),
    { maxLength: 20 },
  ),
});

async function run(scenario: Scenario, log: Log): Promise<void> {
  const { facts, borders, archiveAfterMs, batchMs, cachedEntities } = scenario;
  const ends = [...new Set([...borders, facts.length])].filter((end) => end <= facts.length);
  ends.sort((a, b) => a - b);
  const breaks = [...scenario.breaks];
  const all = (await log.read(topics.facts.name, 0, 0, 1_000)).map((record, index) => {
    const batch = ends.findIndex((end) => index < end);
    return { ...record, timestamp: 1_000_000 + batch * batchMs };
  });
  const start = (): PartitionHandler =>
    meter({
      log: breaking(log, 'append', 'appended', breaks),
      store: breaking(embedded.store, 'commit', 'committed', breaks),
      onRefused: (refused) => expect(refused).toBeUndefined(),
      archiveAfterMs,
      cachedEntities,
    });
  const begin = async () => {
    const handler = start();
    return { handler, next: await handler.assigned(0) };
  };
  const actors = [await begin(), await begin()] as const;
  for (let turn = 0; Math.max(actors[0].next, actors[1].next) < all.length; turn++) {
    const actor = actors[scenario.actors[turn] ?? 0];
    const { next } = actor;
    const end = ends.find((end) => end > next) ?? all.length;
    const batch = { topic: topics.facts.name, partition: 0, records: all.slice(next, end), end: all.length };
    const outcome = await actor.handler.batch(batch);
    if (outcome.status === 'done') actor.next = outcome.next;
    else if (outcome.status === 'fenced') actor.next = await actor.handler.assigned(0);
    if (breaks[0] === 'restart') {
      breaks.shift();
      Object.assign(actor, await begin());
    }
  }
}

/** The same log or store, whose call fails before or after it is carried out where `breaks` says so. */
function breaking<T extends Log | Store>(
  real: T,
  before: 'append' | 'commit',
  after: 'appended' | 'committed',
  breaks: Scenario['breaks'][number][],
): T {
  const Unavailable = before === 'append' ? LogUnavailable : StoreUnavailable;
  return new Proxy(real, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name !== before) return method.apply(target, args);
        if (breaks[0] === null) breaks.shift();
        if (breaks[0] !== before && breaks[0] !== after) return method.apply(target, args);
        const breaksAfter = breaks.shift() === after;
        if (breaksAfter) await method.apply(target, args);
        throw new Unavailable(breaksAfter ? 'the answer is lost' : 'no connection');
      };
    },
  });
}

function expected(facts: readonly Fact[]): string[] {
  const states = new Map<string, EntityState>();
  const write = journalWriter();
  return facts.flatMap((each, offset) => {
    const { state, changes } = addFact(states.get(each.entity) ?? unknownEntity, each);
    states.set(each.entity, state);
    const postings = changes.map(({ sign, content }, index) => {
      return { position: { partition: 0, offset, index }, sign, content };
    });
    return [...Map.groupBy(postings, ({ content }) => postingKey(content)).values()].map((own) => write(own));
  });
}
