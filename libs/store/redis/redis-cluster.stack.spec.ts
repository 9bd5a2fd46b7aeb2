import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describeWith } from '#test/stack/describe-with.js';
import { clusterAgrees } from '#test/stack/redis/cluster.js';
import { ownRedisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import type { RedisServer } from '#test/stack/redis/server.js';
import { changeFrom, sumsOf, write } from '../conformance/given.fixture.js';
import { StoreUnavailable } from '../store.js';
import { Keys } from './keys.js';
import { RedisStore } from './redis-store.js';

const keys = new Keys('tallyline');
const at = { keyspace: 'meter', partition: 0 };

describe('The store in a cluster of which nothing answers', () => {
  it('names all addresses it has tried', async () => {
    const opened = RedisStore.open({ url: 'redis://127.0.0.1:1,redis://127.0.0.1:2' });
    await expect(opened).rejects.toThrow(/127\.0\.0\.1:1: .*127\.0\.0\.1:2: /);
  });
});

describeWith([await ownRedisAvailable()], () => {
  describe('The store in a cluster of three', () => {
    describeCluster();
  });
});

function describeCluster(): void {
  let stack: RedisStack;
  let store: RedisStore;

  beforeAll(async () => {
    stack = await startRedis({ cluster: true });
  });
  beforeEach(async () => {
    for (const server of stack.servers) await server.ask('FLUSHALL');
    store = await RedisStore.open({ url: stack.url });
  });
  afterEach(async () => {
    await store.close();
  });
  afterAll(async () => {
    await stack.stop();
  });

  /** The server that holds the slot, and one that does not. */
  async function serversOf(slot: string): Promise<[holder: RedisServer, other: RedisServer]> {
    const held = await Promise.all(
      stack.servers.map(async (server) => (await server.ask(`CLUSTER COUNTKEYSINSLOT ${slot}`)) !== '0'),
    );
    const holder = stack.servers[held.indexOf(true)];
    const other = stack.servers[held.indexOf(false)];
    if (!holder || !other) throw new Error(`slot ${slot} is held by all or by none`);
    return [holder, other];
  }

  it('spreads partitions over all servers', async () => {
    for (let partition = 0; partition < 12; partition++) {
      await write(store, { ...at, partition }, { puts: [['a', '1']], increments: [['q', 'n', 1]] });
    }
    const sizes = await Promise.all(stack.servers.map(async (server) => Number(await server.ask('DBSIZE'))));
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(36);
    expect(await store.keyspaces()).toEqual(['meter']);
    await store.drop('meter');
    expect(await Promise.all(stack.servers.map(async (server) => server.ask('DBSIZE')))).toEqual([
      '0',
      '0',
      '0',
    ]);
  });

  it('can be opened through any one of its servers', async () => {
    for (const url of stack.addresses) {
      const other = await RedisStore.open({ url });
      expect(await other.check()).toEqual([]);
      expect(await other.health()).toHaveLength(3);
      await other.close();
    }
  });

  it('can be opened through those addresses that answer', async () => {
    const other = await RedisStore.open({ url: `redis://127.0.0.1:1,${stack.url}` });
    expect(await other.claim(at)).toMatchObject({ next: 0 });
    await other.close();
  });

  it('commits while its slot moves to another server, and after, neither twice nor in part', async () => {
    const epoch = await write(store, at, { puts: [['a', '1']], increments: [['q', 'n', 1]] });
    const slot = await stack.server.ask(`CLUSTER KEYSLOT ${keys.position(at)}`);
    const [from, to] = await serversOf(slot);
    const [fromId, toId] = [await from.ask('CLUSTER MYID'), await to.ask('CLUSTER MYID')];
    await to.ask(`CLUSTER SETSLOT ${slot} IMPORTING ${fromId}`);
    await from.ask(`CLUSTER SETSLOT ${slot} MIGRATING ${toId}`);
    const move = async (key: string) => from.ask(`MIGRATE 127.0.0.1 ${to.port} ${key} 0 5000`);

    // Half here, half there: the servers answer TRYAGAIN, and the client does.
    await move(keys.state(at));
    const change = changeFrom(epoch, 1, { puts: [['a', '2']], increments: [['q', 'n', 1]] });
    const commit = store.commit(at, change);
    await expect(from.ask(`MGET ${keys.state(at)} ${keys.position(at)}`)).rejects.toThrow(/TRYAGAIN/);
    for (const key of [keys.position(at), keys.sum(at, 'q')]) await move(key);
    for (const server of stack.servers) await server.ask(`CLUSTER SETSLOT ${slot} NODE ${toId}`);

    expect(await commit).toBe('done');
    expect(await store.commit(at, change)).toBe('stale');
    expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 2 } });
    expect(await store.load(at, ['a'])).toEqual(['2']);
    expect(await serversOf(slot)).toContain(to);
  });

  it('is unavailable while the server of a partition is down, and has everything when it is back', async () => {
    const epoch = await write(store, at, { increments: [['q', 'n', 1]] });
    const [holder] = await serversOf(await stack.server.ask(`CLUSTER KEYSLOT ${keys.position(at)}`));
    const change = changeFrom(epoch, 1, { increments: [['q', 'n', 1]] });
    await holder.kill();
    await expect(store.commit(at, change)).rejects.toThrow(StoreUnavailable);
    await holder.start();
    await clusterAgrees(stack.servers);
    expect(await store.commit(at, change)).toBe('done');
    expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 2 } });
  });
}
