import '#runtime/v8-flags.js';
import { requireCatalogue } from '#catalogue/load.js';
import { catalogueHeaders } from '#pipeline/catalogue-service.js';
import { readTrails } from '#pipeline/audit/read-trails.js';
import { proofKey } from '#runtime/proof-key.js';
import { Invoices } from '#pipeline/close/invoices.js';
import { periodService } from '#pipeline/close/period-service.js';
import { whatIfService } from '#pipeline/close/whatif-question.js';
import { Engine } from '#pipeline/engine/engine.js';
import { runCloseSchedule } from '#pipeline/engine/run-close-schedule.js';
import { openProcessCatalogue, openProcessLog, openProcessStore } from '#pipeline/engine/process-parts.js';
import { addAnswerHeaders } from '#runtime/nest/answer-headers.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { InvoicerModule } from './invoicer.module.js';

/** Closes periods when they are due, and over HTTP; shows their live amounts. */
await runProcess('invoicer', async (context) => {
  const { config } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const log = await openProcessLog(context, 'tallyline-invoicer');
  const { store } = await openProcessStore(context);
  const { inForce } = await openProcessCatalogue(context, log, catalogue);
  const engine = Engine.attach({ log, store, partitions: config.partitions, catalogue: inForce });
  const invoicer = InvoicerModule.register({
    periods: periodService(async () => engine.now(), engine.pipelineView, Date.now),
    invoices: new Invoices(log, engine.catalogues, proofKey(config)),
    unbilled: {
      lookup: async () => (await engine.now()).lookup,
      read: async (question) => engine.unbilled(question),
      now: Date.now,
    },
    adherence: {
      lookup: async () => (await engine.now()).lookup,
      read: async (question) => engine.adherence(question),
      now: Date.now,
    },
    trails: async () => readTrails(log, config.access.keysFile),
    pipeline: engine.pipelineView,
    whatIf: whatIfService(log, async () => (await engine.now()).lookup.catalogue),
  });
  const app = await workerApp(context, [invoicer], { stages: () => [], acks: null }, engine.brandOf);
  addAnswerHeaders(app, ['/v1/contracts/'], () => {
    return catalogueHeaders(engine.catalogues, engine.lookup.catalogue.version);
  });
  runCloseSchedule(context, engine);
  return app;
});
