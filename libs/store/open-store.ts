import { type StoreObserver, observedStore } from './observed-store.js';
import type { ServerHealth } from './redis/health.js';
import { RedisStore } from './redis/redis-store.js';
import { requireFitStore } from './require-fit-store.js';
import { SqliteStore } from './sqlite/sqlite-store.js';
import type { Store } from './store.js';

/** What of the settings of a process concerns its store. */
export interface StoreSettings {
  readonly engine:
    { readonly kind: 'embedded' } | { readonly kind: 'distributed'; readonly redis: readonly string[] };
  /** Of the embedded store; the log's lock on it must be held. */
  readonly dataDirectory: string;
  /** First part of every key in Redis; null: `tallyline`. */
  readonly namespace: string | null;
}

export interface OpenedStore {
  readonly store: Store;
  /** What the servers behind it say of themselves; null: there are none. */
  readonly health: (() => Promise<readonly ServerHealth[]>) | null;
}

/** The store that the settings ask for, connected. */
export async function openStore({ engine, dataDirectory, namespace }: StoreSettings): Promise<OpenedStore> {
  switch (engine.kind) {
    case 'embedded':
      return { store: new SqliteStore({ directory: dataDirectory }), health: null };
    case 'distributed': {
      const url = engine.redis.join(',');
      const store = await RedisStore.open({ url, ...(namespace === null ? {} : { prefix: namespace }) });
      return { store, health: () => store.health() };
    }
  }
}

export interface StoreOpening {
  /** Told what is not set up as it should be, in words for a log. */
  readonly onTrouble: (message: string) => void;
  readonly observer: StoreObserver;
}

/** The same for a process that writes; see `requireFitStore` for what is refused. */
export async function readyStore(settings: StoreSettings, opening: StoreOpening): Promise<OpenedStore> {
  const { store, health } = await openStore(settings);
  try {
    for (const finding of await requireFitStore(store)) opening.onTrouble(finding);
    return { store: observedStore(store, opening.observer), health };
  } catch (error) {
    await store.close();
    throw error;
  }
}
