import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { requireCatalogue } from '#catalogue/load.js';
import { encodeCatalogue } from '#catalogue/version.js';
import { appendUnlessNewest } from '#log/small-topic.js';
import { readyLog } from '#log/open-log.js';
import { requireDistributed, runProcess, workerApp } from '#runtime/nest/process.js';
import { readyStore } from '#store/open-store.js';
import { topics, topicSettings } from '#wire/topics.js';
import { InvoicerModule } from './invoicer.module.js';
import { periodService } from '#pipeline/close/period-service.js';
import { Periods } from '#pipeline/close/periods.js';

/** Live amounts and the close of periods, over HTTP. Nothing closes by itself. */
await runProcess('invoicer', async (context) => {
  const { config, logger, metrics, shutdown } = context;
  requireDistributed(config);
  const catalogue = requireCatalogue(config.catalogueDirectory);
  const lookup = catalogueIndex(catalogue);

  const onWarning = (warning: string) => logger.warn(warning);
  const log = await context.connect('Kafka', () =>
    readyLog(config, topicSettings(config.partitions), {
      clientId: 'tallyline-invoicer',
      onWarning,
      observer: metrics.log,
    }),
  );
  shutdown.add('log', 'log', () => log.close());
  const { store } = await context.connect('Redis', () =>
    readyStore(config, { onWarning, observer: metrics.store }),
  );
  shutdown.add('store', 'store', () => store.close());
  await appendUnlessNewest(log, topics.catalogue.name, catalogue.version, encodeCatalogue(catalogue));

  const { partitions } = config;
  const periods = new Periods({ log, store, lookup, partitions });
  const outside = { log, store, catalogueVersion: catalogue.version };
  const invoicer = InvoicerModule.register(periodService(periods, lookup, outside));
  return workerApp(context, [invoicer], { stages: () => [], acks: null });
});
