import { refusalCodesByStage } from '#domain/fact/refusal-codes.js';
import type { Log } from '#log/log.js';
import { readyLog } from '#log/open-log.js';
import { stopCode } from '#runtime/metrics.js';
import type { ProcessContext } from '#runtime/process-context.js';
import { type OpenedStore, readyStore } from '#store/open-store.js';
import type { Stage } from '#wire/stages.js';
import { topicSettings } from '#wire/topics.js';
import type { StageObserver } from './stages.js';

/** The log of a process, with all topics in place; closed when the process shuts down. */
export async function openProcessLog(context: ProcessContext, clientId: string): Promise<Log> {
  const { config, logger, metrics, shutdown } = context;
  const options = { clientId, onWarning: (text: string) => logger.warn(text), observer: metrics.log };
  const topics = topicSettings(config.partitions);
  const log = await context.connect('Kafka', () => readyLog(config, topics, options));
  shutdown.add('log', 'log', () => log.close());
  return log;
}

/** The store of a process; closed when the process shuts down. */
export async function openProcessStore(context: ProcessContext): Promise<OpenedStore> {
  const { config, logger, metrics, shutdown } = context;
  const options = { onWarning: (text: string) => logger.warn(text), observer: metrics.store };
  const opened = await context.connect('Redis', () => readyStore(config, options));
  shutdown.add('store', 'store', () => opened.store.close());
  return opened;
}

/** Metrics and log lines of what the stages of a process report. */
export function stageObserver(
  { metrics, logger }: Pick<ProcessContext, 'metrics' | 'logger'>,
  stages: readonly Stage['name'][],
): StageObserver {
  for (const stage of stages) metrics.declareRefusals(stage, refusalCodesByStage[stage]);
  return {
    onRefused: (refused) => {
      metrics.refused(refused);
      const { id, stage, from, connection, delivery, row, reason, path } = refused;
      logger.warn({ id, stage, from, connection, delivery, row, reason, path }, 'refused');
    },
    onStopped: ({ stage, topic, partition }, cause) => {
      logger.error(
        { stage, topic, partition, code: stopCode(cause), err: cause },
        `partition stopped: ${cause.message}`,
      );
    },
    onWarning: (connection, warning) => metrics.warned(connection, warning),
    onDated: (connection, newestAt, receivedAt) => metrics.eventsDated(connection, newestAt, receivedAt),
    onTallied: (recordedAts) => metrics.tallied(recordedAts),
  };
}
