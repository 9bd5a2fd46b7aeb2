import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRefusals } from '#pipeline/redrive.js';
import { fact } from '#domain/contact/facts.fixture.js';
import type { ContactFact, Fact } from '#domain/fact/fact.js';
import { interpret } from '#domain/contact/interpret.js';
import type { Log, PartitionHandler } from '#log/log.js';
import { openSqliteLog, type SqliteLog } from '#log/sqlite/sqlite-log.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { encodeFact } from '#wire/facts.js';
import { decodePosting } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { rehydrateEntity } from '../entity.js';
import { digestOf, encodeArchivePointer, entityKeyOf } from './archive-pointer.js';
import { meter, meterKeyspace } from '../meter.js';

/** A settled contact as it is met again, on the real embedded log and store. */
const hour = 3_600_000;
let directory: string;
let log: SqliteLog;
let store: SqliteStore;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-settled-'));
  log = openSqliteLog({ directory });
  store = new SqliteStore({ directory });
  await log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await store.close();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

const at = { keyspace: meterKeyspace, partition: 0 };
const newMeter = (over: Log = log): PartitionHandler =>
  meter({ log: over, store, onRefused: () => undefined, archiveAfterMs: hour });

/** One batch of facts, as the log would hand it over at that time. */
async function tell(handler: PartitionHandler, logTime: number, ...facts: readonly Fact[]): Promise<void> {
  const appended = await log.append(
    topics.facts.name,
    facts.map((each) => ({ key: each.entity, value: encodeFact(each) })),
  );
  const first = appended[0]?.offset ?? 0;
  const read = await log.read(topics.facts.name, 0, first, facts.length);
  const records = read.map((record) => ({ ...record, timestamp: logTime }));
  const end = first + facts.length;
  const outcome = await handler.batch({ topic: topics.facts.name, partition: 0, records, end });
  expect(outcome).toEqual({ status: 'done', next: end });
}

async function journal(): Promise<{ id: string; sign: number; talkMs: (number | null)[] }[]> {
  const records = await log.read(topics.postings.name, 0, 0, 100_000);
  return records.map(({ value }) => {
    const posting = decodePosting(value);
    if (posting === null || posting.content.kind !== 'contact') throw new Error(value);
    const { partition, offset, index } = posting.position;
    const talkMs = posting.content.legs.map((leg) => leg.talkMs);
    return { id: `${partition}-${offset}-${index}`, sign: posting.sign, talkMs };
  });
}

const left = fact('agent.left', 70_000);
const others = (count: number): ContactFact[] =>
  Array.from({ length: count }, (_, i) => fact('segment.summarized', i, { entity: `c:other-${i}` }));

describe('A contact whose time to settle has come', () => {
  it('is settled, like all others of its time, with the batches that come then', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    const names = others(900).map(({ entity }) => entity);
    for (let time = 0; time < 3; time++)
      await tell(handler, time, ...others(900).slice(time * 300, (time + 1) * 300));
    const kept = async (): Promise<number> =>
      (await store.load(at, names.map(entityKeyOf))).filter((state) => state !== null).length;
    expect(await kept()).toBe(900);

    const duplicate = others(1);
    await tell(handler, hour - 1, ...duplicate);
    expect(await kept()).toBe(900);
    const counts: number[] = [];
    for (let batch = 0; batch < 4; batch++) {
      await tell(handler, hour + 2, ...duplicate);
      counts.push(await kept());
    }
    expect(counts).toEqual([600, 300, 0, 0]);
    // head, tail, pages of eight marks, marks
    expect(await store.load(at, ['index', 'b0', 'b1', 'b2'])).toEqual(['[3,3,113,900]', null, null, null]);
  });

  it('leaves a mark of some tens of bytes, and a revision finds it again', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await tell(handler, 0, fact('queue.entered', 0), fact('queue.left', 10_000), left, ...others(300));
    await tell(handler, hour, ...others(2));
    const pages = (await store.load(at, ['p0', 'p1', 'p37'])).map((text) => text ?? '');
    expect(pages.every((page) => page !== '')).toBe(true);
    for (const entry of pages.flatMap((page) => page.split('\n'))) expect(entry.length).toBeLessThan(40);
    expect(await store.load(at, ['b0', 'p38'])).toEqual([null, null]);

    // another meter, which has nothing in memory
    const next = newMeter();
    expect(await next.assigned(0)).toBe(305);
    await tell(next, hour, left, { ...left, revision: 1, talkMs: 50_000 });
    const ofContact = (await journal()).filter(({ id }) => /^0-([012]|30[3-9])-/.test(id));
    expect(ofContact).toEqual([
      { id: '0-1-0', sign: 1, talkMs: [] },
      { id: '0-2-0', sign: -1, talkMs: [] },
      { id: '0-2-1', sign: 1, talkMs: [60_000] },
      { id: '0-306-0', sign: -1, talkMs: [60_000] },
      { id: '0-306-1', sign: 1, talkMs: [50_000] },
    ]);
  });

  it('is refused, visibly, where its facts have left the log, and never billed a second time', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await tell(handler, 0, left);
    await tell(handler, hour, ...others(1));
    const posted = await journal();
    await log.prune(Date.now() + 500 * 24 * hour);

    const next = newMeter();
    await next.assigned(0);
    const revised = { ...left, revision: 1, talkMs: 50_000 };
    await tell(next, hour, revised, fact('agent.left', 1, { entity: 'c:new', id: 'new' }), left);
    expect(await journal()).toEqual([...posted, { id: '0-3-0', sign: 1, talkMs: [60_000] }]);
    expect(await openRefusals(log)).toMatchObject([
      { stage: 'meter', reason: 'expired', connection: 'c', from: { partition: 0, offset: 2 } },
      { stage: 'meter', reason: 'expired', connection: 'c', from: { partition: 0, offset: 4 } },
    ]);
  });

  it('is found by reading what lies near each other once, and what lies apart for itself', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await tell(handler, 0, fact('queue.entered', 0), ...others(10), fact('queue.left', 10_000));
    await tell(handler, 1, ...others(700));
    await tell(handler, 2, left);
    await tell(handler, 2 * hour, ...others(1));

    const reads: [string, number, number, number][] = [];
    const watched = new Proxy(log, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (name === 'read') reads.push(args as [string, number, number, number]);
          return value.apply(target, args) as unknown;
        };
      },
    });
    const next = newMeter(watched);
    await next.assigned(0);
    await tell(next, 2 * hour, { ...left, revision: 1, talkMs: 50_000 });
    const { name } = topics.facts;
    expect(reads).toEqual([
      [name, 0, 0, 12],
      [name, 0, 712, 1],
    ]);
    expect((await journal()).slice(-2)).toEqual([
      { id: '0-714-0', sign: -1, talkMs: [60_000] },
      { id: '0-714-1', sign: 1, talkMs: [50_000] },
    ]);
  });

  it('stops the partition where the log has lost facts that it should still have', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await tell(handler, 0, left);
    await tell(handler, hour, ...others(1));
    const emptied = new Proxy(log, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name === 'read') return async () => [];
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const next = newMeter(emptied);
    await next.assigned(0);
    await expect(tell(next, hour, { ...left, revision: 1 })).rejects.toThrow('has no fact at 0');
  });
});

describe('What is taken back of a settled contact', () => {
  const content = interpret([left]);
  if (content === null) throw new Error('nothing is finished');
  const mark = (digest: string): string =>
    encodeArchivePointer({ factOffsets: [4], posted: { partition: 2, offset: 9, digest } });

  it('is what its facts say, where they still say what was posted', async () => {
    const unasked = async () => Promise.reject(new Error('the journal is not needed'));
    const entity = await rehydrateEntity('c:1', [left], mark(digestOf(JSON.stringify(content))), unasked);
    expect(entity.state.posted).toEqual(content);
  });

  it('is what the journal says was posted, where interpreting has been improved since', async () => {
    const before = { ...content, media: 'other' as const };
    const entity = await rehydrateEntity(
      'c:1',
      [left],
      mark(digestOf(JSON.stringify(before))),
      async (place) => {
        expect(place).toMatchObject({ partition: 2, offset: 9 });
        return before;
      },
    );
    expect(entity.state.posted).toEqual(before);
  });
});
