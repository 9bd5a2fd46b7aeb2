import { describe, expect, it } from '@jest/globals';
import { changeFrom, type Given, plain, sumsOf, write } from './given.fixture.js';

export function describeSize(given: () => Given): void {
  describe('A large change', () => {
    it('may have 5 000 increments, 2 000 states, 2 000 deletes and values of 100 KB', async () => {
      const { store, at } = given();
      const large = `"${'é'.repeat(50_000)}"`;
      const states = Array.from({ length: 2_000 }, (_, i) => `state ${i}`);
      const puts = states.map((key, i) => [key, i % 100 === 0 ? large : `{"of":"${key}"}`] as const);
      const increments = Array.from({ length: 5_000 }, (_, i) => [`q ${i % 400}`, `n ${i}`, i + 1] as const);
      await write(store, at, { puts, increments }, { deletes: states.slice(2) });

      const read = await store.load(at, states);
      expect(read.slice(0, 2)).toEqual([large, '{"of":"state 1"}']);
      expect(new Set(read.slice(2))).toEqual(new Set([null]));
      const { values } = await store.sums(at, [...new Set(increments.map(([key]) => key))]);
      const sums: Record<string, Record<string, number>> = {};
      for (const [key, field, delta] of increments) (sums[key] ??= {})[field] = delta;
      expect(plain(values)).toEqual(sums);
    });

    it('may have 150 000 fields of one key, and 20 000 keys in one commit', async () => {
      const { store, at } = given();
      const fields = Array.from({ length: 150_000 }, (_, i) => ['one', `n ${i}`, 1] as const);
      const keys = Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, 'n', 1] as const);
      const epoch = await write(store, at, { increments: fields }, { increments: keys });
      const read = await store.sums(at, ['one', ...keys.map(([key]) => key)]);
      expect(read.values.get('one')?.size).toBe(150_000);
      expect(read.values.size).toBe(20_001);

      const backAgain = fields.map(([key, field, delta]) => [key, field, -delta] as const);
      expect(await store.commit(at, changeFrom(epoch, 2, { increments: backAgain }))).toBe('done');
      expect(await sumsOf(store, at, 'one')).toEqual({});
    });
  });
}
