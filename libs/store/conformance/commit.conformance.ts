import { describe, expect, it } from '@jest/globals';
import { changeFrom, type Given, incrementsOf, sumsOf, write } from './given.fixture.js';

export function describeCommit(given: () => Given): void {
  describe('A commit', () => {
    it('applies puts, deletes and increments and sets next', async () => {
      const { store, at } = given();
      await write(
        store,
        at,
        {
          next: 5,
          puts: [
            ['a', '{"n":1}'],
            ['b', '2'],
          ],
          increments: [['q', 'answered', 3]],
        },
        {
          next: 9,
          puts: [['c', '3']],
          deletes: ['b'],
          increments: [
            ['q', 'answered', -1],
            ['q', 'talkMs', 1_234],
          ],
        },
      );
      expect(await store.load(at, ['a', 'b', 'c'])).toEqual(['{"n":1}', null, '3']);
      expect((await store.sums(at, ['q'])).next).toBe(9);
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { answered: 2, talkMs: 1_234 } });
    });

    it('takes the last put of a key, and deletes after putting', async () => {
      const { store, at } = given();
      const puts = ['a 1', 'a 2', 'b 1'].map((put) => put.split(' ') as [string, string]);
      await write(store, at, { puts, deletes: ['b', 'never there'] });
      expect(await store.load(at, ['a', 'b'])).toEqual(['2', null]);
    });

    it('is seen whole or not at all by a reader that loads meanwhile', async () => {
      const { store, at, another } = given();
      const reader = await another();
      const { epoch } = await store.claim(at);
      const keys = Array.from({ length: 50 }, (_, i) => `state ${i}`);
      const last = 100;
      const writing = (async () => {
        for (let next = 1; next <= last; next++) {
          const change = { puts: keys.map((key) => [key, String(next)] as const) };
          expect(await store.commit(at, changeFrom(epoch, next - 1, change))).toBe('done');
        }
      })();
      for (let seen = 0; seen < last;) {
        const values = new Set(await reader.load(at, keys));
        expect(values.size).toBe(1);
        seen = Number([...values][0] ?? 0);
      }
      await writing;
    });

    it('may change nothing but next', async () => {
      const { store, at } = given();
      await write(store, at, { next: 1 }, { next: 100 });
      expect(await store.nexts(at.keyspace, [at.partition])).toEqual([100]);
    });

    it.each([
      ['next is 4', { expectedNext: 4, next: 4 }],
      ['next is 3', { expectedNext: 4, next: 3 }],
      ['next is 5.5', { expectedNext: 4, next: 5.5 }],
      ['expectedNext is -1', { expectedNext: -1, next: 4 }],
    ])('is refused where its offsets do not advance: %s', async (message, offsets) => {
      const { store, at } = given();
      const { epoch } = await store.claim(at);
      await expect(store.commit(at, { ...changeFrom(epoch, 0, {}), ...offsets })).rejects.toThrow(message);
    });
  });
}

export function describeStale(given: () => Given): void {
  describe('A stale commit', () => {
    it.each<[string, { epoch?: number; expectedNext?: number }]>([
      ['an epoch that another one followed', { epoch: -1 }],
      ['an epoch that was never given', { epoch: 1 }],
      ['an expected offset below the stored one', { expectedNext: -1 }],
      ['an expected offset above the stored one', { expectedNext: 1 }],
    ])('has %s, and changes nothing', async (_, off) => {
      const { store, at } = given();
      const epoch = await write(store, at, { next: 5, puts: [['a', '1']], increments: [['q', 'n', 1]] });
      const right = changeFrom(epoch, 5, { next: 8, puts: [['b', '2']], deletes: ['a'] });
      const change = { ...right, increments: incrementsOf([['q', 'n', 1]]) };

      const expectedNext = 5 + (off.expectedNext ?? 0);
      const wrong = { ...change, epoch: epoch + (off.epoch ?? 0), expectedNext };
      expect(await store.commit(at, wrong)).toBe('stale');
      expect(await store.load(at, ['a', 'b'])).toEqual(['1', null]);
      expect((await store.sums(at, ['q'])).next).toBe(5);
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 1 } });
      expect(await store.commit(at, change)).toBe('done');
    });

    it('is one without a claim', async () => {
      const { store, at } = given();
      expect(await store.commit(at, changeFrom(1, 0, { puts: [['a', '1']] }))).toBe('stale');
      expect(await store.nexts(at.keyspace, [at.partition])).toEqual([null]);
      expect(await store.load(at, ['a'])).toEqual([null]);
    });

    it('is one that was committed before', async () => {
      const { store, at } = given();
      const { epoch } = await store.claim(at);
      const change = changeFrom(epoch, 0, { increments: [['q', 'n', 1]] });
      expect(await store.commit(at, change)).toBe('done');
      expect(await store.commit(at, change)).toBe('stale');
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 1 } });
    });

    it('is one of a writer whose partition another one claimed', async () => {
      const { store, at, another } = given();
      const other = await another();
      const ours = await store.claim(at);
      const theirs = await other.claim(at);
      expect(await store.commit(at, changeFrom(ours.epoch, 0, { puts: [['a', 'ours']] }))).toBe('stale');
      expect(await other.commit(at, changeFrom(theirs.epoch, 0, { puts: [['a', 'theirs']] }))).toBe('done');
      expect(await store.load(at, ['a'])).toEqual(['theirs']);
    });

    it('is every one but the first of many equal commits in flight', async () => {
      const { store, at } = given();
      const { epoch } = await store.claim(at);
      const change = changeFrom(epoch, 0, { increments: [['q', 'n', 1]] });
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.commit(at, change)));
      expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 1 } });
    });
  });
}
