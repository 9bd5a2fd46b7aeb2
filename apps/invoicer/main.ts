import { brandsOf } from '#catalogue/brands.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { requireCatalogue } from '#catalogue/load.js';
import { recordCatalogue } from '#pipeline/catalogue-log.js';
import { periodService } from '#pipeline/close/period-service.js';
import { Periods } from '#pipeline/close/periods.js';
import { openProcessLog, openProcessStore } from '#pipeline/engine/process-parts.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { InvoicerModule } from './invoicer.module.js';

/** Live amounts and the close of periods, over HTTP. Nothing closes by itself. */
await runProcess('invoicer', async (context) => {
  const { config } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const lookup = catalogueIndex(catalogue);
  const log = await openProcessLog(context, 'tallyline-invoicer');
  const { store } = await openProcessStore(context);
  await recordCatalogue(log, catalogue);
  const periods = new Periods({ log, store, lookup, partitions: config.partitions });
  const pipeline = { log, store, catalogueVersion: catalogue.version };
  const invoicer = InvoicerModule.register(periodService(periods, lookup, pipeline));
  return workerApp(context, [invoicer], { stages: () => [], acks: null }, brandsOf(lookup));
});
