import '#runtime/v8-flags.js';
import { hostTopics } from '#log/nest/host-topics.js';
import { openProcessLog, openProcessStore, stageObserver } from '#pipeline/engine/process-parts.js';
import { runnableMeter } from '#pipeline/engine/stages.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { serverMetrics } from '#runtime/server-metrics.js';

/** `telephony.facts` to `journal.postings`: folds the facts of an entity into signed postings. */
await runProcess('meter', async (context) => {
  const { config, metrics, registry } = context;
  requireDistributed(config);
  const log = await openProcessLog(context, 'tallyline-meter');
  const { store, health } = await openProcessStore(context);
  if (health !== null) serverMetrics(registry, health, Date.now);
  const observer = stageObserver(context, ['meter']);
  const meter = runnableMeter({ log, store, archiveAfterMs: config.archiveAfterMs, observer });
  const host = hostTopics(log, [meter], metrics.batches);
  return host.connect(await workerApp(context, host.modules, { stages: host.stages, acks: null }));
});
