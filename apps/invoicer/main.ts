import '#runtime/v8-flags.js';
import { requireCatalogue } from '#catalogue/load.js';
import { catalogueHeaders } from '#pipeline/catalogue-service.js';
import { periodService } from '#pipeline/close/period-service.js';
import { Engine } from '#pipeline/engine/engine.js';
import { openProcessCatalogue, openProcessLog, openProcessStore } from '#pipeline/engine/process-parts.js';
import { addAnswerHeaders } from '#runtime/nest/answer-headers.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { InvoicerModule } from './invoicer.module.js';

/** Live amounts and the close of periods, over HTTP. Nothing closes by itself. */
await runProcess('invoicer', async (context) => {
  const { config } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const log = await openProcessLog(context, 'tallyline-invoicer');
  const { store } = await openProcessStore(context);
  const { inForce } = await openProcessCatalogue(context, log, catalogue);
  const engine = Engine.attach({ log, store, partitions: config.partitions, catalogue: inForce });
  const invoicer = InvoicerModule.register(
    periodService(async () => engine.now(), engine.pipelineView),
    {
      lookup: async () => (await engine.now()).lookup,
      read: async (question) => engine.unbilled(question),
      now: Date.now,
    },
  );
  const app = await workerApp(context, [invoicer], { stages: () => [], acks: null }, engine.brandOf);
  addAnswerHeaders(app, ['/v1/contracts/'], () => {
    return catalogueHeaders(engine.catalogues, engine.lookup.catalogue.version);
  });
  return app;
});
