import { refusalCodesByStage } from '#domain/fact/refusal-codes.js';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { resolveSecrets } from '#pipeline/intake/secrets.js';
import { periodService } from '#pipeline/close/period-service.js';
import { MeterModule } from '#apps/meter/meter.module.js';
import { NormalizerModule } from '#apps/normalizer/normalizer.module.js';
import { TallyModule } from '#apps/tally/tally.module.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { requireCatalogue } from '#catalogue/load.js';
import { catalogueView } from '#catalogue/view.js';
import { BatchTransport } from '#log/nest/batch-transport.js';
import { connectBatches } from '#log/nest/connect-batches.js';
import { readyLog } from '#log/open-log.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import { customerKey } from '#runtime/customer-key.js';
import type { Logger } from '#runtime/logging.js';
import { type ProcessContext, runProcess } from '#runtime/nest/process.js';
import { readyStore } from '#store/open-store.js';
import type { Log } from '#log/log.js';
import { type Store, storedNext } from '#store/store.js';
import type { RefusedRecord } from '#wire/refused.js';
import { meterStage, normalizerStage, tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { Engine } from '#pipeline/engine/engine.js';
import { createHttp } from './http/http.js';
import { recordCatalogue } from '#pipeline/catalogue-log.js';

/** Everything in one process: intake, the three stages, KPIs, periods and their close, documentation. */
await runProcess('standalone', async (context) => {
  const { config, logger, metrics, registry, shutdown, version } = context;
  const catalogue = catalogueOrDemo(config.catalogueDirectory, config.isCatalogueNamed, logger);
  const secrets = resolveSecrets(catalogue.connections);

  const { log, store } = await openLogAndStore(context);
  await recordCatalogue(log, catalogue);
  const engine = Engine.attach({ log, store, partitions: config.partitions, catalogue });
  const { deliveryWriter, lookup, periods, pipelineView: outside } = engine;
  shutdown.add('producer', 'queue of intake', () => deliveryWriter.drain());

  const tallied = tallyStage(catalogue.version);
  const onRefused = (refused: RefusedRecord) => {
    metrics.refused(refused);
    const { id, stage, connection, delivery, row, reason, path } = refused;
    logger.warn({ id, stage, connection, delivery, row, reason, path }, 'refused');
  };
  metrics.declareRefusals(normalizerStage.name, refusalCodesByStage.normalizer);
  metrics.declareRefusals(meterStage.name, refusalCodesByStage.meter);
  metrics.declareRefusals(tallied.name, refusalCodesByStage.tally);
  const stages = [
    NormalizerModule.register({
      log,
      connection: (id) => lookup.connection(id),
      platform: (name) => platforms[name],
      outcomes: catalogue.outcomes,
      pseudonym: pseudonymizer(customerKey(config)),
      onWarning: (connection, warning) => metrics.warned(connection, warning),
      onRefused,
      onDated: (connection, newestAt, receivedAt) => metrics.eventsDated(connection, newestAt, receivedAt),
    }),
    MeterModule.register({ log, store, onRefused, archiveAfterMs: config.archiveAfterMs }),
    TallyModule.register({
      log,
      store,
      view: catalogueView(lookup),
      onRefused,
      onTallied: (recordedAts) => metrics.tallied(recordedAts),
    }),
  ];
  const stored = [meterStage, tallied].map((stage) => ({
    ...stage,
    storedNext: storedNext(store, stage.keyspace),
  }));
  const subscriptions = [normalizerStage, ...stored];
  const transport = new BatchTransport({ log, subscriptions, observer: metrics.batches });
  const app = await createHttp({
    intake: {
      deliveryWriter,
      connection: (id) => lookup.connection(id),
      secrets: () => secrets,
      clock: Date.now,
      limits: config.intake,
    },
    kpis: engine.kpis,
    periods: periodService(periods, lookup, outside),
    stages,
    health: context.monitor({
      stages: () => transport.stages(),
      acks: { state: () => deliveryWriter.acks(), probe: () => log.bounds(topics.raw.name) },
    }),
    registry,
    logger,
    version,
  });
  connectBatches(app, transport);
  return app;
});

async function openLogAndStore(context: ProcessContext): Promise<{ log: Log; store: Store }> {
  const { config, logger, metrics, shutdown } = context;
  const onWarning = (warning: string) => logger.warn(warning);
  const asLog = { clientId: 'tallyline', onWarning, observer: metrics.log };
  const log = await context.connect('Kafka', () => readyLog(config, topicSettings(config.partitions), asLog));
  shutdown.add('log', 'log', () => log.close());
  const asStore = { onWarning, observer: metrics.store };
  const { store } = await context.connect('Redis', () => readyStore(config, asStore));
  shutdown.add('store', 'store', () => store.close());
  return { log, store };
}

/**
 * A newcomer has no catalogue yet: he gets the demonstration's, and is told so. A directory that was named
 * must be there.
 */
function catalogueOrDemo(directory: string, isNamed: boolean, logger: Logger): Catalogue {
  if (isNamed || existsSync(directory)) return requireCatalogue(directory);
  const demo = join(import.meta.dirname, '../../../apps/cli/demo/catalogue');
  logger.warn(
    `there is no catalogue in ${directory}: serving the demonstration's, ${relative(process.cwd(), demo)}, whose ` +
      `connections ask nobody who he is. docs/catalogue.md says how to write your own`,
  );
  return requireCatalogue(demo);
}
