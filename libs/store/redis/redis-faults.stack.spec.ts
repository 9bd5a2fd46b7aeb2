import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { describeWith } from '#test/stack/describe-with.js';
import { ownRedisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { changeFrom, sumsOf, write } from '../conformance/given.fixture.js';
import { StoreUnavailable, StoreUnusable } from '../store.js';
import { Keys } from './keys.js';
import { RedisStore } from './redis-store.js';

const at = { keyspace: 'tally-1', partition: 7 };
const keys = new Keys('tallyline');

describe('The Redis store', () => {
  it('is unavailable where nothing answers, says where, and keeps the password to itself', async () => {
    const opened = RedisStore.open({ url: 'redis://me:secret@127.0.0.1:1' });
    await expect(opened).rejects.toThrow(StoreUnavailable);
    await expect(opened).rejects.toThrow(/127\.0\.0\.1:1: .*ECONNREFUSED/);
    await expect(opened).rejects.not.toThrow(/secret/);
  });
});

describeWith([await ownRedisAvailable()], () => {
  describe('The Redis store under faults of Redis', () => {
    describeFaults();
  });
});

function describeFaults(): void {
  let stack: RedisStack;
  let store: RedisStore;
  const opened: RedisStore[] = [];

  const open = async (timeoutMs?: number): Promise<RedisStore> => {
    const another = await RedisStore.open({
      url: stack.url,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    opened.push(another);
    return another;
  };
  const ask = async (command: string) => stack.server.ask(command);

  /** Repeats the call until the client has its connection back. */
  async function connected<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await new Promise(setImmediate);
      }
    }
  }

  beforeAll(async () => {
    stack = await startRedis({ own: true });
  });
  beforeEach(async () => {
    await ask('FLUSHALL');
    store = await open();
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  afterAll(async () => {
    await stack.stop();
  });

  it('has everything it acknowledged after kill -9, and no change in part', async () => {
    for (let round = 1; round <= 3; round++) {
      const claim = await connected(async () => store.claim(at));
      let { next } = claim;
      let killed = Promise.resolve();
      let answer: unknown = 'done';
      for (let commits = 0; answer === 'done'; commits++) {
        if (commits === 20 * round) killed = stack.server.kill();
        const puts = Array.from({ length: 50 }, (_, i) => [`state ${i}`, String(next + 1)] as const);
        const increments = Array.from({ length: 50 }, (_, i) => [`sum ${i}`, 'n', 1] as const);
        const change = changeFrom(claim.epoch, next, { puts, increments });
        answer = await store.commit(at, change).catch((error: unknown) => error);
        if (answer === 'done') next = change.next;
      }
      expect(answer).toBeInstanceOf(StoreUnavailable);
      await killed;
      await stack.server.start();

      const found = await connected(async () => store.claim(at));
      expect([next, next + 1]).toContain(found.next);
      const states = await store.load(
        at,
        Array.from({ length: 50 }, (_, i) => `state ${i}`),
      );
      expect(new Set(states)).toEqual(new Set([String(found.next)]));
      const { values } = await store.sums(
        at,
        Array.from({ length: 50 }, (_, i) => `sum ${i}`),
      );
      expect([...values.values()]).toEqual(Array.from({ length: 50 }, () => new Map([['n', found.next]])));
    }
  });

  it('continues where the server has lost the scripts, flushed or restarted', async () => {
    const epoch = await write(store, at, { increments: [['q', 'n', 1]] });
    await ask('SCRIPT FLUSH');
    const commits = [1, 2, 3].map(async (next) =>
      store.commit(at, changeFrom(epoch, next, { increments: [['q', 'n', 1]] })),
    );
    expect(await Promise.all(commits)).toEqual(['done', 'done', 'done']);
    await stack.server.restart();
    expect(await connected(async () => store.commit(at, changeFrom(epoch, 4, {})))).toBe('done');
    expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 4 } });
  });

  it('is unavailable while the server hangs, and counts once a commit that was applied all the same', async () => {
    const quick = await open(200);
    const epoch = await write(quick, at, { increments: [['q', 'n', 1]] });
    const change = changeFrom(epoch, 1, { increments: [['q', 'n', 1]] });
    await stack.server.pause();
    await expect(quick.commit(at, change)).rejects.toThrow(StoreUnavailable);
    stack.server.resume();
    expect(['done', 'stale']).toContain(await connected(async () => quick.commit(at, change)));
    expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 2 } });
  });

  it('reports that it was rolled back to an earlier moment, and replays from there', async () => {
    const epoch = await write(store, at, { next: 5, increments: [['q', 'n', 5]] });
    const snapshot = await stack.server.snapshot();
    expect(await store.commit(at, changeFrom(epoch, 5, { next: 9, increments: [['q', 'n', 4]] }))).toBe(
      'done',
    );

    await stack.server.restore(snapshot);
    const ahead = changeFrom(epoch, 9, { increments: [['q', 'n', 1]] });
    expect(await connected(async () => store.commit(at, ahead))).toBe('stale');
    const claim = await store.claim(at);
    expect(claim).toMatchObject({ next: 5, state: 'rolled-back' });
    const other = await open();
    expect(await other.claim(at, 9)).toMatchObject({ next: 5, state: 'rolled-back' });
    expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 5 } });
  });

  it('gives no epoch twice, also when the claims themselves were lost', async () => {
    await write(store, at, { next: 5 });
    const snapshot = await stack.server.snapshot();
    const lost = await store.claim(at);
    await stack.server.restore(snapshot);
    const claim = await connected(async () => store.claim(at));
    expect(claim.epoch).toBeGreaterThan(lost.epoch);
    expect(await store.commit(at, changeFrom(lost.epoch, 5, {}))).toBe('stale');
  });

  it('reports that it was wiped, and never begins again in silence', async () => {
    const epoch = await write(store, at, { next: 5, puts: [['a', '1']] });
    await stack.server.empty();
    expect(await connected(async () => store.commit(at, changeFrom(epoch, 5, {})))).toBe('stale');
    expect(await store.nexts(at.keyspace, [at.partition])).toEqual([null]);
    expect(await store.claim(at)).toMatchObject({ next: 0, state: 'wiped' });
  });

  it('changes nothing where memory is full, and can still drop a keyspace', async () => {
    const change = { puts: [['a', '1'] as const], increments: [['q', 'n', 1] as const] };
    const epoch = await write(store, at, change);
    const other = { ...at, keyspace: 'tally-0' };
    await write(store, other, change);
    await ask('CONFIG SET maxmemory 1');
    try {
      const grown = changeFrom(epoch, 1, { ...change, deletes: ['a'] });
      await expect(store.commit(at, grown)).rejects.toThrow(/OOM/);
      expect(await store.load(at, ['a'])).toEqual(['1']);
      expect((await store.sums(at, [])).next).toBe(1);
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 1 } });
      await store.drop(other.keyspace);
      expect(await store.keyspaces()).toEqual([at.keyspace]);
    } finally {
      await ask('CONFIG SET maxmemory 0');
    }
    expect(await store.commit(at, changeFrom(epoch, 1, change))).toBe('done');
  });

  it.each([
    ['the position', keys.position(at)],
    ['the states', keys.state(at)],
    ['a sum', keys.sum(at, 'q')],
  ])('touches nothing of another program that holds the key of %s', async (_, key) => {
    const epoch = await write(store, at, { puts: [['a', '1']], increments: [['p', 'n', 1]] });
    await ask(`SET ${key} theirs`);
    const increments = ['p', 'q', 'r'].map((sum) => [sum, 'n', 1] as const);
    const refused = store.commit(
      at,
      changeFrom(epoch, 1, { puts: [['b', '1']], deletes: ['a'], increments }),
    );
    await expect(refused).rejects.toThrow(StoreUnusable);
    await expect(refused).rejects.toThrow(/another program/);
    expect(await ask(`GET ${key}`)).toBe('theirs');
    await ask(`DEL ${keys.sum(at, 'q')}`);
    expect(await ask(`HGET ${keys.sum(at, 'p')} n`)).toBe('1');
    expect(await ask(`EXISTS ${keys.sum(at, 'r')}`)).toBe('0');
  });

  it('does not take the position of another program, nor that of another layout', async () => {
    await ask(`SET ${keys.position(at)} theirs`);
    await expect(store.claim(at)).rejects.toThrow(/another program/);
    await expect(store.drop(at.keyspace)).rejects.toThrow(/another program/);
    await ask(`DEL ${keys.position(at)}`);
    await ask(`HSET ${keys.position(at)} next 5 epoch 1 layout 99`);
    await expect(store.claim(at)).rejects.toThrow(/layout 99/);
    await expect(store.drop(at.keyspace)).rejects.toThrow(/layout 99/);
    expect(await ask(`HGET ${keys.position(at)} next`)).toBe('5');
  });

  it.each(['twelve', '1.5', '', '9223372036854775807', '1e3', '0x10', ' 7', '1-2', 'nan', 'inf'])(
    'adds nothing to a value that is no sum: %p',
    async (found) => {
      const epoch = await write(store, at, { increments: [['p', 'n', 1]] });
      await ask(`HSET ${keys.sum(at, 'q')} n "${found}"`);
      const increments = ['p', 'q', 'r'].map((key) => [key, 'n', 1] as const);
      const refused = store.commit(at, changeFrom(epoch, 1, { puts: [['a', '1']], increments }));
      await expect(refused).rejects.toThrow(StoreUnusable);
      expect((await store.sums(at, [])).next).toBe(1);
      expect(await sumsOf(store, at, 'p', 'r')).toEqual({ p: { n: 1 } });
      expect(await store.load(at, ['a'])).toEqual([null]);
      expect(await ask(`HGET ${keys.sum(at, 'q')} n`)).toBe(found);
    },
  );

  it('refuses states whose position is missing, until the keyspace is dropped', async () => {
    await write(store, at, { next: 5, puts: [['a', '1']], increments: [['q', 'n', 1]] });
    await ask(`DEL ${keys.position(at)}`);
    await expect(store.claim(at)).rejects.toThrow(/without their offset/);
    await store.drop(at.keyspace);
    expect(await store.claim(at)).toMatchObject({ next: 0, state: 'new' });
    expect(await sumsOf(store, at, 'q')).toEqual({});
  });

  it('finishes a drop that another process began and did not finish', async () => {
    const epoch = await write(store, at, { next: 5, increments: [['q', 'n', 1]] });
    await ask(`HDEL ${keys.position(at)} epoch`);
    expect(await store.commit(at, changeFrom(epoch, 5, {}))).toBe('stale');
    expect(await store.nexts(at.keyspace, [at.partition])).toEqual([null]);
    expect(await store.sums(at, ['q'])).toEqual({ next: 0, values: new Map() });

    const other = await open();
    expect(await other.claim(at)).toMatchObject({ next: 0, state: 'new' });
    expect(await sumsOf(other, at, 'q')).toEqual({});
  });

  it('drops and scans past thousands of keys, and leaves those of others', async () => {
    const increments = Array.from({ length: 5_000 }, (_, i) => [`sum ${i}`, 'n', 1] as const);
    await write(store, at, { increments });
    await ask('SET {tallyline:theirs theirs');
    await ask('SET {tallyline:tally-1:7}:theirs theirs');
    await store.drop(at.keyspace);
    expect(await store.keyspaces()).toEqual([]);
    expect(await ask('DBSIZE')).toBe('2');
  });

  it('keeps states and keys out of its errors', async () => {
    const epoch = await write(store, at, { increments: [['q', 'n', 1]] });
    await ask(`SET ${keys.state(at)} theirs`);
    const change = changeFrom(epoch, 1, { puts: [['private-key', 'private-value']] });
    const unusable = await store.commit(at, change).catch((error: unknown) => error);
    const loading = await store.load(at, ['private-key']).catch((error: unknown) => error);
    await ask('CONFIG SET maxmemory 1');
    const unavailable = await store.commit(at, change).catch((error: unknown) => error);
    await ask('CONFIG SET maxmemory 0');
    expect([unusable, loading, unavailable].map((error) => Error.isError(error))).toEqual([true, true, true]);
    expect(inspect([unusable, loading, unavailable], { depth: 9 })).not.toContain('private-');
  });
}
