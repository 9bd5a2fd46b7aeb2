import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { requireCatalogue } from '#catalogue/load.js';
import { readyLog } from '#log/open-log.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { topics, topicSettings } from '#wire/topics.js';
import { DeliveryWriter } from '#pipeline/intake/delivery-writer.js';
import { IntakeModule } from './intake.module.js';
import { resolveSecrets } from '#pipeline/intake/secrets.js';

/** HTTP to `telephony.raw`: authenticates the sender, stores the exact bytes, answers after the log's ack. */
await runProcess('intake', async (context) => {
  const { config, logger, metrics, registry, shutdown } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const lookup = catalogueIndex(catalogue);
  const secrets = resolveSecrets(catalogue.connections);

  const onWarning = (warning: string) => logger.warn(warning);
  const log = await context.connect('Kafka', () =>
    readyLog(config, topicSettings(config.partitions), {
      clientId: 'tallyline-intake',
      onWarning,
      observer: metrics.log,
    }),
  );
  shutdown.add('log', 'log', () => log.close());
  const deliveryWriter = new DeliveryWriter(log, Date.now);
  shutdown.add('producer', 'queue of intake', () => deliveryWriter.drain());

  const intake = IntakeModule.register({
    deliveryWriter,
    connection: (id) => lookup.connection(id),
    secrets: () => secrets,
    clock: Date.now,
    limits: config.intake,
    registry,
    logger,
  });
  const acks = { state: () => deliveryWriter.acks(), probe: () => log.bounds(topics.raw.name) };
  return workerApp(context, [intake], { stages: () => [], acks });
});
