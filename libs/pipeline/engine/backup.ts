import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { copyLog } from '#log/sqlite/copy.js';
import { keyTrailPath } from '#pipeline/audit/key-trail.js';
import { lockDirectory } from '#log/sqlite/directory-lock.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { customerKeyInForce } from '#pipeline/customer-keys.js';
import { copyStore } from '#store/sqlite/copy.js';

/** A copy of a data directory of the embedded engine, without the key of customer pseudonyms. */
export interface Backup {
  readonly format: 1;
  /** ISO instant. */
  readonly createdAt: string;
  /** Of the program that made it. */
  readonly version: string;
  /** Fingerprint of the customer key that belongs to it; null: no pseudonym was made yet. */
  readonly customerKey: string | null;
  readonly files: readonly BackupFile[];
}

export interface BackupFile {
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** A directory is no whole backup, or is none that can be restored there; the message says what is wrong. */
export class BackupUnusable extends Error {
  override readonly name = 'BackupUnusable';
  readonly code = 'backup-unusable';
}

const listFile = 'backup.json';
/** Keys first: an entry of the trail is written before its key is. */
const keyFiles = ['keys.json', keyTrailPath('keys.json')];

/**
 * Copies the data directory into `out`, which is new or empty; also while a process works on it. What was
 * acknowledged before is in the copy. The list of files is written last: without it, a backup is not whole.
 */
export async function backUp(
  directory: string,
  out: string,
  { version, now }: { readonly version: string; readonly now: number },
): Promise<Backup> {
  requireNothingIn(out, () => true);
  mkdirSync(out, { recursive: true, mode: 0o700 });
  const names = ['store.db', 'log.db', ...keyFiles].filter((name) => existsSync(join(directory, name)));
  const to = (name: string): string => join(out, name);
  try {
    // First the store: it follows the log and catches up with it, and stops where it is ahead of it.
    if (names.includes('store.db')) copyStore(directory, to('store.db'));
    copyLog(directory, to('log.db'));
    for (const name of keyFiles) if (names.includes(name)) copyFileSync(join(directory, name), to(name));
    const customerKey = await customerKeyOf(out);
    const files = names.map((name) => {
      syncFile(to(name));
      return { name, ...contentOf(to(name)) };
    });
    const backup: Backup = { format: 1, createdAt: new Date(now).toISOString(), version, customerKey, files };
    writeFileSync(to(`${listFile}.new`), `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 });
    syncFile(to(`${listFile}.new`));
    renameSync(to(`${listFile}.new`), to(listFile));
    syncFile(out);
    return backup;
  } catch (error) {
    for (const name of [...names, `${listFile}.new`]) rmSync(to(name), { force: true });
    throw error;
  }
}

/**
 * Puts a backup into a directory that holds no data, after each file was compared with what was written.
 * Throws `BackupUnusable`, and `DirectoryInUse`.
 */
export function restoreBackup(from: string, directory: string): Backup {
  const backup = readBackup(from);
  for (const file of backup.files) requireWhole(from, file);
  requireNothingIn(directory, (name) => backup.files.some((file) => file.name === name));
  const lock = lockDirectory(directory);
  const partial = (name: string): string => join(directory, `${name}.restoring`);
  try {
    for (const { name } of backup.files) {
      copyFileSync(join(from, name), partial(name));
      chmodSync(partial(name), 0o600);
      syncFile(partial(name));
    }
    // The log before the store, which is made again where it is missing.
    const order = backup.files.toSorted((a, b) => Number(b.name === 'log.db') - Number(a.name === 'log.db'));
    for (const { name } of order) renameSync(partial(name), join(directory, name));
    syncFile(directory);
    return backup;
  } catch (error) {
    for (const { name } of backup.files) rmSync(partial(name), { force: true });
    throw error;
  } finally {
    lock.release();
  }
}

function readBackup(from: string): Backup {
  const file = join(from, listFile);
  if (!existsSync(file)) {
    throw new BackupUnusable(
      `${from} is no whole backup: ${listFile}, which is written last, is missing. Take another one`,
    );
  }
  const backup = parsed(readFileSync(file, 'utf8'));
  if (backup?.format === 1 && Array.isArray(backup.files)) return backup;
  throw new BackupUnusable(`${file} is damaged, or written by a newer version: take another backup`);
}

function parsed(text: string): Backup | null {
  try {
    return JSON.parse(text) as Backup | null;
  } catch {
    return null;
  }
}

function requireWhole(from: string, { name, bytes, sha256 }: BackupFile): void {
  const file = join(from, name);
  const found = statSync(file, { throwIfNoEntry: false })?.size;
  const what =
    found === undefined
      ? 'is missing'
      : found !== bytes
        ? `has ${found} bytes, and had ${bytes} when it was written`
        : contentOf(file).sha256 === sha256
          ? null
          : 'has other bytes than were written';
  if (what !== null) throw new BackupUnusable(`${file} ${what}: nothing was restored. Take another backup`);
}

function requireNothingIn(directory: string, isInTheWay: (name: string) => boolean): void {
  const found = existsSync(directory) ? readdirSync(directory).find(isInTheWay) : undefined;
  if (found === undefined) return;
  throw new BackupUnusable(`${directory} is not empty: it holds ${found}. Name a new directory`);
}

async function customerKeyOf(out: string): Promise<string | null> {
  const log = openSqliteLog({ directory: out, readOnly: true });
  try {
    return (await customerKeyInForce(log))?.fingerprint ?? null;
  } finally {
    await log.close();
  }
}

function contentOf(file: string): Pick<BackupFile, 'bytes' | 'sha256'> {
  const hash = createHash('sha256');
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    let bytes = 0;
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      hash.update(buffer.subarray(0, read));
      bytes += read;
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(handle);
  }
}

/** A file or a directory. */
function syncFile(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
