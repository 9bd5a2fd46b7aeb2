import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { refusalCodesByStage } from '#domain/fact/refusal-codes.js';
import type { Log } from '#log/log.js';
import { readyLog } from '#log/open-log.js';
import { CatalogueLog, catalogueAtStart } from '#pipeline/catalogue-log.js';
import { stopCode } from '#runtime/metrics.js';
import type { ProcessContext } from '#runtime/process-context.js';
import { type OpenedStore, readyStore } from '#store/open-store.js';
import { RecentHeld } from '#pipeline/close/recent-held.js';
import { unmappedWork } from '#pipeline/tally/unmapped-work.js';
import { RepeatedLines } from '#runtime/repeated-lines.js';
import type { Actor } from '#wire/period-acts.js';
import type { Stage } from '#wire/stages.js';
import { topicSettings } from '#wire/topics.js';
import { CatalogueInForce, follow } from './catalogue-in-force.js';
import type { Readers } from './engine.js';
import type { RunnableTally, StageObserver } from './stages.js';

/** The log of a process, with all topics in place; closed when the process shuts down. */
export async function openProcessLog(context: ProcessContext, clientId: string): Promise<Log> {
  const { config, logger, metrics, shutdown } = context;
  const options = { clientId, onWarning: (text: string) => logger.warn(text), observer: metrics.log };
  const topics = topicSettings(config.partitions);
  const log = await context.connect('Kafka', () => readyLog(config, topics, options));
  shutdown.add('log', 'log', () => log.close());
  return log;
}

const lookEveryMs = 1_000;

/** What a process works under, and the acts by which catalogues come into force. */
export interface ProcessCatalogue {
  readonly catalogues: CatalogueLog;
  /** What is in force; looked at now and then, and where it has to be known. */
  readonly inForce: CatalogueInForce;
}

/**
 * The catalogue in force. The files of the process are put in force where none is yet; otherwise they are
 * only compared with it, and a line says where they differ. `author`: puts changed files in force at once;
 * null: that is for `tallyline catalogue apply`.
 */
export async function openProcessCatalogue(
  { config, logger, shutdown }: Pick<ProcessContext, 'config' | 'logger' | 'shutdown'>,
  log: Log,
  files: Catalogue,
): Promise<ProcessCatalogue> {
  const catalogues = new CatalogueLog(log);
  const { catalogueAuthor: author } = config;
  if (author !== null) {
    const since = await catalogues.inForce();
    const actor: Actor = { name: author, via: 'process', address: null };
    const act = { author, reason: 'changed files at the start of a process', at: Date.now(), actor };
    if (since !== null) await catalogues.apply(files, act, since);
  }
  const { catalogue, entry, files: standing } = await catalogueAtStart(catalogues, files, Date.now());
  const { version, number } = entry;
  switch (standing) {
    case 'first':
      logger.info(
        { catalogue: version },
        'put the catalogue of the files in force: it is the first of this log',
      );
      break;
    case 'same':
      logger.info({ catalogue: version, entry: number, author: entry.author }, 'catalogue in force');
      break;
    case 'differs':
      logger.warn(
        { catalogue: version, files: files.version },
        `catalogue ${version} is in force, the files say ${files.version}: this process works under the one in ` +
          'force; `tallyline catalogue apply` puts the files in force',
      );
  }
  const inForce = new CatalogueInForce(catalogues, catalogueIndex(catalogue), (lookup) => {
    logger.info(
      { catalogue: lookup.catalogue.version },
      'another catalogue is in force now: working under it',
    );
  });
  const following = follow(
    async () => {
      await inForce.look();
      return false;
    },
    lookEveryMs,
    (error) => logger.warn({ err: error }, 'cannot look which catalogue is in force; tried again'),
  );
  shutdown.add('producer', 'look at the catalogue in force', async () => following.stop());
  return { catalogues, inForce };
}

/** The store of a process; closed when the process shuts down. */
export async function openProcessStore(context: ProcessContext): Promise<OpenedStore> {
  const { config, logger, metrics, shutdown } = context;
  const options = { onWarning: (text: string) => logger.warn(text), observer: metrics.store };
  const opened = await context.connect('Redis', () => readyStore(config, options));
  shutdown.add('store', 'store', () => opened.store.close());
  return opened;
}

/** Has the tally of a process take over what is put in force, until it shuts down. */
export function followWithTally(
  { logger, metrics, shutdown }: Pick<ProcessContext, 'logger' | 'metrics' | 'shutdown'>,
  { handler }: RunnableTally,
): void {
  metrics.watchRecounts(() => handler.leftToRecount());
  const following = follow(
    async () => handler.takeOver(),
    lookEveryMs,
    (error) => {
      metrics.recountFailed();
      logger.error({ err: error }, 'the tally cannot take over the catalogue in force; tried again');
    },
  );
  shutdown.add('stages', 'takeover of the catalogue in force', async () => following.stop());
}

/**
 * Says in the metrics what the catalogue does not place, and what is held as implausible, until the process
 * shuts down.
 */
export function watchUnmapped(
  { logger, metrics, shutdown }: Pick<ProcessContext, 'logger' | 'metrics' | 'shutdown'>,
  log: Log,
  now: () => Promise<Pick<Readers, 'kpis' | 'lookup'>>,
): void {
  const recent = new RecentHeld(log);
  const following = follow(
    async () => {
      const { kpis, lookup } = await now();
      const programmes = lookup.catalogue.programmes.map(({ id }) => id);
      const { implausible, ...unmapped } = await unmappedWork(kpis, programmes, Date.now());
      metrics.unmapped(unmapped);
      metrics.implausible(implausible + (await recent.look(lookup, Date.now())));
      return false;
    },
    unmappedEveryMs,
    (error) => logger.warn({ err: error }, 'cannot look for unmapped work; tried again'),
  );
  shutdown.add('stages', 'look for unmapped work', async () => following.stop());
}

const unmappedEveryMs = 60_000;

/** Metrics and log lines of what the stages of a process report. */
export function stageObserver(
  { metrics, logger }: Pick<ProcessContext, 'metrics' | 'logger'>,
  stages: readonly Stage['name'][],
): StageObserver {
  for (const stage of stages) metrics.declareRefusals(stage, refusalCodesByStage[stage]);
  const lines = new RepeatedLines(Date.now);
  return {
    onRefused: (refused) => {
      metrics.refused(refused);
      const { id, stage, from, connection, delivery, row, reason, path } = refused;
      lines.add(
        () => logger.warn({ id, stage, from, connection, delivery, row, reason, path }, 'refused'),
        (left) => logger.warn({ refused: left }, 'more were refused; tallyline refused list has all'),
      );
    },
    onParked: (stage, partition, counts) => metrics.parked(stage, partition, counts),
    onStopped: ({ stage, topic, partition }, cause) => {
      logger.error(
        { stage, topic, partition, code: stopCode(cause), err: cause },
        `partition stopped: ${cause.message}`,
      );
    },
    onWarning: (connection, warning) => metrics.warned(connection, warning),
    onDated: (connection, newestAt, receivedAt) => metrics.eventsDated(connection, newestAt, receivedAt),
    onTallied: (recordedAts) => metrics.tallied(recordedAts),
  };
}
