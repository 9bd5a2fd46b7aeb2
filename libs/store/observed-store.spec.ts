import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeFrom } from './contract/given.js';
import { observedStore } from './observed-store.js';
import { requireFitStore, UnfitStore } from './require-fit-store.js';
import { SqliteStore } from './sqlite/sqlite-store.js';
import { describeStoreContract } from './store.contract.js';
import type { Claim, PartitionRef, Store } from './store.js';

const silent = { claimed: () => undefined, committed: () => undefined, commitFailed: () => undefined };

describeStoreContract('An observed store', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-observed-'));
  const stores: Store[] = [];
  const open = (): Store => {
    const store = observedStore(new SqliteStore({ directory }), silent);
    stores.push(store);
    return store;
  };
  return {
    store: open(),
    another: async () => open(),
    restart: async () => open(),
    dispose: async () => {
      for (const store of stores) await store.close();
      rmSync(directory, { recursive: true });
    },
  };
});

describe('The observer of a store', () => {
  const at: PartitionRef = { keyspace: 'meter', partition: 3 };
  let directory: string;
  let store: Store;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tallyline-observed-'));
    store = new SqliteStore({ directory });
  });
  afterAll(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  it('is told of claims, of commits with their answer, and of those that fail', async () => {
    const told: unknown[] = [];
    const observed = observedStore(store, {
      claimed: (place: PartitionRef, claim: Claim) =>
        void told.push(['claimed', place.keyspace, claim.found]),
      committed: (place, answer, tookMs) => {
        expect(tookMs).toBeGreaterThan(0);
        told.push(['committed', place.partition, answer]);
      },
      commitFailed: (place, error) => void told.push(['failed', place.keyspace, (error as Error).name]),
    });
    const { epoch } = await observed.claim(at, 5);
    await observed.commit(at, changeFrom(epoch, 0, {}));
    await observed.commit(at, changeFrom(epoch, 0, {}));
    await expect(observed.commit(at, changeFrom(epoch, 1, { next: 1 }))).rejects.toThrow(RangeError);
    expect(told).toEqual([
      ['claimed', 'meter', 'emptied'],
      ['committed', 3, 'done'],
      ['committed', 3, 'stale'],
      ['failed', 'meter', 'RangeError'],
    ]);
  });
});

describe('A store', () => {
  const check = async () => [
    { weight: 'warn' as const, text: 'appendfsync is everysec' },
    { weight: 'refuse' as const, text: 'maxmemory-policy is allkeys-lru' },
  ];

  it('that would lose figures is refused with the reason', async () => {
    const required = requireFitStore({ check });
    await expect(required).rejects.toThrow(UnfitStore);
    await expect(required).rejects.toThrow(/^maxmemory-policy is allkeys-lru$/);
  });

  it('that is only not as it should be is taken, and told', async () => {
    const warnings = async () => (await check()).slice(0, 1);
    expect(await requireFitStore({ check: warnings })).toEqual(['appendfsync is everysec']);
  });
});
