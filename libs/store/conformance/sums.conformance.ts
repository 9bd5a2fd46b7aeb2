import { describe, expect, it } from '@jest/globals';
import { changeFrom, type Given, plain, sumsOf, write } from './given.fixture.js';

const MAX = Number.MAX_SAFE_INTEGER;

export function describeSums(given: () => Given): void {
  describe('Sums', () => {
    it('add all increments of one field', async () => {
      const { store, at } = given();
      const increments = [
        ['q', 'n', 1],
        ['r', 'n', 5],
        ['q', 'n', 1],
        ['q', 'm', 2],
        ['q', 'n', 1],
      ] as const;
      await write(store, at, { increments });
      expect(await sumsOf(store, at, 'q', 'r')).toEqual({ q: { n: 3, m: 2 }, r: { n: 5 } });
    });

    it('have no field whose sum is 0, and no key without fields', async () => {
      const { store, at } = given();
      const first = [
        ['q', 'n', 4],
        ['q', 'm', 1],
        ['r', 'n', -2],
        ['s', 'n', 1],
        ['s', 'n', -1],
      ] as const;
      const second = [
        ['q', 'n', -4],
        ['r', 'n', 2],
      ] as const;
      await write(store, at, { increments: first }, { increments: second });
      expect(await sumsOf(store, at, 'q', 'r', 's')).toEqual({ q: { m: 1 } });
      await write(store, at, { increments: [['r', 'n', 7]] });
      expect(await sumsOf(store, at, 'r')).toEqual({ r: { n: 7 } });
    });

    it('are empty, at offset 0, where nothing was written', async () => {
      const { store, at } = given();
      expect(await store.sums(at, ['q'])).toEqual({ next: 0, values: new Map() });
    });

    it('agree with next while another client commits', async () => {
      const { store, at, another } = given();
      const reader = await another();
      const { epoch } = await store.claim(at);
      const last = 150;
      const writing = (async () => {
        for (let next = 1; next <= last; next++) {
          const increments = ['p n', 'q n', 'q m'].map((sum) => [...sum.split(' '), 1]);
          const change = { increments: increments as [string, string, number][] };
          expect(await store.commit(at, changeFrom(epoch, next - 1, change))).toBe('done');
        }
      })();
      for (let seen = 0; seen < last;) {
        const { next, values } = await reader.sums(at, ['p', 'q']);
        expect(plain(values)).toEqual(next === 0 ? {} : { p: { n: next }, q: { n: next, m: next } });
        seen = next;
      }
      await writing;
    });
  });
}

export function describeExactness(given: () => Given): void {
  describe('A sum', () => {
    it('is exact up to 2^53 - 1 on both sides of 0', async () => {
      const { store, at } = given();
      const grow = (up: number, down: number) => ({
        increments: [['q', 'up', up] as const, ['q', 'down', down] as const],
      });
      await write(store, at, grow(MAX - 1, -MAX + 1), grow(1, -1));
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { up: MAX, down: -MAX } });
    });

    it('is exact at every size that it passes on the way', async () => {
      const { store, at } = given();
      const sizes = [1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 10 ** 14 + 1, 10 ** 15 + 1, 2 ** 52 + 1];
      const sums = new Map(sizes.flatMap((size) => [size, -size]).map((size) => [`of ${size}`, size]));
      const grow = (by: (size: number) => number) => ({
        increments: [...sums].map(([field, size]) => ['q', field, by(size)] as const),
      });
      const epoch = await write(
        store,
        at,
        grow(Math.sign),
        grow((size) => size - Math.sign(size)),
      );
      expect(await sumsOf(store, at, 'q')).toEqual({ q: Object.fromEntries(sums) });
      expect(
        await store.commit(
          at,
          changeFrom(
            epoch,
            2,
            grow((size) => -size),
          ),
        ),
      ).toBe('done');
      expect(await sumsOf(store, at, 'q')).toEqual({});
    });

    it('beyond the limit is refused, however many fields come before it', async () => {
      const { store, at } = given();
      const epoch = await write(store, at, { increments: [['q', 'n 8999', MAX]] });
      const increments = Array.from({ length: 9_000 }, (_, i) => ['q', `n ${i}`, 1] as const);
      await expect(store.commit(at, changeFrom(epoch, 1, { increments }))).rejects.toThrow(/"n 8999" of "q"/);
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { 'n 8999': MAX } });
    });

    it.each([
      ['upwards', 1],
      ['downwards', -1],
    ])(
      'that would leave the safe integers %s is named in the refusal, and nothing is changed',
      async (_, sign) => {
        const { store, at } = given();
        const sums = { p: { n: sign }, q: { n: sign, talkMs: sign * MAX } };
        const before = [
          ['p', 'n', sign],
          ['q', 'n', sign],
          ['q', 'talkMs', sign * MAX],
        ] as const;
        const epoch = await write(store, at, { puts: [['a', '1']], increments: before });
        // A new sum, two that become 0, the one beyond the limit, and some that would follow.
        const increments = [
          ['o', 'n', sign],
          ['p', 'n', -sign],
          ['q', 'n', -sign],
          ['q', 'talkMs', sign],
          ['q', 'm', sign],
          ['r', 'n', sign],
        ] as const;
        const change = changeFrom(epoch, 1, { puts: [['b', '2']], deletes: ['a'], increments });

        const refused = store.commit(at, change);
        await expect(refused).rejects.toThrow(RangeError);
        await expect(refused).rejects.toThrow(/"talkMs" of "q"/);
        expect(await store.load(at, ['a', 'b'])).toEqual(['1', null]);
        expect((await store.sums(at, [])).next).toBe(1);
        expect(await sumsOf(store, at, 'o', 'p', 'q', 'r')).toEqual(sums);
        expect(await store.commit(at, { ...change, increments: new Map() })).toBe('done');
      },
    );

    it.each([0.5, Number.NaN, 2 ** 53])('does not grow by %p', async (delta) => {
      const { store, at } = given();
      const { epoch } = await store.claim(at);
      const change = changeFrom(epoch, 0, { increments: [['q', 'talkMs', delta]] });
      await expect(store.commit(at, change)).rejects.toThrow(/"talkMs" of "q" cannot grow by/);
    });
  });
}
