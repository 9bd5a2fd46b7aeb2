import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLog, type SqliteLog } from './sqlite/sqlite-log.js';

/** An embedded log in a temporary directory, removed after `run`. */
export async function withEmbeddedLog(run: (log: SqliteLog) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-log-'));
  const log = openSqliteLog({ directory });
  try {
    await run(log);
  } finally {
    await log.close();
    rmSync(directory, { recursive: true });
  }
}
