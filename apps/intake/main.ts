import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { requireCatalogue } from '#catalogue/load.js';
import { openProcessLog } from '#pipeline/engine/process-parts.js';
import { DeliveryWriter } from '#pipeline/intake/delivery-writer.js';
import { resolveSecrets } from '#pipeline/intake/secrets.js';
import { RefusalIndex } from '#pipeline/refusal-index.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { topics } from '#wire/topics.js';
import { IntakeModule } from './intake.module.js';

/** HTTP to `telephony.raw`: authenticates the sender, stores the exact bytes, answers after the log's ack. */
await runProcess('intake', async (context) => {
  const { config, logger, registry, shutdown } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const lookup = catalogueIndex(catalogue);
  const secrets = resolveSecrets(catalogue.connections);
  const log = await openProcessLog(context, 'tallyline-intake');
  const deliveryWriter = new DeliveryWriter(log, Date.now);
  shutdown.add('producer', 'queue of intake', () => deliveryWriter.drain());

  const intake = IntakeModule.register({
    deliveryWriter,
    refusals: new RefusalIndex(log),
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
