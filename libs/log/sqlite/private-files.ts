import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';

/** Creates a directory where it is missing, and lets its owner alone in. */
export function privateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  restrict(directory, 0o700);
}

/** Creates a database file where it is missing, readable by its owner only, as are the files beside it. */
export function privateFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  for (const each of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(each)) restrict(each, 0o600);
}

/** What another user owns stays as that user has it. */
function restrict(path: string, mode: number): void {
  const { mode: present, uid } = statSync(path);
  if ((present & 0o777) !== mode && uid === process.getuid?.()) chmodSync(path, mode);
}
