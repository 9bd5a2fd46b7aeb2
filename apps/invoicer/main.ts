import { brandsOf } from '#catalogue/brands.js';
import { requireCatalogue } from '#catalogue/load.js';
import { catalogueHeaders } from '#pipeline/catalogue-service.js';
import { periodService } from '#pipeline/close/period-service.js';
import { Periods } from '#pipeline/close/periods.js';
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
  const { catalogues, lookup } = await openProcessCatalogue(context, log, catalogue);
  const periods = new Periods({ log, store, lookup, partitions: config.partitions, catalogues });
  const pipeline = { log, store, catalogueVersion: lookup.catalogue.version };
  const invoicer = InvoicerModule.register(periodService(periods, lookup, pipeline));
  const app = await workerApp(context, [invoicer], { stages: () => [], acks: null }, brandsOf(lookup));
  addAnswerHeaders(app, ['/v1/contracts/'], () => {
    return catalogueHeaders(catalogues, lookup.catalogue.version);
  });
  return app;
});
