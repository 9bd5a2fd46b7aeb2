import type { Log } from '#log/log.js';
import { lockDirectory } from '#log/sqlite/directory-lock.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Store } from '#store/store.js';

/** A log and a store that belong together. */
export interface LogAndStore {
  readonly log: Log;
  readonly store: Store;
  /** Closes both. */
  readonly close: () => Promise<void>;
}

export function logAndStore(log: Log, store: Store): LogAndStore {
  return {
    log,
    store,
    async close() {
      await store.close();
      await log.close();
    },
  };
}

/** Log and store of one data directory, which belongs to one process at a time. Throws `DirectoryInUse`. */
export function openEmbedded(directory: string): LogAndStore {
  const lock = lockDirectory(directory);
  try {
    const log = openSqliteLog({ directory, lock });
    const parts = logAndStore(log, new SqliteStore({ directory }));
    return {
      ...parts,
      async close() {
        await parts.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The same for reading only, also while another process works on it; `LogUnusable` or `StoreUnusable` where
 * there is none.
 */
export function openEmbeddedReaders(directory: string): LogAndStore {
  const log = openSqliteLog({ directory, readOnly: true });
  return logAndStore(log, new SqliteStore({ directory, readOnly: true }));
}
