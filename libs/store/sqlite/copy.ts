import { openDatabase, translateErrors } from './database.js';
import { privateFile } from './private-files.js';

/**
 * Copies the store of a data directory, as it is at this moment, to a file that does not exist; also while
 * another process writes to it. Nothing deleted is in the copy. It is not synced to the disk.
 */
export function copyStore(directory: string, file: string): void {
  const database = openDatabase(directory, true);
  try {
    privateFile(file);
    translateErrors(() => database.prepare('vacuum into ?').run(file));
  } finally {
    database.close();
  }
}
