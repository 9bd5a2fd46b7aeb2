import type { DatabaseSync } from 'node:sqlite';
import { StoreUnusable } from '../store.js';

/** 'TaLy' in ASCII, at byte 68 of the file (PRAGMA application_id): a SQLite file without it is not ours. */
const APPLICATION_ID = 0x54_61_4c_79;
const LAYOUT = 2;

/**
 * State rows keep the order of their first writing (rowid) rather than that of their keys: keys are hashes,
 * so rows in key order would dirty one page per put. Epochs are counted over all partitions, so that none
 * comes twice when a keyspace is dropped and created again. Sum keys are interned: a field's row is then
 * short and its look-up cheap (measured against (place, key, field) as primary key: half the time and half
 * the file).
 */
const TABLES = `
  CREATE TABLE last_epoch(epoch INTEGER NOT NULL) STRICT;
  INSERT INTO last_epoch VALUES (0);
  CREATE TABLE place(
    id INTEGER PRIMARY KEY,
    keyspace TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    UNIQUE (keyspace, partition)
  ) STRICT;
  CREATE TABLE state(
    id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (place, key)
  ) STRICT;
  CREATE TABLE sum_key(
    id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    key TEXT NOT NULL,
    UNIQUE (place, key)
  ) STRICT;
  CREATE TABLE sum(
    sum_key INTEGER NOT NULL,
    field TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value BETWEEN -9007199254740991 AND 9007199254740991),
    PRIMARY KEY (sum_key, field)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sum_zero ON sum(sum_key) WHERE value = 0;
`;

/**
 * Creates the tables in a new file; refuses a file of another program or with the layout of another version.
 */
export function prepareLayout(db: DatabaseSync, file: string, readOnly: boolean): void {
  if (isOurs(db, file)) return;
  if (readOnly) {
    throw new StoreUnusable('store-missing', `${file} is empty: start the process that writes it first`);
  }
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have created them while this connection waited for its turn.
    if (!isOurs(db, file)) {
      db.exec(`${TABLES} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT};`);
    }
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** False for a file without any table. */
function isOurs(db: DatabaseSync, file: string): boolean {
  const layout = pragma(db, 'user_version');
  if (pragma(db, 'application_id') === APPLICATION_ID) {
    if (layout === LAYOUT) return true;
    throw new StoreUnusable(
      'store-layout-differs',
      `${file} has layout ${layout}, this version writes layout ${LAYOUT}: run the version that wrote it, ` +
        `or move the file away and rebuild it from the log`,
    );
  }
  const tables = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get();
  if (tables?.['tables'] === 0 && layout === 0) return false;
  throw new StoreUnusable(
    'store-foreign-data',
    `${file} is a database of another program: choose another data directory`,
  );
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
