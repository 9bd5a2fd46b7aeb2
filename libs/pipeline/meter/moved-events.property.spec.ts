import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OutcomeRecorded } from '#domain/fact/fact.js';
import { placementOf } from '#domain/entity/moved-event.js';
import { inNamespace } from '#log/in-namespace.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { meter, meterKeyspace } from './meter.js';

/**
 * Revisions of an event that name other subjects, in any order, sent twice, in subjects that lie in different
 * partitions: in the end each event counts in one subject.
 */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-moved-'));
  embedded = openEmbedded(directory);
});
afterAll(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

const partitions = 3;

interface Said {
  readonly event: string;
  readonly revision: number;
  readonly subject: string;
  readonly at: number;
  readonly amount: string;
}

const said: fc.Arbitrary<Said> = fc.record({
  event: fc.constantFrom('e1', 'e2'),
  revision: fc.nat(3),
  subject: fc.constantFrom('ordre-1', 'order-1', 'order-2', 'a'),
  at: fc.integer({ min: 1, max: 4 }),
  amount: fc.constantFrom('49.90', '10.00'),
});

function recorded({ event, revision, subject, at, amount }: Said): OutcomeRecorded {
  return {
    type: 'outcome.recorded',
    id: event,
    entity: `crm:outcome/${subject}`,
    connection: 'crm',
    at,
    revision,
    name: 'sale.made',
    programme: 'care',
    queue: null,
    agent: null,
    contact: null,
    customer: null,
    data: { amount },
  };
}

let count = 0;

/** Subject and amount of each sale that the journal sums up to. */
async function salesOf(facts: readonly OutcomeRecorded[], batch: number, archiveAfterMs: number) {
  const log = inNamespace(embedded.log, `moved-${++count}`);
  await log.createTopics(topicSettings(partitions));
  await embedded.store.drop(meterKeyspace);
  const records = facts.flatMap((fact) => [fact, placementOf(fact)]);
  await log.append(
    topics.facts.name,
    records.map((fact) => ({ key: fact.entity, value: encodeFact(fact) })),
  );
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const handler = meter({ log, store: embedded.store, onRefused, archiveAfterMs, cachedEntities: 2 });
  const nexts = await Promise.all(
    Array.from({ length: partitions }, async (_, each) => handler.assigned(each)),
  );
  for (let isQuiet = false; !isQuiet;) {
    isQuiet = true;
    for (let partition = 0; partition < partitions; partition++) {
      const next = nexts[partition] ?? 0;
      const own = await log.read(topics.facts.name, partition, next, batch);
      if (own.length === 0) continue;
      isQuiet = false;
      const end = next + own.length;
      const read = { topic: topics.facts.name, partition, records: own, end };
      expect(await handler.batch(read)).toEqual({ status: 'done', next: end });
      nexts[partition] = end;
    }
  }
  const sums = new Map<string, number>();
  for (let partition = 0; partition < partitions; partition++) {
    for (const { value } of await log.read(topics.postings.name, partition, 0, 10_000)) {
      for (const { sign, content } of decodeJournalRecord(value)?.postings ?? []) {
        if (content.kind !== 'outcome') continue;
        for (const { at, data } of content.events) {
          const key = `${content.outcome} ${at} ${data['amount']}`;
          sums.set(key, (sums.get(key) ?? 0) + sign);
        }
      }
    }
  }
  return [...sums].flatMap(([key, sum]) => (sum === 0 ? [] : [`${key} x${sum}`])).toSorted();
}

/** By hand: the highest revision of an event counts; of equal ones the one of the last subject. */
function expectedOf(all: readonly Said[]): string[] {
  const sales = ['e1', 'e2'].flatMap((event) => {
    const own = all.filter((each) => each.event === event);
    const highest = own.filter(({ revision }) => revision === Math.max(...own.map((each) => each.revision)));
    const last = highest
      .map(({ subject }) => subject)
      .toSorted()
      .at(-1);
    // Of one subject and revision: the later instant, then the greater amount.
    const [best] = highest
      .filter(({ subject }) => subject === last)
      .toSorted((a, b) => b.at - a.at || (a.amount < b.amount ? 1 : -1));
    return best === undefined ? [] : [`crm:outcome/${best.subject} ${best.at} ${best.amount}`];
  });
  return [...Map.groupBy(sales, (each) => each)].map(([key, same]) => `${key} x${same.length}`).toSorted();
}

describe('An event that a revision gives another subject', () => {
  it('counts in one subject, whatever the order, repetitions, batches and partitions', async () => {
    const runs = fc.array(said, { minLength: 1, maxLength: 8 }).chain((all) =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
        batch: fc.integer({ min: 1, max: 20 }),
        archiveAfterMs: fc.constantFrom(0, Infinity),
      }),
    );
    await fc.assert(
      fc.asyncProperty(runs, async ({ all, order, batch, archiveAfterMs }) => {
        expect(await salesOf(order.map(recorded), batch, archiveAfterMs)).toEqual(expectedOf(all));
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('leaves the subject that it was about first, also where that event comes last', async () => {
    const wrong = { event: 'e1', revision: 0, subject: 'ordre-1', at: 1, amount: '49.90' };
    const right = { ...wrong, revision: 1, subject: 'order-1' };
    for (const order of [
      [wrong, right],
      [right, wrong],
    ]) {
      expect(await salesOf(order.map(recorded), 1, Infinity)).toEqual(['crm:outcome/order-1 1 49.90 x1']);
    }
  });
});
