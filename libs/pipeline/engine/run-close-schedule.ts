import { Cron } from 'croner';
import { CloseLog } from '#pipeline/close/close-log.js';
import { CloseSchedule } from '#pipeline/close/close-schedule.js';
import { ContractsSince } from '#pipeline/close/contracts-since.js';
import { catchUp } from '#pipeline/pipeline-lag.js';
import type { ProcessContext } from '#runtime/process-context.js';
import { scheduleMetrics } from '#runtime/schedule-metrics.js';
import { scheduleActor } from '#wire/period-acts.js';
import type { Engine } from './engine.js';

/** A close may come a minute late; a look at which nothing is due costs a few reads. */
const everyMinute = '* * * * *';

/** Longest wait of one look for records that are on their way; then the next look waits for them. */
const catchUpOptions = { timeoutMs: 30_000, stallTimeoutMs: 10_000, pollMs: 100 };

/**
 * Has a process close what is due, until it shuts down. The first look is asked for when the process works,
 * so that it makes up for the time in which none did.
 */
export function runCloseSchedule(
  { logger, registry, shutdown }: Pick<ProcessContext, 'logger' | 'registry' | 'shutdown'>,
  engine: Engine,
): void {
  const since = new ContractsSince(engine.catalogues);
  const schedule = new CloseSchedule({
    closeLog: new CloseLog(engine.log),
    lookup: async () => (await engine.now()).lookup,
    inForceSince: async () => since.all(),
    catchUp: async () => catchUp(engine.pipelineView, catchUpOptions),
    close: async (contract, period, acceptOmissions) =>
      engine.close(contract, period, 'close', acceptOmissions, scheduleActor),
    now: Date.now,
    onClosed: ({ contract: { id }, period }) => logger.info({ contract: id, period }, 'closed a period'),
    onWaits: ({ contract: { id }, period }, { code, detail }) =>
      logger.warn({ contract: id, period, code }, `a period is due and cannot be closed: ${detail}`),
  });
  scheduleMetrics(registry, () => schedule.overdue);
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    looking = schedule.look();
    return looking;
  };
  const onError = (error: unknown) =>
    logger.error({ err: error }, 'cannot look which periods are due; tried again in a minute');
  // `protect`: a look that lasts longer than a minute is not joined by another one.
  const job = new Cron(everyMinute, { protect: true, catch: onError }, look);
  void job.trigger();
  shutdown.add('stages', 'schedule of closes', async () => {
    job.stop();
    await looking.catch(() => undefined);
  });
}
