import { describe, expect, it } from '@jest/globals';
import { type Given, write } from './given.js';

export function describeClaim(given: () => Given): void {
  describe('claim', () => {
    it('begins a new partition at 0', async () => {
      const { store, at } = given();
      expect(await store.claim(at)).toMatchObject({ next: 0, found: 'new' });
    });

    it('answers where the last commit ended, under a higher epoch', async () => {
      const { store, at } = given();
      const first = await write(store, at, { next: 7 });
      const again = await store.claim(at);
      expect(again).toMatchObject({ next: 7, found: 'kept' });
      expect(again.epoch).toBeGreaterThan(first);
    });

    it('says behind where the caller knows of a later offset, and changes nothing for it', async () => {
      const { store, at } = given();
      await write(store, at, { next: 7, puts: [['a', '1']] });
      expect(await store.claim(at, 9)).toMatchObject({ next: 7, found: 'behind' });
      expect(await store.load(at, ['a'])).toEqual(['1']);
    });

    it('says emptied where the caller knows of an offset and nothing is there', async () => {
      const { store, at } = given();
      expect(await store.claim(at, 9)).toMatchObject({ next: 0, found: 'emptied' });
    });

    it('says kept where the caller knows an older offset', async () => {
      const { store, at } = given();
      await write(store, at, { next: 7 });
      expect(await store.claim(at, 7)).toMatchObject({ next: 7, found: 'kept' });
    });

    it('gives a higher epoch even after the space was dropped: no older writer passes for a new one', async () => {
      const { store, at } = given();
      const before = await write(store, at, { next: 7 });
      await store.drop(at.space);
      expect((await store.claim(at)).epoch).toBeGreaterThan(before);
    });
  });
}
