import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import { type Log, LogUnavailable, type NewRecord, type PartitionHandler } from '#log/log.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { meter } from './meter.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-late-append-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The program of before took talks to be 700 ms longer. */
const before: Interpret = (facts) => {
  const content = interpretEntity(facts);
  if (content?.kind !== 'contact') return content;
  const legs = content.legs.map((leg) => ({ ...leg, talkMs: (leg.talkMs ?? 0) + 700 }));
  return { ...content, legs };
};

const call = (talkMs: number, revision: number): Fact => {
  return { ...fact('segment.summarized', 0, { entity: 'c:1', customer: 'v1', talkMs, revision }), id: 'c:1' };
};

async function append(...facts: readonly Fact[]): Promise<void> {
  const records = facts.map((each) => ({ key: each.entity, value: encodeFact(each) }));
  await embedded.log.append(topics.facts.name, records);
}

/** The log, with what is to be done instead of an append to the journal. */
function logWith(appendPostings: (records: readonly NewRecord[]) => ReturnType<Log['append']>): Log {
  return new Proxy(embedded.log, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'append') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (topic: string, records: readonly NewRecord[]) =>
        topic === topics.postings.name ? appendPostings(records) : target.append(topic, records);
    },
  });
}

function meterOf(log: Log, interpret: Interpret, version: number): PartitionHandler {
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  return meter({ log, store: embedded.store, onRefused, interpretation: { version, interpret } });
}

async function batch(
  handler: PartitionHandler,
  from: number,
  most = 10,
): ReturnType<PartitionHandler['batch']> {
  const records = await embedded.log.read(topics.facts.name, 0, from, most);
  return handler.batch({ topic: topics.facts.name, partition: 0, records, end: from + records.length });
}

/** Milliseconds of talk in what a reader counts. */
async function counted(): Promise<number> {
  const seen: Watermark = new Map();
  const records = await embedded.log.read(topics.postings.name, 0, 0, 100);
  const postings = records.flatMap(({ value }) => decodeJournalRecord(value)?.postings ?? []);
  return postings
    .filter(({ position }) => advance(seen, position))
    .reduce((sum, { sign, content }) => {
      return content.kind === 'contact' ? sum + sign * (content.legs[0]?.talkMs ?? 0) : sum;
    }, 0);
}

/** What an owner of before has sent to the journal, and what has not come there yet. */
async function postingsUnderWay(interpret: Interpret): Promise<(readonly NewRecord[])[]> {
  const late: (readonly NewRecord[])[] = [];
  const owner = meterOf(
    logWith(async (records) => {
      late.push(records);
      throw new LogUnavailable('no answer');
    }),
    interpret,
    1,
  );
  await owner.assigned(0);
  expect(await batch(owner, 0)).toMatchObject({ status: 'retry' });
  return late;
}

it('follows an append of the program of before that comes to the journal between claim and own append', async () => {
  await append(call(60_000, 0));
  const late = await postingsUnderWay(before);

  const own = meterOf(
    logWith(async (records) => {
      for (const each of late.splice(0)) await embedded.log.append(topics.postings.name, each);
      return embedded.log.append(topics.postings.name, records);
    }),
    interpretEntity,
    2,
  );
  await own.assigned(0);
  // Readers count what came first: 60.7 s.
  expect(await batch(own, 0)).toEqual({ status: 'fenced' });
  expect(await counted()).toBe(60_700);
  expect(await own.assigned(0)).toBe(0);
  expect(await batch(own, 0)).toEqual({ status: 'done', next: 1 });
  await append(call(50_000, 1));
  expect(await batch(own, 1)).toEqual({ status: 'done', next: 2 });
  expect(await counted()).toBe(50_000);
});

it('follows such an append also where it has nothing to post itself', async () => {
  await append(call(60_000, 0));
  const late = await postingsUnderWay(interpretEntity);

  const own = meterOf(embedded.log, () => null, 2);
  await own.assigned(0);
  for (const each of late.splice(0)) await embedded.log.append(topics.postings.name, each);
  expect(await batch(own, 0)).toEqual({ status: 'fenced' });
  expect(await own.assigned(0)).toBe(0);
  expect(await batch(own, 0)).toEqual({ status: 'done', next: 1 });
  // What was counted is known: a later fact takes it back.
  expect(await counted()).toBe(60_000);
  await append(call(50_000, 1));
  expect(await batch(own, 1)).toEqual({ status: 'done', next: 2 });
  expect(await counted()).toBe(0);
});

it('follows what an append of more facts has left where the program of before tried it again with fewer', async () => {
  let lostAnswers = 1;
  const old = meterOf(
    logWith(async (records) => {
      const appended = await embedded.log.append(topics.postings.name, records);
      if (lostAnswers-- > 0) throw new LogUnavailable('no answer');
      return appended;
    }),
    before,
    1,
  );
  await old.assigned(0);
  await append(call(60_000, 0), call(50_000, 1));
  expect(await batch(old, 0)).toMatchObject({ status: 'retry' });
  expect(await batch(old, 0, 1)).toEqual({ status: 'done', next: 1 });
  // Both facts are posted, the first one twice, which counts once: 50.7 s.
  expect(await counted()).toBe(50_700);

  const own = meterOf(embedded.log, interpretEntity, 2);
  expect(await own.assigned(0)).toBe(1);
  expect(await batch(own, 1)).toEqual({ status: 'done', next: 2 });
  expect(await counted()).toBe(50_700);
  await append(call(40_000, 2));
  expect(await batch(own, 2)).toEqual({ status: 'done', next: 3 });
  expect(await counted()).toBe(40_000);
});
