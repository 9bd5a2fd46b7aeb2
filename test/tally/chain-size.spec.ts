import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { meter } from '#pipeline/meter/meter.js';
import { onlyCatalogue } from '#pipeline/tally/tally-state.js';
import { tally } from '#pipeline/tally/tally.js';
import type { CatalogueView } from '#catalogue/view.js';
import { Keys } from '#store/redis/keys.js';
import { RedisStore } from '#store/redis/redis-store.js';
import { contactFacts } from '#test/meter/contacts.js';
import { Feed } from '#test/meter/feed.js';
import { describeWith } from '#test/stack/describe-with.js';
import { ask } from '#test/stack/redis/ask.js';
import { ownRedisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { encodeFact } from '#wire/facts.js';
import { tallyStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';

/**
 * What a handled contact may cost in Redis to know who calls again: kept for as long as its postings, since a
 * late one changes the gaps to its neighbours.
 */
const limitBytes = 450;

const view: CatalogueView = {
  catalogueVersion: 'v1',
  contracts: [],
  assignmentOf: (queue) => ({ programme: 'support', queue: queue.slice(-12) }),
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [20_000], reason: 'queue', fcrWindowsMs: [], agentTime: 'split' }),
  agent: () => null,
  agentCode: (agent) => agent,
};

describeWith([await ownRedisAvailable()], () => {
  describe('The chains of customers in Redis', () => {
    describeChains();
  });
});

function describeChains(): void {
  let stack: RedisStack;
  beforeAll(async () => {
    stack = await startRedis({ own: true });
  });
  afterAll(() => stack.stop());

  it.each([300, 4_000])(
    'take no more than their limit for each of %i contacts, a customer each',
    async (contacts) => {
      const prefix = `chains-${contacts}`;
      const store = await RedisStore.open({ url: stack.url, prefix });
      try {
        const feed = new Feed({ partitions: 1, keptStates: 0, batchRecords: 1_000 });
        const { log } = feed;
        const onRefused = ({ message }: { message: string }): never => {
          throw new Error(message);
        };
        await feed.handle(topics.facts.name, meter({ log, store, onRefused }));
        await feed.handle(
          topics.postings.name,
          tally({ log, store, catalogues: onlyCatalogue(view), onRefused }),
        );
        for (let contact = 0; contact < contacts; contact++) {
          const facts = contactFacts(contact, Date.UTC(2026, 2, 2) + contact * 1_000);
          await log.append(
            topics.facts.name,
            facts.map((fact) => ({ key: fact.entity, value: encodeFact(fact) })),
          );
        }
        await feed.deliver(true);
        const state = new Keys(prefix).state({
          keyspace: tallyStage.keyspace,
          partition: 0,
        });
        const bytesEach = Number(await ask(stack.server.port, `MEMORY USAGE ${state} SAMPLES 0`)) / contacts;
        expect(bytesEach).toBeLessThan(limitBytes);
        // It measures the chains, not nothing: the pseudonym alone takes more.
        expect(bytesEach).toBeGreaterThan(43);
      } finally {
        await store.close();
      }
    },
    60_000,
  );
}
