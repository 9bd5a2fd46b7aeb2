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

export function describeGuard(given: () => Given): void {
  describe('A commit with a guard', () => {
    it('is applied once though next stays, while its state is as given; again it is stale', async () => {
      const { store, at } = given();
      const epoch = await write(store, at, { next: 5, increments: [['q', 'n', 1]] });
      const steps = [
        { guard: { key: 'step', value: null }, puts: [['step', '1']] },
        { guard: { key: 'step', value: '1' }, puts: [['step', '']] },
        { guard: { key: 'step', value: '' }, puts: [], deletes: ['step'] },
      ] as const;
      for (const step of steps) {
        const change = {
          ...changeFrom(epoch, 5, { next: 5, deletes: [], ...step, increments: [['q', 'n', 10]] }),
          guard: step.guard,
        };
        expect([await store.commit(at, change), await store.commit(at, change)]).toEqual(['done', 'stale']);
      }
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 31 } });
      expect((await store.sums(at, ['q'])).next).toBe(5);
      expect(await store.load(at, ['step'])).toEqual([null]);
    });

    it.each([
      ['another state', '0'],
      ['a state where there must be none', null],
    ])('changes nothing where the store has %s', async (_, value) => {
      const { store, at } = given();
      const epoch = await write(store, at, { next: 5, puts: [['step', '1']], increments: [['q', 'n', 1]] });
      const puts = [['step', '2'] as const];
      const change = {
        ...changeFrom(epoch, 5, { next: 9, puts, increments: [['q', 'n', 10]] }),
        guard: { key: 'step', value },
      };
      expect(await store.commit(at, change)).toBe('stale');
      expect(await store.load(at, ['step'])).toEqual(['1']);
      expect((await store.sums(at, ['q'])).next).toBe(5);
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 1 } });
    });

    it('is stale for a writer whose partition another one claimed', async () => {
      const { store, at, another } = given();
      const ours = await store.claim(at);
      await (await another()).claim(at);
      const change = {
        ...changeFrom(ours.epoch, 0, { next: 0, puts: [['step', '1']] }),
        guard: { key: 'step', value: null },
      };
      expect(await store.commit(at, change)).toBe('stale');
      expect(await store.load(at, ['step'])).toEqual([null]);
    });

    it('is refused where it leaves the state as it is, for it could be applied twice', async () => {
      const { store, at } = given();
      const { epoch } = await store.claim(at);
      for (const [value, puts] of [
        ['1', [['step', '1'] as const]],
        [null, []],
        ['1', [['other', '2'] as const]],
      ] as const) {
        const change = { ...changeFrom(epoch, 0, { next: 0, puts }), guard: { key: 'step', value } };
        await expect(store.commit(at, change)).rejects.toThrow('guard');
      }
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
