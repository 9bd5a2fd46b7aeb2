import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { requireTopics } from '#log/require-topics.js';
import { lockDirectory } from '#log/sqlite/directory-lock.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import type { Config } from '#runtime/config.js';
import { topicSettings } from '#wire/topics.js';
import { type CommonOptions, configFor, warn } from './with-engine.js';
import { requireLog } from './with-readers.js';

/**
 * For commands that read only: the log of the data directory, opened read-only, also while another process
 * works on it.
 */
export async function withLog<T>(options: CommonOptions, work: (log: Log) => Promise<T>): Promise<T> {
  const config = configFor(options);
  const log = readingLog(config);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/**
 * For an act that is one record of the log; no stage runs. On the embedded engine no other process may work.
 */
export async function withWritableLog<T>(options: CommonOptions, work: (log: Log) => Promise<T>): Promise<T> {
  const config = configFor(options);
  const opened = writableLog(config);
  try {
    for (const { message } of await requireTopics(opened.log, topicSettings(config.partitions)))
      warn(message);
    return await work(opened.log);
  } finally {
    await opened.close();
  }
}

function writableLog(config: Config): { log: Log; close: () => Promise<void> } {
  if (config.engine.kind === 'distributed') {
    const log = openLog(config, { clientId: 'tallyline-cli', onWarning: warn });
    return { log, close: () => log.close() };
  }
  const directory = config.dataDirectory;
  const lock = lockDirectory(directory);
  try {
    const log = openSqliteLog({ directory, lock });
    return { log, close: () => log.close().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function readingLog(config: Config): Log {
  if (config.engine.kind === 'embedded') {
    const directory = config.dataDirectory;
    requireLog(directory);
    return openSqliteLog({ directory, readOnly: true });
  }
  return openLog(config, {
    clientId: 'tallyline-cli',
    onWarning: warn,
  });
}
