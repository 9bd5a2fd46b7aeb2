import { describe, expect, it } from '@jest/globals';
import { changeFrom, type Given, sumsOf, type Told, write } from './given.fixture.js';

export function describePlaces(given: () => Given): void {
  describe('states', () => {
    it('come in the order asked, null where there is none, twice where asked twice', async () => {
      const { store, at } = given();
      const puts = ['a', 'b', ''].map((key) => [key, key] as const);
      await write(store, at, { puts });
      expect(await store.load(at, ['b', 'x', 'a', 'b', ''])).toEqual(['b', null, 'a', 'b', '']);
      expect(await store.load(at, [])).toEqual([]);
    });
  });

  describe('places', () => {
    it('see nothing of each other: neither spaces nor partitions', async () => {
      const { store, at } = given();
      const { keyspace } = at;
      const places = [
        at,
        { keyspace, partition: 4 },
        { keyspace: `${keyspace}-x`, partition: 3 },
        { keyspace, partition: 33 },
      ];
      const own = places.map((_, i) => `only ${i}`);
      for (const [i, place] of places.entries()) {
        const keys = ['a', `only ${i}`];
        const puts = keys.map((key) => [key, `state ${i}`] as const);
        await write(store, place, { next: i + 1, puts, increments: keys.map((key) => [key, 'n', i + 1]) });
      }
      for (const [i, place] of places.entries()) {
        const states = await store.load(place, ['a', ...own]);
        expect(states).toEqual([`state ${i}`, ...own.map((_, j) => (i === j ? `state ${i}` : null))]);
        const sums = await sumsOf(store, place, 'a', ...own);
        expect(sums).toEqual({ a: { n: i + 1 }, [`only ${i}`]: { n: i + 1 } });
      }
      expect(await store.nexts(keyspace, [4, 0, 33, 3])).toEqual([2, null, 4, 1]);
    });

    it('are listed by keyspace and forgotten by keyspace', async () => {
      const { store, at } = given();
      const other = { ...at, keyspace: `${at.keyspace}-kept` };
      const some: Told = { puts: [['a', '1']], increments: [['q', 'n', 1]] };
      for (const place of [at, { ...at, partition: 4 }, other]) await write(store, place, some);
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

    it('that were dropped, and made anew, are closed to whoever still writes there', async () => {
      const { store, at } = given();
      const zombie = await write(store, at, { next: 5 });
      await store.drop(at.keyspace);
      expect(await store.commit(at, changeFrom(zombie, 5, { puts: [['a', '1']] }))).toBe('stale');
      await write(store, at, { next: 5 });
      expect(await store.commit(at, changeFrom(zombie, 5, { puts: [['a', '1']] }))).toBe('stale');
      expect(await store.load(at, ['a'])).toEqual([null]);
    });

    it('that were never there can be dropped', async () => {
      const { store, at } = given();
      await store.drop(at.keyspace);
      expect(await store.keyspaces()).not.toContain(at.keyspace);
    });
  });
}
