import { Cron } from 'croner';
import type { Log } from '#log/log.js';
import { EarlyDeliveries, type EarlyDeliveriesDeps } from '#pipeline/normalize/early-deliveries.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import type { Stage } from '#runtime/health.js';
import type { ProcessContext } from '#runtime/process-context.js';
import { topics } from '#wire/topics.js';

/** What is a day too early waits some minutes more. */
const everyTenMinutes = '*/10 * * * *';

/**
 * Has a process send again what it refused as too early once its time has come, until it shuts down: of the
 * partitions that its normalizer owns.
 */
export function runEarlyDeliveries(
  { logger, shutdown }: Pick<ProcessContext, 'logger' | 'shutdown'>,
  parts: {
    readonly log: Log;
    readonly lookup: EarlyDeliveriesDeps['lookup'];
    readonly customerKey: Uint8Array;
    readonly stages: () => readonly Stage[];
  },
): void {
  const { log, lookup, customerKey, stages } = parts;
  const early = new EarlyDeliveries({
    log,
    lookup,
    platform: (name) => platforms[name],
    pseudonym: pseudonymizer(customerKey),
    partitions: () =>
      stages()
        .filter(({ topic }) => topic === topics.raw.name)
        .flatMap((stage) => stage.progress().map(({ partition }) => partition)),
  });
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    looking = early.look(Date.now()).then((count) => {
      if (count > 0) logger.info({ refusals: count }, 'sent again what was refused as too early');
    });
    return looking;
  };
  const onError = (error: unknown) =>
    logger.warn({ err: error }, 'cannot look what was refused as too early; tried again in ten minutes');
  const job = new Cron(everyTenMinutes, { protect: true, catch: onError }, look);
  shutdown.add('producer', 'look at what was refused as too early', async () => {
    job.stop();
    await looking.catch(() => undefined);
  });
}
