import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import { inNamespace } from '#log/in-namespace.js';
import type { Log, PartitionHandler } from '#log/log.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { encodeFact } from '#wire/facts.js';
import { topics, topicSettings } from '#wire/topics.js';
import { meter } from './meter.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-another-journal-'));
  embedded = openEmbedded(directory);
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

const call = (entity: string, own: object = {}): Fact => {
  return { ...fact('segment.summarized', 0, { entity, customer: entity, ...own }), id: entity };
};

async function logNamed(name: string): Promise<Log> {
  const log = inNamespace(embedded.log, name);
  await log.createTopics(topicSettings(1));
  return log;
}

async function append(log: Log, facts: readonly Fact[]): Promise<void> {
  await log.append(
    topics.facts.name,
    facts.map((each) => ({ key: each.entity, value: encodeFact(each) })),
  );
}

async function fold(log: Log, interpret: Interpret, version: number): ReturnType<PartitionHandler['batch']> {
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const { store } = embedded;
  const handler = meter({ log, store, onRefused, archiveAfterMs: 0, interpretation: { version, interpret } });
  const next = await handler.assigned(0);
  const records = await log.read(topics.facts.name, 0, next, 100);
  return handler.batch({ topic: topics.facts.name, partition: 0, records, end: next + records.length });
}

it('stops where the journal holds the posting of another contact at the place that the state names', async () => {
  const [own, copy] = [await logNamed('own'), await logNamed('copy')];
  const calls = [call('c:1'), call('c:2'), call('c:3')];
  for (const log of [own, copy]) await append(log, calls);
  expect(await fold(own, before, 1)).toMatchObject({ status: 'done', next: 3 });
  // A copy of the log in which the meter has posted again: the same facts, the postings at other places.
  const posted = await own.read(topics.postings.name, 0, 0, 10);
  const [one, two, last] = posted;
  await copy.append(topics.postings.name, [two!, one!, last!]);

  await append(copy, [call('c:1', { revision: 1, talkMs: 50_000 })]);
  await expect(fold(copy, interpretEntity, 2)).rejects.toMatchObject({ code: 'log-damaged' });
  // Neither taken back nor posted.
  expect(await copy.read(topics.postings.name, 0, 0, 10)).toHaveLength(3);
});
