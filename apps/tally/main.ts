import '#runtime/v8-flags.js';
import { requireCatalogue } from '#catalogue/load.js';
import { hostTopics } from '#log/nest/host-topics.js';
import {
  followWithTally,
  openProcessCatalogue,
  openProcessLog,
  openProcessStore,
  stageObserver,
  watchUnmapped,
} from '#pipeline/engine/process-parts.js';
import { runSumsAudit } from '#pipeline/engine/sums-audit.js';
import { runnableTally } from '#pipeline/engine/stages.js';
import { catalogueHeaders } from '#pipeline/catalogue-service.js';
import { Engine } from '#pipeline/engine/engine.js';
import { NowReader } from '#pipeline/now/now-reader.js';
import { addAnswerHeaders } from '#runtime/nest/answer-headers.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { serverMetrics } from '#runtime/server-metrics.js';
import { KpisModule } from './kpis.module.js';

/** `journal.postings` to live sums under one catalogue, and the KPIs made of them. */
await runProcess('tally', async (context) => {
  const { config, metrics, registry } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const log = await openProcessLog(context, 'tallyline-tally');
  const { store, health } = await openProcessStore(context);
  if (health !== null) serverMetrics(registry, health, Date.now);
  const { inForce } = await openProcessCatalogue(context, log, catalogue);
  const engine = Engine.attach({ log, store, partitions: config.partitions, catalogue: inForce });
  const observer = stageObserver(context, ['tally']);
  const tally = runnableTally({ log, store, catalogues: inForce, observer });
  followWithTally(context, tally);
  watchUnmapped(context, log, async () => engine.now());
  const host = hostTopics(log, [tally], metrics.batches);
  runSumsAudit(context, { log, store, catalogues: inForce, stages: host.stages });
  const kpis = KpisModule.register(
    async () => (await engine.now()).kpis,
    new NowReader(log, Date.now).service(async () => (await engine.now()).lookup),
    Date.now,
  );
  const work = { stages: host.stages, acks: null };
  const app = await workerApp(context, [...host.modules, kpis], work, engine.brandOf);
  addAnswerHeaders(app, ['/v1/programmes/'], () => {
    return catalogueHeaders(engine.catalogues, engine.lookup.catalogue.version);
  });
  return host.connect(app);
});
