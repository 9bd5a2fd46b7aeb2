import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeFrom } from './conformance/given.fixture.js';
import { observedStore } from './observed-store.js';
import { requireUsableStore } from './open-store.js';
import { SqliteStore } from './sqlite/sqlite-store.js';
import { describeStoreConformance } from './store.conformance.js';
import { type Claim, type PartitionRef, type Store, StoreUnusable } from './store.js';

const silent = { claimed: () => undefined, committed: () => undefined, commitFailed: () => undefined };

describeStoreConformance('An observed store', async () => {
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

  it('is called for claims, for commits with their answer, and for failed commits', async () => {
    const events: unknown[] = [];
    const observed = observedStore(store, {
      claimed: (ref: PartitionRef, claim: Claim) => void events.push(['claimed', ref.keyspace, claim.state]),
      committed: (ref, answer, tookMs) => {
        expect(tookMs).toBeGreaterThan(0);
        events.push(['committed', ref.partition, answer]);
      },
      commitFailed: (ref, error) => void events.push(['failed', ref.keyspace, (error as Error).name]),
    });
    const { epoch } = await observed.claim(at, 5);
    await observed.commit(at, changeFrom(epoch, 0, {}));
    await observed.commit(at, changeFrom(epoch, 0, {}));
    await expect(observed.commit(at, changeFrom(epoch, 1, { next: 1 }))).rejects.toThrow(RangeError);
    expect(events).toEqual([
      ['claimed', 'meter', 'wiped'],
      ['committed', 3, 'done'],
      ['committed', 3, 'stale'],
      ['failed', 'meter', 'RangeError'],
    ]);
  });
});

describe('A store that is required to be usable', () => {
  const check = async () => [
    { code: 'append-fsync' as const, message: 'appendfsync is everysec', forbidsStart: false },
    { code: 'eviction-policy' as const, message: 'maxmemory-policy is allkeys-lru', forbidsStart: true },
  ];

  it('is rejected with the reason where its set-up would lose figures', async () => {
    const required = requireUsableStore({ check });
    await expect(required).rejects.toThrow(StoreUnusable);
    await expect(required).rejects.toMatchObject({ code: 'store-setup' });
    await expect(required).rejects.toThrow(/^maxmemory-policy is allkeys-lru$/);
  });

  it('is accepted with a warning where its set-up is only not ideal', async () => {
    const warnings = async () => (await check()).slice(0, 1);
    expect(await requireUsableStore({ check: warnings })).toEqual(await warnings());
  });
});
