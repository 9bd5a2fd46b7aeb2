import { refusalCodesByStage } from '#domain/fact/refusal-codes.js';
import { BatchTransport } from '#log/nest/batch-transport.js';
import { connectBatches } from '#log/nest/connect-batches.js';
import { readyLog } from '#log/open-log.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { serverMetrics } from '#runtime/server-metrics.js';
import { readyStore } from '#store/open-store.js';
import { storedNext } from '#store/store.js';
import { meterStage } from '#wire/stages.js';
import { topicSettings } from '#wire/topics.js';
import { MeterModule } from './meter.module.js';

/** `telephony.facts` to `journal.postings`: folds the facts of an entity into signed postings. */
await runProcess('meter', async (context) => {
  const { config, logger, metrics, registry, shutdown } = context;
  requireDistributed(config);

  const onWarning = (warning: string) => logger.warn(warning);
  const log = await context.connect('Kafka', () =>
    readyLog(config, topicSettings(config.partitions), {
      clientId: 'tallyline-meter',
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

  metrics.declareRefusals(meterStage.name, refusalCodesByStage.meter);
  const meter = MeterModule.register({
    log,
    store,
    archiveAfterMs: config.archiveAfterMs,
    onRefused: (refused) => {
      metrics.refused(refused);
      logger.warn({ id: refused.id, from: refused.from, reason: refused.reason }, 'refused');
    },
  });
  const transport = new BatchTransport({
    log,
    subscriptions: [{ ...meterStage, storedNext: storedNext(store, meterStage.keyspace) }],
    observer: metrics.batches,
  });
  const app = await workerApp(context, [meter], { stages: () => transport.stages(), acks: null });
  connectBatches(app, transport);
  return app;
});
