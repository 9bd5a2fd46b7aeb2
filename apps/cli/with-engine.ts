import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { Engine } from '#pipeline/engine/engine.js';
import { recordedCatalogues } from '#pipeline/catalogue-log.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { requireCatalogue } from '#catalogue/load.js';
import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { requireTopics } from '#log/require-topics.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { type Config, readConfig } from '#runtime/config.js';
import { customerKey } from '#runtime/customer-key.js';
import { openStore } from '#store/open-store.js';
import { topicSettings } from '#wire/topics.js';
import { CommandError } from './command-error.js';

export interface CommonOptions {
  readonly data?: string;
  readonly catalogue?: string;
  readonly json?: boolean;
  /** Seconds; on Kafka and Redis only. */
  readonly timeout?: number;
  /** Characters. */
  readonly width?: number;
}

/** Options of a command that reads or changes the data, after its own ones. */
export function withDataOptions(command: Command): Command {
  return command
    .optionsGroup('Options of every command on the data:')
    .option('--data <directory>', 'data directory; default: TALLYLINE_DATA, else ./data')
    .option(
      '--catalogue <directory>',
      'catalogue directory; default: TALLYLINE_CATALOGUE, else ./catalogue, else the one last used with the data',
    )
    .option('--json', 'print JSON instead of text, errors included')
    .addOption(widthOption())
    .option(
      '--timeout <seconds>',
      'on Kafka: how long to wait for a stage that does not progress; default: 60',
      timeout,
    );
}

export function widthOption(): Option {
  return new Option(
    '--width <characters>',
    'longest line of tables; default: the width of the terminal, no limit where the output is no terminal',
  ).argParser(width);
}

function timeout(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new CommandError('wrong-arguments', `--timeout: '${text}' is no time: give seconds above 0`);
}

function width(text: string): number {
  if (/^\d{2,4}$/.test(text) && Number(text) >= 20) return Number(text);
  throw new CommandError(
    'wrong-arguments',
    `--width: '${text}' is no width: give characters from 20 to 9999`,
  );
}

/** Characters that a line of the output may have. */
export function outputWidth({ width: given }: Pick<CommonOptions, 'width'>): number {
  if (given !== undefined) return given;
  return process.stdout.isTTY ? process.stdout.columns : Infinity;
}

export function configFor(options: CommonOptions): Config {
  return readConfig({ TALLYLINE_DATA: options.data, TALLYLINE_CATALOGUE: options.catalogue });
}

/**
 * An engine for as long as `work` takes: its stages run here on the data directory, or, where Kafka and Redis
 * are set, in the processes that run there.
 */
export async function withEngine<T>(
  options: CommonOptions,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const config = configFor(options);
  switch (config.engine.kind) {
    case 'embedded':
      return withStages(options, config, work);
    case 'distributed':
      return withAttached(options, config, work);
  }
}

async function withStages<T>(
  options: CommonOptions,
  config: Config,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const catalogue = await catalogueFor(options, config, async () => newestOnDisk(config.dataDirectory));
  const warned = new Set<string>();
  const { log, store, close } = openEmbedded(config.dataDirectory);
  try {
    const engine = await Engine.start({
      log,
      store,
      partitions: config.partitions,
      catalogue,
      customerKey: customerKey(config),
      onWarning: (connection, { code, field, value }) => {
        const text = `${connection}: ${field}: ${code}${value === null ? '' : ` (${value})`}`;
        if (!warned.has(text)) warn(text);
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

async function withAttached<T>(
  options: CommonOptions,
  config: Config,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const log = openLog(config, { clientId: 'tallyline-cli', onWarning: warn });
  try {
    for (const { message } of await requireTopics(log, topicSettings(config.partitions))) warn(message);
    const { store } = await openStore(config);
    try {
      const catalogue = await catalogueFor(options, config, async () => newestRecorded(log));
      const stallTimeoutMs = (options.timeout ?? 60) * 1_000;
      const engine = Engine.attach({ log, store, partitions: config.partitions, catalogue, stallTimeoutMs });
      return await work(engine);
    } finally {
      await store.close();
    }
  } finally {
    await log.close();
  }
}

/**
 * The directory named or set, or ./catalogue; where there is none, the catalogue the data was last used with.
 */
async function catalogueFor(
  options: CommonOptions,
  config: Config,
  newest: () => Promise<Catalogue | null>,
): Promise<Catalogue> {
  if (options.catalogue === undefined && !existsSync(config.catalogueDirectory)) {
    const recorded = await newest();
    if (recorded !== null) return recorded;
  }
  return requireCatalogue(config.catalogueDirectory);
}

async function newestOnDisk(directory: string): Promise<Catalogue | null> {
  if (!existsSync(join(directory, 'log.db'))) return null;
  const log = openSqliteLog({ directory, readOnly: true });
  try {
    return await newestRecorded(log);
  } finally {
    await log.close();
  }
}

export async function newestRecorded(log: Log): Promise<Catalogue | null> {
  return (await recordedCatalogues(log)).at(-1) ?? null;
}

export function warn(text: string): void {
  process.stderr.write(`warning: ${text}\n`);
}
