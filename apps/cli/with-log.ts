import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { type Config, readConfig } from '#runtime/config.js';
import { exitCode, Failure } from './exit.js';
import type { CommonOptions } from './with-engine.js';

/**
 * For commands that only look: the log of the data directory for reading alone, also while another process
 * works on it. Nothing can be written, by construction.
 */
export async function withLog<T>(options: CommonOptions, work: (log: Log) => Promise<T>): Promise<T> {
  const config = readConfig({ TALLYLINE_DATA: options.data, TALLYLINE_CATALOGUE: options.catalogue });
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
      throw new Failure(exitCode.notFound, `${directory} holds no data: name another directory with --data`);
    }
    return openSqliteLog({ directory, readOnly: true });
  }
  return openLog(config, {
    clientId: 'tallyline-cli',
    onWarning: (message) => process.stderr.write(`warning: ${message}\n`),
  });
}
