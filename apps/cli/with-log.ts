import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import type { Config } from '#runtime/config.js';
import { CommandError } from './command-error.js';
import { type CommonOptions, configFor, warn } from './with-engine.js';

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

function readingLog(config: Config): Log {
  if (config.engine.kind === 'embedded') {
    const directory = config.dataDirectory;
    if (!existsSync(join(directory, 'log.db'))) {
      throw new CommandError('not-found', `${directory} holds no data: name the data directory with --data`);
    }
    return openSqliteLog({ directory, readOnly: true });
  }
  return openLog(config, {
    clientId: 'tallyline-cli',
    onWarning: warn,
  });
}
