import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { describeWith } from '#test/stack/describe-with.js';
import { clusterAgrees } from '#test/stack/redis/cluster.js';
import { ownRedisAvailable, redisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { describeStoreConformance, type StoreUnderTest } from '../store.conformance.js';
import type { Store } from '../store.js';
import { RedisStore } from './redis-store.js';

describe('The Redis store', () => {
  it('refuses an address or a prefix it cannot use', async () => {
    await expect(RedisStore.open({ url: '127.0.0.1:6379' })).rejects.toThrow(/write redis:/);
    await expect(RedisStore.open({ url: 'redis://h', prefix: 'a b' })).rejects.toThrow(/the prefix is/);
  });
});

/** A store of its own prefix, so that suites can share a Redis that is not theirs. */
async function storeUnderTest(stack: RedisStack): Promise<StoreUnderTest> {
  const prefix = `test-${randomUUID()}`;
  const stores: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await RedisStore.open({ url: stack.url, prefix });
    stores.push(store);
    return store;
  };
  return {
    store: await open(),
    another: open,
    restart: async () => {
      await Promise.all(stack.servers.map(async (server) => server.restart()));
      if (stack.servers.length > 1) await clusterAgrees(stack.servers);
      return open();
    },
    dispose: async () => {
      const last = await open();
      for (const keyspace of await last.keyspaces()) await last.drop(keyspace);
      for (const store of stores) await store.close();
      await stack.stop();
    },
  };
}

describeWith([await redisAvailable()], () => {
  describeStoreConformance('The store in Redis', async () => storeUnderTest(await startRedis()));
});
describeWith([await ownRedisAvailable()], () => {
  describeStoreConformance('The store in Redis Cluster', async () =>
    storeUnderTest(await startRedis({ cluster: true })),
  );
});
