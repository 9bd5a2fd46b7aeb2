import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { openEmbedded } from '#apps/standalone/embedded.js';
import { Engine } from '#apps/standalone/engine.js';
import { recordedCatalogues } from '#apps/standalone/recorded-catalogue.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { formatFault } from '#catalogue/fault.js';
import { loadCatalogue } from '#catalogue/load.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { type Config, readConfig } from '#runtime/config.js';
import { customerKey } from '#runtime/customer-key.js';
import { exitCode, Failure } from './exit.js';

export interface CommonOptions {
  readonly data?: string;
  readonly catalogue?: string;
  readonly json?: boolean;
}

/** Options that every command has. */
export function common(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory (or TALLYLINE_DATA; default ./data)')
    .option(
      '--catalogue <dir>',
      'catalogue directory (or TALLYLINE_CATALOGUE; default: the one last used with the data)',
    )
    .option('--json', 'print JSON');
}

/** Runs the engine on the data directory for as long as `work` takes. */
export async function withEngine<T>(
  options: CommonOptions,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const config = readConfig({ TALLYLINE_DATA: options.data, TALLYLINE_CATALOGUE: options.catalogue });
  const catalogue = await catalogueFor(options, config);
  const warned = new Set<string>();
  const { log, store, close } = openEmbedded(config.dataDirectory);
  try {
    const engine = await Engine.start({
      log,
      store,
      partitions: config.partitions,
      catalogue,
      customerKey: customerKey(config),
      onWarning: (connection, { field, value }) => {
        const text = `${connection}: ${field}: ${value}`;
        if (!warned.has(text)) process.stderr.write(`warning: ${text}\n`);
        warned.add(text);
      },
      onRefused: () => undefined,
    });
    try {
      return await work(engine);
    } finally {
      await engine.stop();
    }
  } finally {
    await close();
  }
}

/**
 * The directory named or set, or ./catalogue; where there is none, the catalogue the data was last used with.
 */
async function catalogueFor(options: CommonOptions, config: Config): Promise<Catalogue> {
  if (options.catalogue === undefined && !existsSync(config.catalogueDirectory)) {
    const recorded = await newestRecorded(config.dataDirectory);
    if (recorded !== null) return recorded;
  }
  const loaded = loadCatalogue(config.catalogueDirectory);
  if ('catalogue' in loaded) return loaded.catalogue;
  const faults = loaded.faults.map((fault) => `  ${formatFault(fault)}`).join('\n');
  throw new Failure(exitCode.configuration, `the catalogue has ${loaded.faults.length} fault(s):\n${faults}`);
}

async function newestRecorded(directory: string): Promise<Catalogue | null> {
  if (!existsSync(join(directory, 'log.db'))) return null;
  const log = openSqliteLog({ directory, readOnly: true });
  try {
    return (await recordedCatalogues(log)).at(-1) ?? null;
  } finally {
    await log.close();
  }
}
