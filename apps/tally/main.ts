import { refusalCodesByStage } from '#domain/fact/refusal-codes.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { requireCatalogue } from '#catalogue/load.js';
import { encodeCatalogue } from '#catalogue/version.js';
import { catalogueView } from '#catalogue/view.js';
import { appendUnlessNewest } from '#log/small-topic.js';
import { BatchTransport } from '#log/nest/batch-transport.js';
import { connectBatches } from '#log/nest/connect-batches.js';
import { readyLog } from '#log/open-log.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { serverMetrics } from '#runtime/server-metrics.js';
import { readyStore } from '#store/open-store.js';
import { storedNext } from '#store/store.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { kpiReader } from '#pipeline/tally/kpi-reader.js';
import { KpisModule } from './kpis.module.js';
import { TallyModule } from './tally.module.js';

/** `journal.postings` to live sums under one catalogue, and the KPIs made of them. */
await runProcess('tally', async (context) => {
  const { config, logger, metrics, registry, shutdown } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const lookup = catalogueIndex(catalogue);
  const stage = tallyStage(catalogue.version);

  const onWarning = (warning: string) => logger.warn(warning);
  const log = await context.connect('Kafka', () =>
    readyLog(config, topicSettings(config.partitions), {
      clientId: 'tallyline-tally',
      onWarning,
      observer: metrics.log,
    }),
  );
  shutdown.add('log', 'log', () => log.close());
  const { store, health } = await context.connect('Redis', () =>
    readyStore(config, { onWarning, observer: metrics.store }),
  );
  shutdown.add('store', 'store', () => store.close());
  if (health !== null) serverMetrics(registry, health, Date.now);
  await appendUnlessNewest(log, topics.catalogue.name, catalogue.version, encodeCatalogue(catalogue));

  metrics.declareRefusals(stage.name, refusalCodesByStage.tally);
  const tally = TallyModule.register({
    log,
    store,
    view: catalogueView(lookup),
    onRefused: (refused) => {
      metrics.refused(refused);
      logger.warn({ id: refused.id, from: refused.from, reason: refused.reason }, 'refused');
    },
    onTallied: (recordedAts) => metrics.tallied(recordedAts),
  });
  const kpis = KpisModule.register(kpiReader(store, lookup, config.partitions), Date.now);
  const transport = new BatchTransport({
    log,
    subscriptions: [{ ...stage, storedNext: storedNext(store, stage.keyspace) }],
    observer: metrics.batches,
  });
  const app = await workerApp(context, [tally, kpis], { stages: () => transport.stages(), acks: null });
  connectBatches(app, transport);
  return app;
});
