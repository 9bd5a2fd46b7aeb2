import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import {
  type LogAndStore,
  logAndStore,
  openEmbedded,
  openEmbeddedReaders,
} from '#pipeline/engine/embedded.js';
import { Engine } from '#pipeline/engine/engine.js';
import { openLog } from '#log/open-log.js';
import { requireTopics } from '#log/require-topics.js';
import type { Config } from '#runtime/config.js';
import { openStore } from '#store/open-store.js';
import { topicSettings } from '#wire/topics.js';
import { CommandError } from './command-error.js';
import { warn } from './with-engine.js';

/** Log and store for reading only: no stage is run and no partition is claimed. */
export async function withReaders<T>(config: Config, work: (engine: Engine) => Promise<T>): Promise<T> {
  return withParts(config, await openReaders(config), work);
}

/**
 * Log and store for an act that changes them; no stage is run. Beside running processes on Kafka and Redis;
 * on the embedded engine no other process may work.
 */
export async function withWriters<T>(config: Config, work: (engine: Engine) => Promise<T>): Promise<T> {
  const { engine, dataDirectory } = config;
  const parts = engine.kind === 'embedded' ? openExisting(dataDirectory) : await openReaders(config);
  return withParts(config, parts, async (attached) => {
    for (const { message } of await requireTopics(parts.log, topicSettings(config.partitions))) warn(message);
    return work(attached);
  });
}

async function withParts<T>(
  { partitions }: Config,
  { log, store, close }: LogAndStore,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  try {
    const catalogue = await new CatalogueLog(log).catalogueInForce();
    if (catalogue === null)
      throw new CommandError('not-found', 'no catalogue is in force here yet: nothing has worked on it');
    return await work(Engine.attach({ log, store, partitions, catalogue }));
  } finally {
    await close();
  }
}

function openExisting(directory: string): LogAndStore {
  requireData(directory);
  return openEmbedded(directory);
}

function requireData(directory: string): void {
  requireLog(directory);
  if (existsSync(join(directory, 'store.db'))) return;
  throw new CommandError(
    'not-found',
    `${directory} has a log and no store (store.db): put a copy back (tallyline restore), or start a process on it, such as ` +
      'npm start, which makes the store again from the log',
  );
}

/** Throws `not-found`. */
export function requireLog(directory: string): void {
  if (existsSync(join(directory, 'log.db'))) return;
  throw new CommandError('not-found', `${directory} holds no data: name the data directory with --data`);
}

async function openReaders(config: Config): Promise<LogAndStore> {
  const { dataDirectory: directory, engine } = config;
  switch (engine.kind) {
    case 'embedded': {
      requireData(directory);
      return openEmbeddedReaders(directory);
    }
    case 'distributed': {
      const { store } = await openStore(config);
      const log = openLog(config, { clientId: 'tallyline-cli', onWarning: warn });
      return logAndStore(log, store);
    }
  }
}
