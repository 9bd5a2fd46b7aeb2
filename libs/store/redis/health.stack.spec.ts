import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '#test/stack/describe-with.js';
import { ownRedisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import type { SetupCode } from '../store.js';
import { type ServerHealth, setupWarnings } from './health.js';
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

describe('The setup check', () => {
  it('has no warning where everything is right', () => {
    expect(setupWarnings(RIGHT)).toEqual([]);
  });

  it.each<[Partial<ServerHealth>, SetupCode, boolean, RegExp]>([
    [
      { maxMemoryPolicy: 'allkeys-lru' },
      'eviction-policy',
      true,
      /^Redis cache:6379: maxmemory-policy is allkeys-lru.*set noeviction/,
    ],
    [
      { maxMemoryPolicy: null },
      'eviction-policy-unknown',
      false,
      /^Redis cache:6379: does not report its maxmemory-policy/,
    ],
    [{ evictedKeys: 3 }, 'keys-evicted', false, /evicted 3 keys/],
    [{ appendOnly: false }, 'append-only-off', false, /appendonly is no/],
    [{ appendFsync: 'everysec' }, 'append-fsync', false, /its last second: set always/],
    [{ appendFsync: 'no' }, 'append-fsync', false, /the system had not yet written: set always/],
    [{ appendFsync: null }, 'append-fsync-unknown', false, /does not report its appendfsync/],
    [{ lastAppendOk: false }, 'append-failed', false, /refuses changes: check its disk/],
    [{ lastRewriteOk: false }, 'rewrite-failed', false, /could not rewrite/],
  ])('has one warning where one thing is wrong: %j', (wrong, code, forbidsStart, message) => {
    expect(setupWarnings({ ...RIGHT, ...wrong })).toEqual([
      { code, message: expect.stringMatching(message), forbidsStart },
    ]);
  });
});

describeWith([await ownRedisAvailable()], () => {
  describe('The setup check of a real server', () => {
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

    it('has no warning for a server that is set up as this project sets it up', async () => {
      expect(await store.check()).toEqual([]);
      const [health, ...others] = await store.health();
      expect(others).toEqual([]);
      expect(health).toEqual({
        ...RIGHT,
        server: `127.0.0.1:${stack.server.port}`,
        usedMemoryBytes: expect.any(Number),
      });
    });

    it('forbids starting on a server that evicts keys, and warns of the rest', async () => {
      for (const setting of ['maxmemory-policy allkeys-lru', 'appendfsync everysec', 'appendonly no']) {
        await stack.server.ask(`CONFIG SET ${setting}`);
      }
      expect((await store.check()).map(({ code, forbidsStart }) => [code, forbidsStart])).toEqual([
        ['eviction-policy', true],
        ['append-only-off', false],
      ]);
      await stack.server.ask('CONFIG SET appendonly yes');
      expect((await store.check()).map(({ message }) => message)).toEqual([
        expect.stringContaining('allkeys-lru'),
        expect.stringContaining('appendfsync is everysec'),
      ]);
    });

    it('reads from INFO what a server that hides its configuration reports there', async () => {
      await stack.server.ask('CONFIG SET maxmemory-policy allkeys-lru');
      await stack.server.ask('ACL SETUSER hosted on >secret ~* +@all -config');
      const hosted = await RedisStore.open({ url: stack.url.replace('redis://', 'redis://hosted:secret@') });
      expect((await hosted.check()).map(({ message }) => message)).toEqual([
        expect.stringContaining('maxmemory-policy is allkeys-lru'),
        expect.stringContaining('does not report its appendfsync'),
      ]);
      await hosted.close();
    });
  });
});
