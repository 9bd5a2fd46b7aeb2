import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { StoreUnavailable, StoreUnusable } from '../store.js';
import { privateDirectory, privateFile } from './private-files.js';
import { prepareLayout } from './schema.js';

/** Opens `store.db` in the directory; creates both unless it is read-only. */
export function openDatabase(directory: string, readOnly: boolean): DatabaseSync {
  const file = join(directory, 'store.db');
  if (readOnly && !existsSync(file)) {
    throw new StoreUnusable(
      'store-missing',
      `${file} does not exist: start the process that writes it first`,
    );
  }
  return translateErrors(() => {
    if (!readOnly) {
      privateDirectory(directory);
      privateFile(file);
    }
    const db = new DatabaseSync(file, { readOnly, timeout: 5_000 });
    try {
      if (!readOnly) db.exec(WRITER);
      db.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY');
      prepareLayout(db, file, readOnly);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/**
 * Pages of 8 KiB hold several states each. With 32 MiB of write-ahead log between checkpoints, a page that
 * many commits touch is copied back once. Both were the fastest of those measured.
 */
const WRITER = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000;
`;

export const SQLITE_CONSTRAINT = 19;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Runs the work; turns SQLite's errors into those of the port. */
export function translateErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = resultCode(error);
    if (code === null) throw error;
    const message = `the embedded store: ${(error as Error).message}`;
    if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
      const advice = `${message}; move store.db away and rebuild it from the log`;
      throw new StoreUnusable('store-damaged', advice, { cause: error });
    }
    throw new StoreUnavailable(message, { cause: error });
  }
}

/**
 * SQLite's primary result code (https://www.sqlite.org/rescode.html), 0 for a database that is closed; null
 * for an error of another kind.
 */
export function resultCode(error: unknown): number | null {
  if (!(Error.isError(error) && 'code' in error)) return null;
  if (error.code === 'ERR_INVALID_STATE') return 0;
  return error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error ? Number(error.errcode) & 0xff : null;
}

type Row = Record<string, SQLOutputValue> | undefined;

export function integer(row: Row, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number')
    throw new Error(`column ${column} holds ${typeof value}, expected an integer`);
  return value;
}

export function text(row: Row, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw new Error(`column ${column} holds ${typeof value}, expected a text`);
  return value;
}
