import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { interpret } from '#domain/contact/interpret.js';
import { maxFacts } from '#domain/entity/fold.js';
import type { ContactFact } from '#domain/fact/fact.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { Feed } from '#test/meter/feed.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import type { RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import { meter } from './meter.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-large-'));
  embedded = openEmbedded(directory);
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A conversation that goes from session to session of one agent: each end and wrap-up says something new. */
function conversation(facts: number): ContactFact[] {
  return Array.from({ length: facts }, (_, index) => {
    const [at, session] = [1_000_000 + index * 1_000, `s${index >> 2}`];
    const inTurn = [
      fact('queue.entered', at, { segment: session }),
      fact('queue.left', at, { segment: session }),
      fact('agent.left', at, { leg: session, talkMs: 700, holdMs: 100 }),
      fact('agent.wrapped', at, { leg: session, acwMs: 300 }),
    ];
    return { ...(inTurn[index % 4] ?? fact('contact.ended', at)), id: `fact ${index}` };
  });
}

/** All of the facts in one batch; what is posted of them, and the largest append on the way. */
async function metered(facts: readonly ContactFact[]) {
  const feed = new Feed({ partitions: 1, keptStates: 10_000, batchRecords: 10_000 });
  const refused: RefusedRecord[] = [];
  const appends: number[] = [];
  const sums = new Map<string, number>();
  const log: typeof feed.log = {
    ...feed.log,
    append: async (topic, records) => {
      if (topic === topics.postings.name) {
        appends.push(records.reduce((sum, { value }) => sum + value.length, 0));
        for (const { sign, content } of records.flatMap(
          ({ value }) => decodeJournalRecord(value)?.postings ?? [],
        )) {
          const text = JSON.stringify(content);
          sums.set(text, (sums.get(text) ?? 0) + sign);
        }
      }
      return feed.log.append(topic, records);
    },
  };
  const onRefused = (record: RefusedRecord): void => void refused.push(record);
  await feed.handle(topics.facts.name, meter({ log, store: embedded.store, onRefused }));
  await log.append(
    topics.facts.name,
    facts.map((each) => ({ key: each.entity, value: encodeFact(each, null) })),
  );
  await feed.deliver(true);
  const posted = [...sums].flatMap(([text, sum]) =>
    sum === 0 ? [] : [{ sum, content: JSON.parse(text) as unknown }],
  );
  return { refused, appends, posted };
}

describe('A conversation of very many events', () => {
  it('counts with its first facts, and refuses those beyond by name', async () => {
    const facts = conversation(maxFacts + 40);
    const { refused, posted } = await metered(facts);
    expect(posted).toEqual([{ sum: 1, content: interpret(facts.slice(0, maxFacts)) }]);
    expect(refused).toHaveLength(40);
    expect(refused[0]).toMatchObject({
      reason: 'too-many-facts',
      connection: 'c',
      from: { offset: maxFacts },
    });
    expect(refused[0]?.message).toContain('c:1 has 1000 facts');
  });

  it('still has what it knows revised', async () => {
    const facts = conversation(maxFacts);
    const [, , left] = facts;
    const revised = { ...left, revision: 1, talkMs: 900 } as ContactFact;
    const { refused, posted } = await metered([...facts, revised]);
    expect(refused).toEqual([]);
    expect(posted).toEqual([{ sum: 1, content: interpret([...facts.toSpliced(2, 1), revised]) }]);
  });

  it('is posted in bounded steps, however many of its events come in one batch', async () => {
    const { appends } = await metered(conversation(800));
    // What 800 events change is 17 MB in all; a step ends at 4 MiB and one further change.
    expect(appends.length).toBeGreaterThan(3);
    expect(Math.max(...appends)).toBeLessThan(4.5 * 1024 * 1024);
  });
});
