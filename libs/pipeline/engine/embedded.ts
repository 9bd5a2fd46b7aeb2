import type { Log } from '#log/log.js';
import { lockDirectory } from '#log/sqlite/directory-lock.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Store } from '#store/store.js';

/** Log and store of one data directory, which belongs to one process at a time. Throws `DirectoryInUse`. */
export function openEmbedded(directory: string): { log: Log; store: Store; close: () => Promise<void> } {
  const lock = lockDirectory(directory);
  try {
    const log = openSqliteLog({ directory, lock });
    const store = new SqliteStore({ directory });
    return {
      log,
      store,
      async close() {
        await store.close();
        await log.close();
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
export function openEmbeddedReaders(directory: string): {
  log: Log;
  store: Store;
  close: () => Promise<void>;
} {
  const log = openSqliteLog({ directory, readOnly: true });
  const store = new SqliteStore({ directory, readOnly: true });
  return {
    log,
    store,
    async close() {
      await store.close();
      await log.close();
    },
  };
}
