import '#runtime/v8-flags.js';
import { requireCatalogue } from '#catalogue/load.js';
import { hostTopics } from '#log/nest/host-topics.js';
import { openProcessCatalogue, openProcessLog, stageObserver } from '#pipeline/engine/process-parts.js';
import { requireCustomerKey } from '#pipeline/customer-keys.js';
import { runEarlyDeliveries } from '#pipeline/engine/run-early-deliveries.js';
import { runnableNormalizer } from '#pipeline/engine/stages.js';
import { customerKey } from '#runtime/customer-key.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';

/**
 * `telephony.raw` to `telephony.facts`: each platform's bytes to our facts; what cannot be read is refused.
 */
await runProcess('normalizer', async (context) => {
  const { config, metrics } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const log = await openProcessLog(context, 'tallyline-normalizer');
  const { inForce } = await openProcessCatalogue(context, log, catalogue);
  const key = customerKey(config);
  await requireCustomerKey(log, key, Date.now);
  const observer = stageObserver(context, ['normalizer']);
  const normalizer = runnableNormalizer({ log, catalogues: inForce, customerKey: key, observer });
  const host = hostTopics(log, [normalizer], metrics.batches);
  runEarlyDeliveries(context, {
    log,
    lookup: async () => inForce.look(),
    customerKey: key,
    stages: host.stages,
  });
  return host.connect(await workerApp(context, host.modules, { stages: host.stages, acks: null }));
});
