import { type StoreObserver, observedStore } from './observed-store.js';
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

/** The store that the settings ask for, connected. */
export async function openStore({ engine, dataDirectory, namespace }: StoreSettings): Promise<Store> {
  switch (engine.kind) {
    case 'embedded':
      return new SqliteStore({ directory: dataDirectory });
    case 'distributed':
      return RedisStore.open({
        url: engine.redis.join(','),
        ...(namespace === null ? {} : { prefix: namespace }),
      });
  }
}

export interface StoreOpening {
  /** Told what is not set up as it should be, in words for a log. */
  readonly onTrouble: (message: string) => void;
  readonly observer: StoreObserver;
}

/** The same for a process that writes; see `requireFitStore` for what is refused. */
export async function readyStore(settings: StoreSettings, opening: StoreOpening): Promise<Store> {
  const store = await openStore(settings);
  try {
    for (const finding of await requireFitStore(store)) opening.onTrouble(finding);
    return observedStore(store, opening.observer);
  } catch (error) {
    await store.close();
    throw error;
  }
}
