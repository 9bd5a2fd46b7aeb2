import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type LogAndStore, openEmbedded, openEmbeddedReaders } from '#pipeline/engine/embedded.js';
import { Engine, type EngineParts } from '#pipeline/engine/engine.js';
import { CatalogueLog, catalogueAtStart } from '#pipeline/catalogue-log.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { requireCatalogue } from '#catalogue/load.js';
import { openLog } from '#log/open-log.js';
import { DirectoryInUse } from '#log/sqlite/directory-lock.js';
import { requireTopics } from '#log/require-topics.js';
import { type Config, readConfig } from '#runtime/config.js';
import { customerKey } from '#runtime/customer-key.js';
import { openStore } from '#store/open-store.js';
import { topicSettings } from '#wire/topics.js';
import { CommandError } from './command-error.js';

export interface CommonOptions {
  readonly data?: string;
  readonly catalogue?: string;
  readonly json?: boolean;
  /** Seconds; where the stages run in other processes. */
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
      'catalogue to read as of, though another one is in force; default: the one in force',
    )
    .option('--json', 'print JSON instead of text, errors included')
    .addOption(widthOption())
    .option(
      '--timeout <seconds>',
      'on Kafka, or beside a running server: how long to wait for a stage that does not progress; default: 60',
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
 * `read`: nothing is changed, so another catalogue than the one in force may be named, to look at it, and
 * another process may work on the data directory: its stages count then, and this one waits for them. `work`:
 * only under the one in force; the first work on an empty log puts its catalogue in force.
 */
export type EngineUse = 'read' | 'work';

/**
 * An engine for as long as `work` takes: its stages run here on the data directory, or, where Kafka and Redis
 * are set, in the processes that run there.
 */
export async function withEngine<T>(
  options: CommonOptions,
  use: EngineUse,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const config = configFor(options);
  switch (config.engine.kind) {
    case 'embedded':
      return withStages(options, use, config, work);
    case 'distributed':
      return withAttached(options, use, config, work);
  }
}

async function withStages<T>(
  options: CommonOptions,
  use: EngineUse,
  config: Config,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const isNew = !existsSync(join(config.dataDirectory, 'log.db'));
  const files = filesFor(options, config, isNew);
  const warned = new Set<string>();
  const opened = openUnlessInUse(config.dataDirectory, use);
  if (opened === null) return withRunning(options, files, config, work);
  const { log, store, close } = opened;
  try {
    await requireTopics(log, topicSettings(config.partitions));
    const engine = await Engine.start({
      log,
      store,
      partitions: config.partitions,
      ...(await catalogueFor(options, use, files, new CatalogueLog(log))),
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

/** Null: another process works on the directory, and it is to be read only. */
function openUnlessInUse(directory: string, use: EngineUse): LogAndStore | null {
  try {
    return openEmbedded(directory);
  } catch (error) {
    if (use === 'read' && error instanceof DirectoryInUse) return null;
    throw error;
  }
}

/** Beside the process that works on the data directory. */
async function withRunning<T>(
  options: CommonOptions,
  files: Catalogue | null,
  config: Config,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const { log, store, close } = openEmbeddedReaders(config.dataDirectory);
  try {
    const catalogues = await catalogueFor(options, 'read', files, new CatalogueLog(log));
    const stallTimeoutMs = stallTimeout(options);
    return await work(
      Engine.attach({ log, store, partitions: config.partitions, ...catalogues, stallTimeoutMs }),
    );
  } finally {
    await close();
  }
}

function stallTimeout({ timeout: seconds = 60 }: CommonOptions): number {
  return seconds * 1_000;
}

async function withAttached<T>(
  options: CommonOptions,
  use: EngineUse,
  config: Config,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const files = filesFor(options, config, false);
  const log = openLog(config, { clientId: 'tallyline-cli', onWarning: warn });
  try {
    for (const { message } of await requireTopics(log, topicSettings(config.partitions))) warn(message);
    const { store } = await openStore(config);
    try {
      const catalogues = await catalogueFor(options, use, files, new CatalogueLog(log));
      const stallTimeoutMs = stallTimeout(options);
      const engine = Engine.attach({
        log,
        store,
        partitions: config.partitions,
        ...catalogues,
        stallTimeoutMs,
      });
      return await work(engine);
    } finally {
      await store.close();
    }
  } finally {
    await log.close();
  }
}

/** What --catalogue names, else what is in the directory of the settings; null: that does not exist. */
function filesFor(options: CommonOptions, config: Config, isNeeded: boolean): Catalogue | null {
  const { catalogueDirectory } = config;
  const isThere = isNeeded || options.catalogue !== undefined || existsSync(catalogueDirectory);
  return isThere ? requireCatalogue(catalogueDirectory) : null;
}

/** What a command works under; where files and what is in force differ, it says so. */
async function catalogueFor(
  { catalogue: named }: CommonOptions,
  use: EngineUse,
  read: Catalogue | null,
  catalogues: CatalogueLog,
): Promise<Pick<EngineParts, 'catalogue' | 'asOf'>> {
  const files = read === null ? null : await catalogues.asApplied(read);
  const inForce = await catalogues.catalogueInForce();
  if (inForce === null) {
    if (files === null) throw new CommandError('bad-configuration', noCatalogue);
    if (use === 'work') await catalogueAtStart(catalogues, files, Date.now());
    return { catalogue: files };
  }
  if (files === null || files.version === inForce.version) return { catalogue: inForce };
  const differ = `catalogue ${inForce.version} is in force, the files say ${files.version}`;
  if (named === undefined) {
    warn(`${differ}: \`tallyline catalogue apply\` puts them in force`);
    return { catalogue: inForce };
  }
  const advice = `put it in force with \`tallyline catalogue apply ${named}\`, or leave --catalogue out`;
  if (use === 'work') throw new CommandError('catalogue-not-in-force', `${differ}: ${advice}`);
  warn(`${differ}: what follows is as of ${files.version}, which is not in force`);
  return { catalogue: inForce, asOf: files };
}

const noCatalogue = 'no catalogue is in force yet, and there are no files: name a directory with --catalogue';

export function warn(text: string): void {
  process.stderr.write(`warning: ${text}\n`);
}
