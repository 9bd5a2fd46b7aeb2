import { randomUUID } from 'node:crypto';
import { meter, meterKeyspace } from '#pipeline/meter/meter.js';
import { Keys } from '#store/redis/keys.js';
import { RedisStore } from '#store/redis/redis-store.js';
import { ask } from '#test/stack/redis/ask.js';
import { encodeFact } from '#wire/facts.js';
import { topics } from '#wire/topics.js';
import { contactFacts } from './contacts.js';
import { Feed } from './feed.js';

export interface StateSize {
  /** Bytes of Redis for each contact whose state is kept: all sixteen facts read, nothing archived. */
  readonly openBytes: number;
  /** Bytes of Redis for each archived contact. */
  readonly archivedBytes: number;
}

const hour = 3_600_000;

/** Memory that Redis reports for so many contacts of one partition, open and then archived. */
export async function stateSize(redis: { url: string; port: number }, contacts: number): Promise<StateSize> {
  const prefix = `size-${randomUUID().slice(0, 8)}`;
  const store = await RedisStore.open({ url: redis.url, prefix });
  try {
    const feed = new Feed({ partitions: 1, keptStates: 100_000, batchRecords: 1_000 });
    const { log } = feed;
    await feed.handle(
      topics.facts.name,
      meter({
        log,
        store,
        archiveAfterMs: hour,
        onRefused: ({ message }) => {
          throw new Error(message);
        },
      }),
    );
    const deliver = async (contact: number): Promise<void> => {
      const records = contactFacts(contact, 1_795_165_200_000 + contact * 1_000).map((fact) => ({
        key: fact.entity,
        value: encodeFact(fact),
      }));
      await log.append(topics.facts.name, records);
    };
    const state = new Keys(prefix).state({ keyspace: meterKeyspace, partition: 0 });
    const bytes = async (): Promise<number> =>
      Number(await ask(redis.port, `MEMORY USAGE ${state} SAMPLES 0`));

    for (let contact = 0; contact < contacts; contact++) {
      await deliver(contact);
      await feed.deliver(false);
    }
    await feed.deliver(true);
    const open = await bytes();

    // Each further contact lets an archive batch of earlier ones be archived; of them only the last stays
    // open.
    const further = Math.ceil(contacts / 200) + 2;
    for (let contact = contacts; contact < contacts + further; contact++) {
      feed.now += hour;
      await deliver(contact);
      await feed.deliver(true);
    }
    const archived = (await bytes()) - open / contacts;
    return { openBytes: open / contacts, archivedBytes: archived / (contacts + further - 1) };
  } finally {
    await store.drop(meterKeyspace);
    await store.close();
  }
}
