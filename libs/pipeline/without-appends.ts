import type { Log, NewRecord } from '#log/log.js';

/**
 * The same log for a stage that works once more: what it would append lies there already. `check`: throws
 * where it cannot.
 */
export function withoutAppends(
  log: Log,
  check: (topic: string, records: readonly NewRecord[]) => void = () => undefined,
): Log {
  return {
    createTopics: (topics) => log.createTopics(topics),
    append: async (topic, records) => {
      check(topic, records);
      return [];
    },
    read: (topic, partition, from, limit) => log.read(topic, partition, from, limit),
    bounds: (topic) => log.bounds(topic),
    offsetsAt: (topic, timestamp) => log.offsetsAt(topic, timestamp),
    consume: (options) => log.consume(options),
    // Positions of the stage that works on the real store: here everything begins at 0.
    committed: async () => [],
    close: () => log.close(),
  };
}
