import { expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import { meter } from '#pipeline/meter/meter.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { MemoryData, MemoryStore } from '#test/simulation/ports/memory-store.js';
import { encodeFact } from '#wire/facts.js';
import { topics, topicSettings } from '#wire/topics.js';
import { differingEntities } from './differing-entities.js';

/** Of a program that did not know customers: its postings name none. */
const before: typeof interpretEntity = (facts) => {
  const content = interpretEntity(facts);
  return content?.kind === 'contact' ? { ...content, customer: null } : content;
};

it('what is taken to mean something else is found of contacts whose facts have expired, by their kept states', async () => {
  const log = new MemoryLog(() => 1_772_445_600_000);
  await log.createTopics(topicSettings(1));
  const store = new MemoryStore(new MemoryData());
  const calls = Array.from({ length: 9 }, (_, index): Fact => {
    const entity = `c:${index}`;
    return { ...fact('segment.summarized', index * 1_000, { entity, customer: 'cust-1' }), id: entity };
  });
  const records = calls.map((each) => ({ key: each.entity, value: encodeFact(each) }));
  await log.append(topics.facts.name, records);
  const interpretation = { version: 1, interpret: before };
  const handler = meter({ log, store, interpretation, archiveAfterMs: 0, onRefused: () => undefined });
  for (let next = await handler.assigned(0); next < 9; next += 3) {
    const batch = { topic: topics.facts.name, partition: 0, end: 9 };
    const read = await log.read(topics.facts.name, 0, next, 3);
    expect(await handler.batch({ ...batch, records: read })).toMatchObject({ status: 'done' });
  }
  log.expire(topics.facts.name, 0, 3);
  const { entities, expired } = await differingEntities({ log, store });
  expect(entities.map(({ entity }) => entity).toSorted()).toEqual(calls.map(({ entity }) => entity));
  expect(expired).toBe(0);

  // Beyond what states suffice for nothing is said.
  log.expire(topics.facts.name, 0, 7);
  expect((await differingEntities({ log, store })).expired).toBe(7);
});
