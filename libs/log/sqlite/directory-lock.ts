import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteCode } from './database.js';
import { privateDirectory, privateFile } from './private-files.js';

/**
 * A data directory locked by this process. Code that opens files in it requires this, or takes a lock itself.
 */
export interface DirectoryLock {
  readonly directory: string;
  /** Idempotent. */
  release(): void;
}

/**
 * Locks a data directory for this process, lets its owner alone in, and creates it where it is missing;
 * throws `DirectoryInUse` where another process has locked it. The lock is the operating system's (an
 * exclusive transaction in `lock.db` that never ends): it ends with the process, `kill -9` included, and
 * leaves nothing to clean up. Only on a local file system.
 */
export function lockDirectory(directory: string): DirectoryLock {
  privateDirectory(directory);
  privateFile(join(directory, 'lock.db'));
  const holder = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
  try {
    holder.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    holder.close();
    throw sqliteCode(error) === SQLITE_BUSY ? new DirectoryInUse(directory, pidIn(directory)) : error;
  }
  writeFileSync(pidFile(directory), `${process.pid}\n`, { mode: 0o600 });
  return {
    directory,
    release() {
      if (holder.isOpen) holder.close();
    },
  };
}

export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
  readonly code = 'directory-in-use';

  constructor(
    readonly directory: string,
    readonly pid: number | null,
  ) {
    const by = pid === null ? 'another process' : `process ${pid}`;
    super(`data directory ${directory} is in use by ${by}; stop it or choose another`);
  }
}

/**
 * Beside lock.db, not in it: reading a locked file by other means would break the lock (POSIX advisory
 * locks).
 */
function pidFile(directory: string): string {
  return join(directory, 'lock.pid');
}

/** Null between taking the lock and writing the process id. */
function pidIn(directory: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile(directory), 'utf8'), 10);
    return Number.isNaN(pid) ? null : pid;
  } catch {
    return null;
  }
}

const SQLITE_BUSY = 5;
