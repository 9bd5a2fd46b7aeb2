import '#runtime/v8-flags.js';
import { requireCatalogue } from '#catalogue/load.js';
import { openProcessCatalogue, openProcessLog } from '#pipeline/engine/process-parts.js';
import { DeliveryWriter } from '#pipeline/intake/delivery-writer.js';
import { followSecrets } from '#pipeline/intake/secrets.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { intakeAcks, intakeDepsOf } from './intake-deps.js';
import { IntakeModule } from './intake.module.js';

/** HTTP to `telephony.raw`: authenticates the sender, stores the exact bytes, answers after the log's ack. */
await runProcess('intake', async (context) => {
  const { config, logger, registry, shutdown } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const log = await openProcessLog(context, 'tallyline-intake');
  const { inForce } = await openProcessCatalogue(context, log, catalogue);
  const secrets = followSecrets(inForce, logger);
  const deliveryWriter = new DeliveryWriter(log, Date.now);
  shutdown.add('producer', 'queue of intake', () => deliveryWriter.drain());

  const intake = IntakeModule.register({
    ...intakeDepsOf(config, { log, deliveryWriter, inForce, secrets }),
    registry,
    logger,
  });
  return workerApp(context, [intake], { stages: () => [], acks: intakeAcks(log, deliveryWriter) });
});
