import { describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import type { PartitionHandler } from '#log/log.js';
import { differingEntities } from '#pipeline/reinterpret/differing-entities.js';
import { reinterpretEntities } from '#pipeline/reinterpret/reinterpret.js';
import { meter } from '#pipeline/meter/meter.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import type { CloseMode } from '#pipeline/close/close-period.js';
import { encodeFact } from '#wire/facts.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { topics, topicSettings } from '#wire/topics.js';
import { MemoryLog } from './ports/memory-log.js';
import { MemoryData, MemoryStore } from './ports/memory-store.js';
import { closeWith, lookups, tallyIn } from './world/installation.js';

const log = new MemoryLog(() => Date.UTC(2026, 3, 2));
const store = new MemoryStore(new MemoryData());

/** The program of before: it took each talk to be six minutes longer. */
const before: Interpret = (facts) => {
  const content = interpretEntity(facts);
  if (content?.kind !== 'contact') return content;
  const legs = content.legs.map((leg) => {
    return { ...leg, talkMs: (leg.talkMs ?? 0) + 360_000, endedAt: leg.endedAt + 360_000 };
  });
  return { ...content, legs };
};

/**
 * A call of an hour at 11:00 in Paris on a day of March 2026, after a wait for which there is no bonus or
 * malus.
 */
function call(day: number): Fact {
  const entity = `pbx:call-${day}`;
  const at = Date.UTC(2026, 2, day, 10);
  const agent = { agent: 'pbx:a1', queue: 'pbx:q1', connection: 'pbx', entity, customer: null };
  return {
    ...fact('segment.summarized', at, { ...agent, enteredAt: at, waitMs: 35_000, talkMs: 3_600_000 }),
    id: entity,
  };
}

async function append(facts: readonly Fact[]): Promise<void> {
  await log.append(
    topics.facts.name,
    facts.map((each) => ({ key: each.entity, value: encodeFact(each) })),
  );
}

async function work(topic: string, handler: PartitionHandler): Promise<void> {
  const next = await handler.assigned(0);
  const records = await log.read(topic, 0, next, 1_000);
  const end = (records.at(-1)?.offset ?? 0) + 1;
  if (records.length === 0) return;
  expect(await handler.batch({ topic, partition: 0, records, end })).toEqual({ status: 'done', next: end });
}

async function run(interpret: Interpret, version: number): Promise<void> {
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  await work(topics.facts.name, meter({ log, store, onRefused, interpretation: { version, interpret } }));
  const options = { partitions: 1, cachedChains: 10 } as Parameters<typeof tallyIn>[2];
  await work(topics.postings.name, tallyIn(log, store, options, onRefused).handler);
}

async function invoiced(mode: CloseMode) {
  const asked = { contract: 'care-hours', period: '2026-03', mode };
  const result = await closeWith(log, store, 'first', 1, asked);
  if (result.status !== 'closed') throw new Error(JSON.stringify(result));
  const { data } = decodeInvoiceReady(result.event)!;
  const causes = (data.adjusts?.causes ?? []).map(({ cause, totalWithoutVat }) => [
    cause,
    totalWithoutVat.amount,
  ]);
  return { net: data.totals.totalWithoutVat.amount, causes };
}

describe('A closed month of which an upgrade takes the facts to mean something else', () => {
  it('is adjusted with the cause software, and what came late beside it with its own', async () => {
    await log.createTopics(topicSettings(1));
    const act = { author: 'the centre', reason: null, at: 0 };
    await new CatalogueLog(log).apply(lookups.first.catalogue, act, null);
    // Weekdays, none a holiday; 29.50 an hour.
    await append([2, 3, 4, 5, 6].map(call));
    await run(before, 1);
    // 5 x 1.1 h
    expect(await invoiced('close')).toEqual({ net: '162.25', causes: [] });

    const { entities } = await differingEntities({ log, store });
    expect(entities).toHaveLength(5);
    await append([call(9), call(10)]);
    await reinterpretEntities(log, entities, { author: 'ops', reason: 'six minutes', at: 0 });
    await run(interpretEntity, 2);
    // 2 h late: 59.00; 5 x 0.1 h less: -14.75
    expect(await invoiced('adjust')).toEqual({
      net: '44.25',
      causes: [
        ['lateEvents', '59.00'],
        ['software', '-14.75'],
      ],
    });
  });
});
