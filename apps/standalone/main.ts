import '#runtime/v8-flags.js';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { intakeAcks, intakeDepsOf } from '#apps/intake/intake-deps.js';
import type { AdherenceService } from '#apps/invoicer/adherence.controller.js';
import type { UnbilledService } from '#apps/invoicer/unbilled.controller.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { requireCatalogue } from '#catalogue/load.js';
import { hostTopics } from '#log/nest/host-topics.js';
import { catalogueHeaders, catalogueService } from '#pipeline/catalogue-service.js';
import { implausibleService } from '#pipeline/close/implausible-work.js';
import { readTrails } from '#pipeline/audit/read-trails.js';
import { proofKey } from '#runtime/proof-key.js';
import { Invoices } from '#pipeline/close/invoices.js';
import { periodService } from '#pipeline/close/period-service.js';
import { requireCustomerKey } from '#pipeline/customer-keys.js';
import { Engine } from '#pipeline/engine/engine.js';
import { NowReader } from '#pipeline/now/now-reader.js';
import {
  followWithTally,
  openProcessCatalogue,
  openProcessLog,
  openProcessStore,
  stageObserver,
  watchUnmapped,
} from '#pipeline/engine/process-parts.js';
import { runCloseSchedule } from '#pipeline/engine/run-close-schedule.js';
import { reloadOnSignal } from '#pipeline/engine/reload-on-signal.js';
import { runEarlyDeliveries } from '#pipeline/engine/run-early-deliveries.js';
import { runSumsAudit } from '#pipeline/engine/sums-audit.js';
import { allStages } from '#pipeline/engine/stages.js';
import { followSecrets } from '#pipeline/intake/secrets.js';
import { openAccess } from '#runtime/access/open-access.js';
import { customerKey } from '#runtime/customer-key.js';
import type { Logger } from '#runtime/logging.js';
import { addAnswerHeaders } from '#runtime/nest/answer-headers.js';
import { whatIfService } from '#pipeline/close/whatif-question.js';
import { httpCertificate, runProcess } from '#runtime/nest/process.js';
import { createHttp } from './http/http.js';

/** Everything in one process: intake, the three stages, KPIs, periods and their close, documentation. */
await runProcess('standalone', async (context) => {
  const { config, logger, metrics, registry, shutdown, version } = context;
  const files = catalogueOrDemo(config.catalogueDirectory, config.isCatalogueNamed, logger);
  const log = await openProcessLog(context, 'tallyline');
  const { store } = await openProcessStore(context);
  const { catalogues, inForce } = await openProcessCatalogue(context, log, files);
  const secrets = followSecrets(inForce, logger);
  const key = customerKey(config);
  await requireCustomerKey(log, key, Date.now);
  const engine = Engine.attach({ log, store, partitions: config.partitions, catalogue: inForce });
  const { deliveryWriter, pipelineView } = engine;
  shutdown.add('producer', 'queue of intake', () => deliveryWriter.drain());

  const { archiveAfterMs } = config;
  const observer = stageObserver(context, ['normalizer', 'meter', 'tally']);
  const stages = allStages({
    log,
    store,
    customerKey: key,
    catalogues: inForce,
    archiveAfterMs,
    observer,
  });
  const [, , tally] = stages;
  followWithTally(context, tally);
  watchUnmapped(context, log, async () => engine.now());
  const host = hostTopics(log, stages, metrics.batches);
  runEarlyDeliveries(context, {
    log,
    lookup: async () => inForce.look(),
    customerKey: key,
    stages: host.stages,
  });
  runSumsAudit(context, { log, store, catalogues: inForce, stages: host.stages });
  const catalogue = catalogueService(
    catalogues,
    () => catalogueOrDemo(config.catalogueDirectory, config.isCatalogueNamed, logger),
    () => engine.lookup.catalogue.version,
  );
  reloadOnSignal(context, catalogue);
  const app = await createHttp({
    certificate: httpCertificate(config),
    intake: intakeDepsOf(config, { log, deliveryWriter, inForce, secrets }),
    catalogue,
    kpis: async () => (await engine.now()).kpis,
    periods: periodService(async () => engine.now(), pipelineView, Date.now),
    invoices: new Invoices(log, engine.catalogues, proofKey(config)),
    now: new NowReader(log, Date.now).service(async () => (await engine.now()).lookup),
    ...reportsOf(engine),
    implausible: implausibleService(log, catalogues),
    trails: async () => readTrails(log, config.access.keysFile),
    pipeline: pipelineView,
    whatIf: whatIfService(log, async () => (await engine.now()).lookup.catalogue),
    stages: host.modules,
    consolePage: join(import.meta.dirname, '../console/page'),
    health: context.monitor({
      stages: host.stages,
      acks: intakeAcks(log, deliveryWriter),
    }),
    access: openAccess(config, logger, engine.brandOf),
    trustedProxies: config.http.trustedProxies,
    registry,
    logger,
    version,
  });
  addAnswerHeaders(app, ['/v1/programmes/', '/v1/contracts/'], () => {
    return catalogueHeaders(catalogues, engine.lookup.catalogue.version);
  });
  runCloseSchedule(context, engine);
  return host.connect(app);
});

/** Reports that are read from the journal when they are asked for. */
function reportsOf(engine: Engine): { unbilled: UnbilledService; adherence: AdherenceService } {
  const common = { lookup: async () => (await engine.now()).lookup, now: Date.now };
  return {
    unbilled: { ...common, read: async (question) => engine.unbilled(question) },
    adherence: { ...common, read: async (question) => engine.adherence(question) },
  };
}

/**
 * A newcomer has no catalogue yet: the demonstration's is served, and a warning says so. A directory that was
 * named must exist.
 */
function catalogueOrDemo(directory: string, isNamed: boolean, logger: Logger): Catalogue {
  if (isNamed || existsSync(directory)) return requireCatalogue(directory);
  const demo = join(import.meta.dirname, '../../../apps/cli/demo/catalogue');
  logger.warn(
    `there is no catalogue in ${directory}: serving the demonstration's, ${relative(process.cwd(), demo)}, whose ` +
      `connections ask for no credentials. docs/catalogue.md says how to write your own`,
  );
  return requireCatalogue(demo);
}
