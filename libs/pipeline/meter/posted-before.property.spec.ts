import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact } from '#domain/contact/facts.fixture.js';
import { interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import { type Posting, type PostingContent, subjectOf } from '#domain/posting/posting.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import { inNamespace } from '#log/in-namespace.js';
import { type Log, LogUnavailable, type NewRecord, type PartitionHandler } from '#log/log.js';
import { partitionOf } from '#log/partition.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import { encodeFact } from '#wire/facts.js';
import { encodeContent } from '#wire/posting-content.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import type { Interpretation } from './batch-fold.js';
import { meter, meterKeyspace } from './meter.js';

/**
 * A meter that ends at any moment, with parts of its postings appended, or that loses its store, and goes on
 * under the same interpretation or another one. What readers have counted holds.
 */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-posted-before-'));
  embedded = openEmbedded(directory);
});
afterAll(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

const partitions = 3;
let runs = 0;
async function newLog(): Promise<Log> {
  const log = inNamespace(embedded.log, `run-${++runs}`);
  await log.createTopics(topicSettings(partitions));
  await embedded.store.drop(meterKeyspace);
  return log;
}

/** 0: as today. 1: talks are 700 ms longer. 2: the customer is not believed, so all lies elsewhere. */
const interpretations: readonly Interpretation[] = [
  { version: 10, interpret: interpretEntity },
  { version: 11, interpret: (facts) => changed(interpretEntity(facts), longer) },
  { version: 12, interpret: (facts) => changed(interpretEntity(facts), anonymous) },
];

type Contact = Extract<PostingContent, { kind: 'contact' }>;

function changed(
  content: PostingContent | null,
  change: (contact: Contact) => Contact,
): PostingContent | null {
  return content?.kind === 'contact' ? change(content) : content;
}

function longer(contact: Contact): Contact {
  const legs = contact.legs.map((leg) => ({ ...leg, talkMs: leg.talkMs === null ? null : leg.talkMs + 700 }));
  return { ...contact, legs };
}

function anonymous(contact: Contact): Contact {
  return { ...contact, customer: null };
}

/** Facts of partition 0, in the order of their offsets. */
async function appendFacts(log: Log, facts: readonly Fact[]): Promise<void> {
  const records = facts.map((each) => ({ key: each.entity, value: encodeFact(each), partition: 0 }));
  await log.append(topics.facts.name, records);
}

/** Has a meter fold all facts, so many in a batch. */
async function fold(log: Log, store: Store, interpretation: Interpretation, size = 1_000): Promise<void> {
  const handler = meter({
    log,
    store,
    interpretation,
    onRefused: (refused) => expect(refused).toBeUndefined(),
  });
  let next = await handler.assigned(0);
  for (;;) {
    const records = await log.read(topics.facts.name, 0, next, size);
    if (records.length === 0) return;
    next = await batch(handler, records, next);
  }
}

async function batch(
  handler: PartitionHandler,
  records: Awaited<ReturnType<Log['read']>>,
  next: number,
): Promise<number> {
  const end = (records.at(-1)?.offset ?? 0) + 1;
  const result = await handler.batch({ topic: topics.facts.name, partition: 0, records, end });
  if (result.status === 'retry') throw result.cause;
  expect(result).toEqual({ status: 'done', next: end });
  return Math.max(end, next);
}

/** What a reader of each journal partition counts, one partition after the other. */
async function counted(log: Log): Promise<Posting[]> {
  const all: Posting[] = [];
  for (const { partition, end } of await log.bounds(topics.postings.name)) {
    const seen: Watermark = new Map();
    const records = end === 0 ? [] : await log.read(topics.postings.name, partition, 0, 100_000);
    const postings = records.flatMap(({ value }) => decodeJournalRecord(value)?.postings ?? []);
    all.push(...postings.filter(({ position }) => advance(seen, position)));
  }
  return all;
}

/** Seconds of talk in all, and contents of which more was taken back than posted before. */
async function sums(log: Log): Promise<{ talkS: number; neverPosted: string[] }> {
  const balances = new Map<string, number>();
  const neverPosted: string[] = [];
  let talkMs = 0;
  for (const { sign, content } of await counted(log)) {
    const text = encodeContent(content);
    const balance = (balances.get(text) ?? 0) + sign;
    balances.set(text, balance);
    if (balance < 0) neverPosted.push(text);
    if (content.kind === 'contact') {
      talkMs += sign * content.legs.reduce((sum, leg) => sum + (leg.talkMs ?? 0), 0);
    }
  }
  return { talkS: talkMs / 1_000, neverPosted };
}

/** A hundred calls of 60 s of talk: 6 000 s. */
const hundred = Array.from({ length: 100 }, (_, index) =>
  fact('segment.summarized', index * 1_000, { entity: `c:${index}`, customer: `cust-${index % 7}` }),
).map((each) => ({ ...each, id: `${each.entity}|1` }));
const revised: Fact = { ...hundred[3]!, revision: 1, talkMs: 50_000 };

/** The store, whose commit is refused from the n-th on: as after a death between append and commit. */
function dyingStore(commits: number): Store {
  let left = commits;
  return new Proxy(embedded.store, {
    get: (store, name) => {
      if (name === 'commit' && left-- <= 0) return async () => Promise.reject(new StoreUnavailable('killed'));
      const value: unknown = Reflect.get(store, name);
      return typeof value === 'function' ? (value.bind(store) as unknown) : value;
    },
  });
}

/** The log, of whose n-th append only what goes to some journal partitions gets there. */
function tearingLog(log: Log, appends: number, reached: readonly number[]): Log {
  let left = appends;
  return new Proxy(log, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'append') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (topic: string, records: readonly NewRecord[]) => {
        if (left-- > 0) return target.append(topic, records);
        const there = records.filter((each) => {
          return reached.includes(each.partition ?? partitionOf(each.key, partitions));
        });
        if (there.length > 0) await target.append(topic, there);
        throw new LogUnavailable('torn');
      };
    },
  });
}

describe('What an earlier run has posted', () => {
  it('holds where the store was lost and the interpretation changed since: 6 000 s stay 6 000 s', async () => {
    const log = await newLog();
    await appendFacts(log, hundred);
    await fold(log, embedded.store, interpretations[0]!, 7);
    await embedded.store.drop(meterKeyspace);
    await fold(log, embedded.store, interpretations[1]!, 11);
    expect(await sums(log)).toEqual({ talkS: 6_000, neverPosted: [] });

    // What comes after follows today's interpretation: 60 s are taken back, 50.7 s posted.
    await appendFacts(log, [revised]);
    await fold(log, embedded.store, interpretations[1]!);
    expect(await sums(log)).toEqual({ talkS: 5_990.7, neverPosted: [] });
  });

  it('holds where the meter was killed between append and commit and the interpretation changed since', async () => {
    const log = await newLog();
    await appendFacts(log, hundred);
    const dying = fold(log, dyingStore(2), interpretations[0]!, 30);
    await expect(dying).rejects.toThrow('killed');
    // 60 contacts are committed, 30 more are in the journal; the last 10 are of today.
    await fold(log, embedded.store, interpretations[1]!);
    expect(await sums(log)).toEqual({ talkS: 6_000 + 7, neverPosted: [] });

    // One of the 30: its 60 s are taken back, not the 60.7 s that today's interpretation would have posted.
    const later: Fact = { ...hundred[65]!, revision: 1, talkMs: 50_000 };
    await appendFacts(log, [later]);
    await fold(log, embedded.store, interpretations[1]!);
    expect(await sums(log)).toEqual({ talkS: 6_000 + 7 - 60 + 50.7, neverPosted: [] });
  });

  it('is completed by what had not got to the journal, with the links it would have had', async () => {
    const log = await newLog();
    await appendFacts(log, [...hundred, revised]);
    const torn = fold(tearingLog(log, 1, [0, 2]), embedded.store, interpretations[0]!, 60);
    await expect(torn).rejects.toThrow('torn');
    await fold(log, embedded.store, interpretations[0]!);
    expect(await sums(log)).toEqual({ talkS: 5_990, neverPosted: [] });
    const values = await valuesOf(log);
    expect(values.some((value) => value.includes('"relinked"'))).toBe(false);
  });

  it('does not depend on who folds it where the interpretation is the same', async () => {
    const [first, second] = [await newLog(), await newLog()];
    for (const log of [first, second]) await appendFacts(log, [...hundred, revised]);
    await fold(first, embedded.store, interpretations[0]!, 13);
    await embedded.store.drop(meterKeyspace);
    const torn = fold(tearingLog(second, 0, [1]), embedded.store, interpretations[0]!, 40);
    await expect(torn).rejects.toThrow('torn');
    await fold(second, embedded.store, interpretations[0]!, 13);
    expect((await valuesOf(second)).sort()).toEqual((await valuesOf(first)).sort());
  });
});

async function valuesOf(log: Log): Promise<string[]> {
  const all: string[] = [];
  for (const { partition, end } of await log.bounds(topics.postings.name)) {
    if (end > 0)
      all.push(...(await log.read(topics.postings.name, partition, 0, 100_000)).map(({ value }) => value));
  }
  return all;
}

interface Run {
  readonly interpretation: number;
  /** Facts that have come before it. */
  readonly facts: number;
  readonly batch: number;
  readonly end:
    'whole' | { readonly commits: number } | { readonly appends: number; readonly reached: number[] };
  readonly losesStore: boolean;
}

const contacts = ['c:1', 'c:2', 'c:3', 'c:4'];
const anyFact = fc.oneof(
  ...contacts.map((entity) =>
    fc.constantFrom(
      ...[
        fact('queue.left', 10_000, { entity, customer: null }),
        fact('agent.left', 70_000, { entity, customer: null }),
        fact('agent.left', 70_000, { entity, revision: 2, talkMs: 55_000, customer: null }),
        fact('contact.identified', 12_000, { entity, customer: `cust-${entity.length}` }),
        fact('contact.identified', 13_000, { entity, customer: 'cust-9' }),
        fact('queue.left', 10_000, { entity, revision: 3, result: 'abandoned', answeredBy: null }),
      ].map((each) => ({ ...each, id: `${entity}|${each.id}` })),
    ),
  ),
);
const anyRun: fc.Arbitrary<Run> = fc.record({
  interpretation: fc.constantFrom(0, 0, 1, 2),
  facts: fc.integer({ min: 0, max: 40 }),
  batch: fc.integer({ min: 1, max: 15 }),
  end: fc.oneof(
    fc.constant('whole' as const),
    fc.record({ commits: fc.integer({ min: 0, max: 4 }) }),
    fc.record({
      appends: fc.integer({ min: 0, max: 4 }),
      reached: fc.subarray([0, 1, 2]),
    }),
  ),
  losesStore: fc.boolean(),
});

async function go(log: Log, { interpretation, batch: size, end, losesStore }: Run): Promise<void> {
  const torn = typeof end === 'object' && 'appends' in end ? tearingLog(log, end.appends, end.reached) : log;
  const store = typeof end === 'object' && 'commits' in end ? dyingStore(end.commits) : embedded.store;
  try {
    await fold(torn, store, interpretations[interpretation]!, size);
  } catch (error) {
    if (!(error instanceof LogUnavailable) && !(error instanceof StoreUnavailable)) throw error;
  }
  if (losesStore) await embedded.store.drop(meterKeyspace);
}

describe('The journal', () => {
  it('holds each contact once, as one of the interpretations had it, whatever ended and changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFact, { maxLength: 40 }),
        fc.array(anyRun, { maxLength: 5 }),
        async (facts, past) => {
          const log = await newLog();
          let appended = 0;
          for (const run of [...past, { ...wholeRun, facts: facts.length }]) {
            const upTo = Math.max(appended, Math.min(run.facts, facts.length));
            await appendFacts(log, facts.slice(appended, upTo));
            appended = upTo;
            await go(log, run);
          }
          const held = await counted(log);
          for (const [entity, own] of Map.groupBy(held, ({ content }) => subjectOf(content))) {
            const net = new Map<string, number>();
            for (const { sign, content } of own) {
              const text = encodeContent(content);
              net.set(text, (net.get(text) ?? 0) + sign);
            }
            const left = [...net].filter(([, balance]) => balance !== 0);
            const all = facts.filter((each) => each.entity === entity);
            expect(left.length).toBeLessThanOrEqual(1);
            for (const [, balance] of left) expect(balance).toBe(1);
            const expected = interpretEntity(effective(all));
            const wanted = expected === null ? [] : [encodeContent(expected)];
            const isOfOneVersion = past.every(({ interpretation }) => interpretation === 0);
            const texts = left.map(([text]) => text);
            expect(texts).toEqual(isOfOneVersion ? wanted : texts);
          }
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);
});

const wholeRun: Run = { interpretation: 0, facts: 0, batch: 1_000, end: 'whole', losesStore: false };

/** The highest revision of each fact, in the order in which these came. */
function effective(facts: readonly Fact[]): Fact[] {
  const kept: Fact[] = [];
  for (const each of facts) {
    const known = kept.findIndex(({ id }) => id === each.id);
    if (known >= 0 && (kept[known]?.revision ?? 0) >= each.revision) continue;
    if (known >= 0) kept.splice(known, 1);
    kept.push(each);
  }
  return kept;
}
