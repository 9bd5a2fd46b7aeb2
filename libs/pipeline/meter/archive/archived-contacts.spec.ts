import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRefusals } from '#pipeline/redrive.js';
import { fact } from '#domain/contact/facts.fixture.js';
import type { ContactFact, Fact } from '#domain/fact/fact.js';
import { interpret } from '#domain/contact/interpret.js';
import { interpretEntity } from '#domain/entity/fold.js';
import type { Log, PartitionHandler } from '#log/log.js';
import { openSqliteLog, type SqliteLog } from '#log/sqlite/sqlite-log.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { encodeFact } from '#wire/facts.js';
import { encodeContent } from '#wire/posting-content.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { rehydrateEntity } from '../entity.js';
import { digestOf, entityKeyOf } from './archive-pointer.js';
import { meter, meterKeyspace } from '../meter.js';

/** An archived contact for which a fact comes late, on the real embedded log and store. */
const hour = 3_600_000;
let directory: string;
let log: SqliteLog;
let store: SqliteStore;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-archived-'));
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
async function deliver(handler: PartitionHandler, logTime: number, ...facts: readonly Fact[]): Promise<void> {
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
  return records
    .flatMap(({ value }) => decodeJournalRecord(value)?.postings ?? [])
    .map(({ position: { partition, offset, index }, sign, content }) => {
      if (content.kind !== 'contact') throw new Error(content.kind);
      const talkMs = content.legs.map((leg) => leg.talkMs);
      return { id: `${partition}-${offset}-${index}`, sign, talkMs };
    });
}

const left = fact('agent.left', 70_000);
const others = (count: number): ContactFact[] =>
  Array.from({ length: count }, (_, i) => fact('segment.summarized', i, { entity: `c:other-${i}` }));

describe('A contact that is due for archiving', () => {
  it('is archived with the others of its archive batch, one archive batch for each batch of facts', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    const names = others(900).map(({ entity }) => entity);
    for (let time = 0; time < 3; time++)
      await deliver(handler, time, ...others(900).slice(time * 300, (time + 1) * 300));
    const kept = async (): Promise<number> =>
      (await store.load(at, names.map(entityKeyOf))).filter((state) => state !== null).length;
    expect(await kept()).toBe(900);

    const duplicate = others(1);
    await deliver(handler, hour - 1, ...duplicate);
    expect(await kept()).toBe(900);
    const counts: number[] = [];
    for (let batch = 0; batch < 4; batch++) {
      await deliver(handler, hour + 2, ...duplicate);
      counts.push(await kept());
    }
    expect(counts).toEqual([600, 300, 0, 0]);
    // head, tail, pages of eight pointers, pointers
    expect(await store.load(at, ['index', 'b0', 'b1', 'b2'])).toEqual(['[3,3,113,900]', null, null, null]);
  });

  it('leaves a pointer of some tens of bytes, by which a revision rehydrates it', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await deliver(handler, 0, fact('queue.entered', 0), fact('queue.left', 10_000), left, ...others(300));
    await deliver(handler, hour, ...others(2));
    const pages = (await store.load(at, ['p0', 'p1', 'p37'])).map((text) => text ?? '');
    expect(pages.every((page) => page !== '')).toBe(true);
    for (const entry of pages.flatMap((page) => page.split('\n'))) expect(entry.length).toBeLessThan(16);
    expect(await store.load(at, ['b0', 'p38'])).toEqual([null, null]);

    // another meter, which has nothing in memory
    const next = newMeter();
    expect(await next.assigned(0)).toBe(305);
    await deliver(next, hour, left, { ...left, revision: 1, talkMs: 50_000 });
    const ofContact = (await journal()).filter(({ id }) => /^0-([012]|30[3-9])-/.test(id));
    expect(ofContact).toEqual([
      { id: '0-1-0', sign: 1, talkMs: [] },
      { id: '0-2-0', sign: -1, talkMs: [] },
      { id: '0-2-1', sign: 1, talkMs: [60_000] },
      { id: '0-306-0', sign: -1, talkMs: [60_000] },
      { id: '0-306-1', sign: 1, talkMs: [50_000] },
    ]);
  });

  it('has its late fact counted where its other facts have left the log, and a copy of them changes nothing', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await deliver(handler, 0, left);
    await deliver(handler, hour, ...others(1));
    await deliver(handler, hour, ...others(1));
    const posted = await journal();
    await log.prune(Date.now() + 500 * 24 * hour);

    const next = newMeter();
    await next.assigned(0);
    await deliver(next, hour, { ...left, revision: 1, talkMs: 50_000 }, left);
    expect(await journal()).toEqual([
      ...posted,
      { id: '0-3-0', sign: -1, talkMs: [60_000] },
      { id: '0-3-1', sign: 1, talkMs: [50_000] },
    ]);
    expect(await openRefusals(log)).toEqual([]);
  });

  it('is rehydrated with one read for states that are near each other and one more for a distant one', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await deliver(handler, 0, ...others(10));
    await deliver(handler, 1, ...others(700).slice(10));
    for (let batch = 0; batch < 3; batch++) await deliver(handler, 2 * hour, ...others(1));

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
    const revised = [3, 5, 600].map((of): Fact => ({ ...others(601)[of]!, revision: 1 }));
    await deliver(next, 2 * hour, ...revised);
    // First whether what was posted last lies there still. In front of the states lies the record that says
    // how far they suffice.
    expect(reads).toEqual([
      [topics.postings.name, 0, 699, 1],
      [topics.states.name, 0, 4, 3],
      [topics.states.name, 0, 601, 1],
    ]);
  });

  it('stops the partition where the log has lost a state', async () => {
    const handler = newMeter();
    await handler.assigned(0);
    await deliver(handler, 0, left);
    await deliver(handler, hour, ...others(1));
    const emptied = new Proxy(log, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name === 'read')
          return async (topic: string, ...at: [number, number, number]) =>
            topic === topics.states.name ? [] : target.read(topic, ...at);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const next = newMeter(emptied);
    await next.assigned(0);
    await expect(deliver(next, hour, { ...left, revision: 1 })).rejects.toThrow(
      'meter.states partition 0 has no state at 1',
    );
  });
});

describe('The posting that is taken back of an archived contact', () => {
  const content = interpret([left]);
  if (content === null) throw new Error('nothing is finished');
  const kept = (digest: string) => ({
    entity: 'c:1',
    facts: [left],
    factOffsets: [4],
    posted: { partition: 2, offset: 9, digest },
  });

  it('is the interpretation of its facts, where that is still what was posted', async () => {
    const unread = {
      interpret: interpretEntity,
      read: async () => Promise.reject(new Error('the journal is not needed')),
    };
    const entity = await rehydrateEntity(kept(digestOf(encodeContent(content))), 'A', unread);
    expect(entity.state.posted).toEqual(content);
  });

  it('is read from the journal, where the interpretation differs since', async () => {
    const before = { ...content, media: 'other' as const };
    const entity = await rehydrateEntity(kept(digestOf(encodeContent(before))), 'A', {
      interpret: interpretEntity,
      read: async (place) => {
        expect(place).toMatchObject({ partition: 2, offset: 9 });
        return before;
      },
    });
    expect(entity.state.posted).toEqual(before);
  });
});
