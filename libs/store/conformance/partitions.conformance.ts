import { describe, expect, it } from '@jest/globals';
import { changeFrom, type Given, sumsOf, type ChangeDraft, write } from './given.fixture.js';

export function describePartitions(given: () => Given): void {
  describe('States', () => {
    it('are returned in the order of the keys, null for a missing one, twice for a repeated one', async () => {
      const { store, at } = given();
      const puts = ['a', 'b', ''].map((key) => [key, key] as const);
      await write(store, at, { puts });
      expect(await store.load(at, ['b', 'x', 'a', 'b', ''])).toEqual(['b', null, 'a', 'b', '']);
      expect(await store.load(at, [])).toEqual([]);
    });
  });

  describe('Partitions', () => {
    it('see nothing of another partition or another keyspace', async () => {
      const { store, at } = given();
      const { keyspace } = at;
      const partitions = [
        at,
        { keyspace, partition: 4 },
        { keyspace: `${keyspace}-x`, partition: 3 },
        { keyspace, partition: 33 },
      ];
      const own = partitions.map((_, i) => `only ${i}`);
      for (const [i, ref] of partitions.entries()) {
        const keys = ['a', `only ${i}`];
        const puts = keys.map((key) => [key, `state ${i}`] as const);
        await write(store, ref, { next: i + 1, puts, increments: keys.map((key) => [key, 'n', i + 1]) });
      }
      for (const [i, ref] of partitions.entries()) {
        const states = await store.load(ref, ['a', ...own]);
        expect(states).toEqual([`state ${i}`, ...own.map((_, j) => (i === j ? `state ${i}` : null))]);
        const sums = await sumsOf(store, ref, 'a', ...own);
        expect(sums).toEqual({ a: { n: i + 1 }, [`only ${i}`]: { n: i + 1 } });
      }
      expect(await store.nexts(keyspace, [4, 0, 33, 3])).toEqual([2, null, 4, 1]);
    });

    it('list the keys of their own states and sums, and of none that was deleted or has become 0', async () => {
      const { store, at } = given();
      const other = { ...at, partition: at.partition * 10 + 1 };
      await write(store, other, { puts: [['foreign', '1']], increments: [['foreign', 'n', 1]] });
      expect(await store.keys(at)).toEqual({ states: [], sums: [] });
      const names = Array.from({ length: 1_500 }, (_, index) => `key*[${index}]`);
      await write(
        store,
        at,
        { puts: names.map((key) => [key, 'x']), increments: names.map((key) => [key, 'n', 1]) },
        { deletes: names.slice(3), increments: names.slice(3).map((key) => [key, 'n', -1]) },
      );
      const { states, sums } = await store.keys(at);
      expect([states.toSorted(), sums.toSorted()]).toEqual([names.slice(0, 3), names.slice(0, 3)]);
    });

    it('are listed and dropped by keyspace', async () => {
      const { store, at } = given();
      const other = { ...at, keyspace: `${at.keyspace}-kept` };
      const some: ChangeDraft = { puts: [['a', '1']], increments: [['q', 'n', 1]] };
      for (const ref of [at, { ...at, partition: 4 }, other]) await write(store, ref, some);
      expect(await store.keyspaces()).toEqual(expect.arrayContaining([at.keyspace, other.keyspace]));

      await store.drop(at.keyspace);
      expect(await store.keyspaces()).not.toContain(at.keyspace);
      expect(await store.nexts(at.keyspace, [3, 4])).toEqual([null, null]);
      expect(await store.claim(at)).toMatchObject({ next: 0, state: 'new' });
      expect(await store.load(at, ['a'])).toEqual([null]);
      expect(await sumsOf(store, at, 'q')).toEqual({});
      expect(await sumsOf(store, other, 'q')).toEqual({ q: { n: 1 } });
      expect(await store.load(other, ['a'])).toEqual(['1']);
    });

    it('answer stale to a writer from before they were dropped, also once they exist again', async () => {
      const { store, at } = given();
      const zombie = await write(store, at, { next: 5 });
      await store.drop(at.keyspace);
      expect(await store.commit(at, changeFrom(zombie, 5, { puts: [['a', '1']] }))).toBe('stale');
      await write(store, at, { next: 5 });
      expect(await store.commit(at, changeFrom(zombie, 5, { puts: [['a', '1']] }))).toBe('stale');
      expect(await store.load(at, ['a'])).toEqual([null]);
    });

    it('can be dropped where they never existed', async () => {
      const { store, at } = given();
      await store.drop(at.keyspace);
      expect(await store.keyspaces()).not.toContain(at.keyspace);
    });
  });
}
