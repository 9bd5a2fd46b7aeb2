import { describe, expect, it } from '@jest/globals';
import { StaleClaim } from '../store.js';
import { changeFrom, type Given, write } from './given.fixture.js';

export function describeClaim(given: () => Given): void {
  describe('A claim', () => {
    it('begins a new partition at 0', async () => {
      const { store, at } = given();
      expect(await store.claim(at)).toMatchObject({ next: 0, state: 'new' });
    });

    it('answers where the last commit ended, under a higher epoch', async () => {
      const { store, at } = given();
      const first = await write(store, at, { next: 7 });
      const again = await store.claim(at);
      expect(again).toMatchObject({ next: 7, state: 'kept' });
      expect(again.epoch).toBeGreaterThan(first);
    });

    it('says rolled-back where the caller knows a later offset, and changes nothing', async () => {
      const { store, at } = given();
      await write(store, at, { next: 7, puts: [['a', '1']] });
      expect(await store.claim(at, 9)).toMatchObject({ next: 7, state: 'rolled-back' });
      expect(await store.load(at, ['a'])).toEqual(['1']);
    });

    it('says wiped where the caller knows an offset and nothing is stored', async () => {
      const { store, at } = given();
      expect(await store.claim(at, 9)).toMatchObject({ next: 0, state: 'wiped' });
    });

    it('says kept where the caller knows an older offset', async () => {
      const { store, at } = given();
      await write(store, at, { next: 7 });
      expect(await store.claim(at, 7)).toMatchObject({ next: 7, state: 'kept' });
    });

    it('gives a higher epoch even after the keyspace was dropped, so that no older writer passes for a new one', async () => {
      const { store, at } = given();
      const before = await write(store, at, { next: 7 });
      await store.drop(at.keyspace);
      expect((await store.claim(at)).epoch).toBeGreaterThan(before);
    });
  });
}

export function describeLoadUnderAClaim(given: () => Given): void {
  describe('A load under a claim', () => {
    it('returns what belongs to the claim, from its start on and after every commit', async () => {
      const { store, at } = given();
      const { epoch } = await store.claim(at);
      expect(await store.load(at, ['a'], { epoch, next: 0 })).toEqual([null]);
      expect(await store.commit(at, changeFrom(epoch, 0, { next: 5, puts: [['a', '1']] }))).toBe('done');
      expect(await store.load(at, ['a', 'b', 'a'], { epoch, next: 5 })).toEqual(['1', null, '1']);
      expect(await store.load(at, [], { epoch, next: 5 })).toEqual([]);
    });

    it('is refused where the stored offset differs, as after the store was rolled back or another commit', async () => {
      const { store, at } = given();
      const epoch = await write(store, at, { next: 5, puts: [['a', '1']] });
      for (const next of [0, 4, 6]) {
        await expect(store.load(at, ['a'], { epoch, next })).rejects.toBeInstanceOf(StaleClaim);
      }
    });

    it('is refused where another process has claimed the partition since', async () => {
      const { store, at, another } = given();
      const epoch = await write(store, at, { next: 5, puts: [['a', '1']] });
      const { epoch: later } = await (await another()).claim(at);
      await expect(store.load(at, ['a'], { epoch, next: 5 })).rejects.toBeInstanceOf(StaleClaim);
      expect(await store.load(at, ['a'], { epoch: later, next: 5 })).toEqual(['1']);
    });

    it('is refused where the partition was dropped, also for no keys', async () => {
      const { store, at } = given();
      const epoch = await write(store, at, { next: 5, puts: [['a', '1']] });
      await store.drop(at.keyspace);
      for (const keys of [['a'], []]) {
        await expect(store.load(at, keys, { epoch, next: 5 })).rejects.toBeInstanceOf(StaleClaim);
      }
    });
  });
}
