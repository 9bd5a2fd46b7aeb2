import { refusalCodesByStage } from '#domain/fact/refusal-codes.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { requireCatalogue } from '#catalogue/load.js';
import { BatchTransport } from '#log/nest/batch-transport.js';
import { connectBatches } from '#log/nest/connect-batches.js';
import { readyLog } from '#log/open-log.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import { customerKey } from '#runtime/customer-key.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { normalizerStage } from '#wire/stages.js';
import { topicSettings } from '#wire/topics.js';
import { NormalizerModule } from './normalizer.module.js';

/**
 * `telephony.raw` to `telephony.facts`: each platform's bytes to our facts; what cannot be read is refused.
 */
await runProcess('normalizer', async (context) => {
  const { config, logger, metrics, shutdown } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const lookup = catalogueIndex(catalogue);

  const onWarning = (warning: string) => logger.warn(warning);
  const log = await context.connect('Kafka', () =>
    readyLog(config, topicSettings(config.partitions), {
      clientId: 'tallyline-normalizer',
      onWarning,
      observer: metrics.log,
    }),
  );
  shutdown.add('log', 'log', () => log.close());

  metrics.declareRefusals(normalizerStage.name, refusalCodesByStage.normalizer);
  const normalizer = NormalizerModule.register({
    log,
    connection: (id) => lookup.connection(id),
    platform: (name) => platforms[name],
    outcomes: catalogue.outcomes,
    pseudonym: pseudonymizer(customerKey(config)),
    onWarning: (connection, warning) => metrics.warned(connection, warning),
    onRefused: (refused) => {
      metrics.refused(refused);
      const { id, connection, delivery, row, reason, path } = refused;
      logger.warn({ id, connection, delivery, row, reason, path }, 'refused');
    },
    onDated: (connection, newestAt, receivedAt) => metrics.eventsDated(connection, newestAt, receivedAt),
  });
  const transport = new BatchTransport({ log, subscriptions: [normalizerStage], observer: metrics.batches });
  const app = await workerApp(context, [normalizer], { stages: () => transport.stages(), acks: null });
  connectBatches(app, transport);
  return app;
});
