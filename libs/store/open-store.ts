import { type StoreObserver, observedStore } from './observed-store.js';
import type { RedisStoreAccess } from './redis/address.js';
import type { ServerHealth } from './redis/health.js';
import { RedisStore } from './redis/redis-store.js';
import { SqliteStore } from './sqlite/sqlite-store.js';
import { type SetupWarning, type Store, StoreUnusable } from './store.js';

/** The part of a process's settings that concerns its store. */
export interface StoreSettings {
  readonly engine:
    | { readonly kind: 'embedded' }
    | {
        readonly kind: 'distributed';
        readonly redis: readonly string[];
        /** Absent: what the addresses say, and the authorities that Node trusts. */
        readonly redisAccess?: RedisStoreAccess;
      };
  /** Of the embedded store; the caller must hold the log's lock on it. */
  readonly dataDirectory: string;
  /** First part of every key in Redis; null: `tallyline`. */
  readonly namespace: string | null;
}

export interface OpenedStore {
  readonly store: Store;
  /** What its servers report of themselves; null: there are none. */
  readonly health: (() => Promise<readonly ServerHealth[]>) | null;
}

/** The store that the settings name, connected. */
export async function openStore({ engine, dataDirectory, namespace }: StoreSettings): Promise<OpenedStore> {
  switch (engine.kind) {
    case 'embedded':
      return { store: new SqliteStore({ directory: dataDirectory }), health: null };
    case 'distributed': {
      const url = engine.redis.join(',');
      const prefix = namespace === null ? {} : { prefix: namespace };
      const access = engine.redisAccess === undefined ? {} : { access: engine.redisAccess };
      const store = await RedisStore.open({ url, ...prefix, ...access });
      return { store, health: () => store.health() };
    }
  }
}

export interface OpenStoreOptions {
  /** Receives a text for the process's own log about a setting that should be changed. */
  readonly onWarning: (message: string) => void;
  readonly observer: StoreObserver;
}

/** Opens the store for a process that writes; throws `StoreUnusable` where its set-up forbids that. */
export async function readyStore(settings: StoreSettings, options: OpenStoreOptions): Promise<OpenedStore> {
  const { store, health } = await openStore(settings);
  try {
    for (const { message } of await requireUsableStore(store)) options.onWarning(message);
    return { store: observedStore(store, options.observer), health };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Throws `StoreUnusable` where the set-up forbids to start; else returns its warnings. */
export async function requireUsableStore(store: Pick<Store, 'check'>): Promise<readonly SetupWarning[]> {
  const warnings = await store.check();
  const forbidding = warnings.filter(({ forbidsStart }) => forbidsStart);
  if (forbidding.length === 0) return warnings;
  throw new StoreUnusable('store-setup', forbidding.map(({ message }) => message).join('; '));
}
