import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { Engine } from '#pipeline/engine/engine.js';
import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import type { Config } from '#runtime/config.js';
import { openStore } from '#store/open-store.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Store } from '#store/store.js';
import { CommandError } from './command-error.js';
import { warn } from './with-engine.js';

/** Log and store for reading only: no stage is run and no partition is claimed. */
export async function withReaders<T>(config: Config, work: (engine: Engine) => Promise<T>): Promise<T> {
  const { log, store } = await openReaders(config);
  try {
    const catalogue = await new CatalogueLog(log).catalogueInForce();
    if (catalogue === null)
      throw new CommandError('not-found', 'no catalogue is in force here yet: nothing has worked on it');
    return await work(Engine.attach({ log, store, partitions: config.partitions, catalogue }));
  } finally {
    await store.close();
    await log.close();
  }
}

async function openReaders(config: Config): Promise<{ log: Log; store: Store }> {
  const { dataDirectory: directory, engine } = config;
  switch (engine.kind) {
    case 'embedded':
      for (const file of ['log.db', 'store.db']) {
        if (existsSync(join(directory, file))) continue;
        throw new CommandError(
          'not-found',
          `${directory} holds no data: name the data directory with --data`,
        );
      }
      return {
        log: openSqliteLog({ directory, readOnly: true }),
        store: new SqliteStore({ directory, readOnly: true }),
      };
    case 'distributed':
      return {
        store: (await openStore(config)).store,
        log: openLog(config, { clientId: 'tallyline-cli', onWarning: warn }),
      };
  }
}
