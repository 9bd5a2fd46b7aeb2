import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { meter } from '#pipeline/meter/meter.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { differingEntities } from './differing-entities.js';
import { reinterpretEntities } from './reinterpret.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-reinterpret-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The program of before: it took talks of more than 55 s to be 700 ms longer. */
const before: Interpret = (facts) => {
  const content = interpretEntity(facts);
  if (content?.kind !== 'contact') return content;
  const legs = content.legs.map((leg) => {
    return (leg.talkMs ?? 0) > 55_000 ? { ...leg, talkMs: (leg.talkMs ?? 0) + 700 } : leg;
  });
  return { ...content, legs };
};

/** Ten calls: six of 60 s, four of 50 s. */
const calls: Fact[] = Array.from({ length: 10 }, (_, index) =>
  fact('segment.summarized', index, {
    entity: `c:${index}`,
    customer: `cust-${index}`,
    talkMs: index < 6 ? 60_000 : 50_000,
  }),
).map((each) => ({ ...each, id: each.entity }));

async function append(...facts: readonly Fact[]): Promise<void> {
  await embedded.log.append(
    topics.facts.name,
    facts.map((each) => ({ key: each.entity, value: encodeFact(each) })),
  );
}

/** Archived at once, so that each act rehydrates. */
async function fold(interpret: Interpret, version: number): Promise<void> {
  const { log, store } = embedded;
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const handler = meter({ log, store, onRefused, archiveAfterMs: 0, interpretation: { version, interpret } });
  for (let next = await handler.assigned(0); ;) {
    const records = await log.read(topics.facts.name, 0, next, 4);
    if (records.length === 0) return;
    next = (records.at(-1)?.offset ?? 0) + 1;
    const result = await handler.batch({ topic: topics.facts.name, partition: 0, records, end: next });
    expect(result).toEqual({ status: 'done', next });
  }
}

async function journal(): Promise<JournalRecord[]> {
  const records = await embedded.log.read(topics.postings.name, 0, 0, 1_000);
  return records.flatMap(({ value }) => decodeJournalRecord(value) ?? []);
}

async function talkS(): Promise<number> {
  const postings = (await journal()).flatMap((record) => record.postings);
  return postings.reduce((sum, { sign, content }) => {
    return content.kind === 'contact' ? sum + (sign * (content.legs[0]?.talkMs ?? 0)) / 1_000 : sum;
  }, 0);
}

const act = { author: 'ops', reason: 'talks were too long', at: Date.UTC(2026, 2, 2) };

describe('Entities that are taken to mean something else than was posted', () => {
  it('are found by comparing the journal with their facts', async () => {
    await append(...calls);
    await fold(before, 1);
    const { entities, expired } = await differingEntities({ ...embedded, factsAtOnce: 3 });
    expect(entities.map(({ entity }) => entity).sort()).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => `c:${index}`),
    );
    expect(expired).toBe(0);
    expect(entities[0]?.posted).toMatchObject({ legs: [{ talkMs: 60_700 }] });
    expect(entities[0]?.interpreted).toMatchObject({ legs: [{ talkMs: 60_000 }] });
  });

  it('are posted by an act, with the cause software, and nothing is left of the old meaning', async () => {
    await append(...calls);
    await fold(before, 1);
    // 6 x 60.7 + 4 x 50
    expect(await talkS()).toBeCloseTo(564.2, 6);
    const { entities } = await differingEntities(embedded);
    await reinterpretEntities(embedded.log, entities, act);
    await fold(interpretEntity, 2);
    expect(await talkS()).toBeCloseTo(560, 6);
    const acts = (await journal()).filter(({ cause }) => cause === 'software');
    expect(acts.map(({ postings, interpretation }) => [postings.length, interpretation])).toEqual(
      Array.from({ length: 6 }, () => [2, 2]),
    );
    expect(await differingEntities(embedded)).toEqual({ entities: [], expired: 0 });
  });

  it('are posted once where an act was cut short and done again', async () => {
    await append(...calls);
    await fold(before, 1);
    const { entities } = await differingEntities(embedded);
    await reinterpretEntities(embedded.log, entities.slice(0, 4), act);
    await reinterpretEntities(embedded.log, entities, act);
    await fold(interpretEntity, 2);
    expect(await talkS()).toBeCloseTo(560, 6);
    expect((await journal()).filter(({ cause }) => cause === 'software')).toHaveLength(6);
  });

  it('go on by what was posted of them last', async () => {
    await append(...calls);
    await fold(before, 1);
    const { entities } = await differingEntities(embedded);
    await reinterpretEntities(embedded.log, entities, act);
    await append({ ...calls[0]!, revision: 1, talkMs: 40_000 } as Fact);
    await fold(interpretEntity, 2);
    expect(await talkS()).toBeCloseTo(540, 6);
  });
});
