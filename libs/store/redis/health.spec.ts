import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redisAtHand, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { findings, type ServerHealth } from './health.js';
import { RedisStore } from './redis-store.js';

const RIGHT: ServerHealth = {
  server: 'cache:6379',
  usedMemoryBytes: 1_000_000,
  maxMemoryBytes: 0,
  maxMemoryPolicy: 'noeviction',
  evictedKeys: 0,
  appendOnly: true,
  appendFsync: 'always',
  lastAppendOk: true,
  lastRewriteOk: true,
};

describe('What is found at the start', () => {
  it('is nothing where all is right', () => {
    expect(findings(RIGHT)).toEqual([]);
  });

  it.each<[Partial<ServerHealth>, 'refuse' | 'warn', RegExp]>([
    [
      { maxMemoryPolicy: 'allkeys-lru' },
      'refuse',
      /^Redis cache:6379: maxmemory-policy is allkeys-lru.*set noeviction/,
    ],
    [{ maxMemoryPolicy: null }, 'warn', /does not tell its maxmemory-policy/],
    [{ evictedKeys: 3 }, 'warn', /thrown away 3 keys/],
    [{ appendOnly: false }, 'warn', /appendonly is no/],
    [{ appendFsync: 'everysec' }, 'warn', /its last second: set always/],
    [{ appendFsync: 'no' }, 'warn', /the system had not written yet: set always/],
    [{ appendFsync: null }, 'warn', /does not tell its appendfsync/],
    [{ lastAppendOk: false }, 'warn', /refuses changes: look at its disk/],
    [{ lastRewriteOk: false }, 'warn', /could not rewrite/],
  ])('is one thing where one is wrong: %j', (wrong, weight, text) => {
    expect(findings({ ...RIGHT, ...wrong })).toEqual([{ weight, text: expect.stringMatching(text) }]);
  });
});

if ((await redisAtHand()).own) {
  describe('A server that is asked', () => {
    let stack: RedisStack;
    let store: RedisStore;

    beforeAll(async () => {
      stack = await startRedis({ own: true });
      store = await RedisStore.open({ url: stack.url });
    });
    afterAll(async () => {
      await store.close();
      await stack.stop();
    });

    it('passes as this project sets it up', async () => {
      expect(await store.check()).toEqual([]);
      const [health, ...others] = await store.health();
      expect(others).toEqual([]);
      expect(health).toEqual({
        ...RIGHT,
        server: `127.0.0.1:${stack.server.port}`,
        usedMemoryBytes: expect.any(Number),
      });
    });

    it('is refused for throwing keys away, warned of for the rest', async () => {
      for (const setting of ['maxmemory-policy allkeys-lru', 'appendfsync everysec', 'appendonly no']) {
        await stack.server.ask(`CONFIG SET ${setting}`);
      }
      expect((await store.check()).map(({ weight }) => weight)).toEqual(['refuse', 'warn']);
      await stack.server.ask('CONFIG SET appendonly yes');
      expect((await store.check()).map(({ text }) => text)).toEqual([
        expect.stringContaining('allkeys-lru'),
        expect.stringContaining('appendfsync is everysec'),
      ]);
    });

    it('that does not let its configuration be read still tells what INFO tells', async () => {
      await stack.server.ask('CONFIG SET maxmemory-policy allkeys-lru');
      await stack.server.ask('ACL SETUSER hosted on >secret ~* +@all -config');
      const hosted = await RedisStore.open({ url: stack.url.replace('redis://', 'redis://hosted:secret@') });
      expect((await hosted.check()).map(({ text }) => text)).toEqual([
        expect.stringContaining('maxmemory-policy is allkeys-lru'),
        expect.stringContaining('does not tell its appendfsync'),
      ]);
      await hosted.close();
    });
  });
}
