import type { Log } from './log.js';

/** Is notified of every append, for metrics. */
export interface LogObserver {
  appended(topic: string, records: number, tookMs: number): void;
  appendFailed(topic: string, error: unknown): void;
}

/** The same log with an observer. */
export function observedLog(log: Log, observer: LogObserver): Log {
  return {
    createTopics: (topics) => log.createTopics(topics),
    append: async (topic, records) => {
      const started = performance.now();
      try {
        const appended = await log.append(topic, records);
        observer.appended(topic, records.length, performance.now() - started);
        return appended;
      } catch (error) {
        observer.appendFailed(topic, error);
        throw error;
      }
    },
    read: (topic, partition, from, limit) => log.read(topic, partition, from, limit),
    bounds: (topic) => log.bounds(topic),
    offsetsAt: (topic, timestamp) => log.offsetsAt(topic, timestamp),
    consume: (options) => log.consume(options),
    committed: (group, topic) => log.committed(group, topic),
    close: () => log.close(),
  };
}
