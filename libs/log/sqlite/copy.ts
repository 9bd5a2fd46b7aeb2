import { openDatabase } from './database.js';
import { privateFile } from './private-files.js';

/**
 * Copies the log of a data directory, as it is at this moment, to a file that does not exist; also while
 * another process writes to it. Nothing deleted is in the copy. It is not synced to the disk.
 */
export function copyLog(directory: string, file: string): void {
  const database = openDatabase(directory, true);
  try {
    privateFile(file);
    database.prepare('vacuum into ?').run(file);
  } finally {
    database.close();
  }
}
