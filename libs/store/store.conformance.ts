import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describeClaim, describeLoadUnderAClaim } from './conformance/claim.conformance.js';
import { describeCommit, describeGuard, describeStale } from './conformance/commit.conformance.js';
import { changeFrom, type Given, sumsOf, write } from './conformance/given.fixture.js';
import { describePartitions } from './conformance/partitions.conformance.js';
import { describeSize } from './conformance/size.conformance.js';
import { describeExactness, describeSums } from './conformance/sums.conformance.js';
import { describeTexts } from './conformance/texts.conformance.js';
import { describeTwoWriters } from './conformance/two-writers.conformance.js';
import type { Store } from './store.js';

/**
 * An empty store of one adapter, which a second client can reach and which can be killed.
 */
export interface StoreUnderTest {
  readonly store: Store;
  /** A second client of the same data, as another process would have. */
  another(): Promise<Store>;
  /** Kills what holds the data, starts it again, and returns a client of what is left. */
  restart(): Promise<Store>;
  /** Closes all clients and removes the data. */
  dispose(): Promise<void>;
}

/** What every adapter of the store port promises, case by case. */
export function describeStoreConformance(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the promises of the store`, () => {
    let made: StoreUnderTest;
    let store: Store;
    let cases = 0;

    beforeAll(async () => {
      made = await make();
      store = made.store;
    });
    beforeEach(() => {
      cases++;
    });
    afterAll(async () => {
      await made.dispose();
    });

    const given = (): Given => ({
      store,
      at: { keyspace: `keyspace-${cases}`, partition: 3 },
      another: async () => made.another(),
    });
    describeClaim(given);
    describeLoadUnderAClaim(given);
    describeCommit(given);
    describeGuard(given);
    describeStale(given);
    describeSums(given);
    describeExactness(given);
    describePartitions(given);
    describeTexts(given);
    describeSize(given);
    describeTwoWriters(given);

    it('has everything it acknowledged after an abrupt end', async () => {
      const { at } = given();
      const first = { next: 5, puts: [['a', '1'] as const], increments: [['q', 'n', 3] as const] };
      const second = {
        next: 9,
        puts: [['b', '2'] as const],
        deletes: ['a'],
        increments: [['q', 'n', 4] as const],
      };
      const epoch = await write(store, at, first, second);

      store = await made.restart();
      expect(await store.load(at, ['a', 'b'])).toEqual([null, '2']);
      expect((await store.sums(at, ['q'])).next).toBe(9);
      expect(await sumsOf(store, at, 'q')).toEqual({ q: { n: 7 } });
      const again = await store.claim(at, 9);
      expect(again).toMatchObject({ next: 9, state: 'kept' });
      expect(again.epoch).toBeGreaterThan(epoch);
      expect(await store.commit(at, changeFrom(again.epoch, 9, { puts: [['a', '3']] }))).toBe('done');
    });
  });
}
