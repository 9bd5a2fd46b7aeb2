import type { Log } from '#log/log.js';

/** The same log for a stage that counts once more: what it would append lies there already. */
export function withoutAppends(log: Log): Log {
  return {
    createTopics: (topics) => log.createTopics(topics),
    append: async () => [],
    read: (topic, partition, from, limit) => log.read(topic, partition, from, limit),
    bounds: (topic) => log.bounds(topic),
    offsetsAt: (topic, timestamp) => log.offsetsAt(topic, timestamp),
    consume: (options) => log.consume(options),
    // Positions of the stage that works on the real store: here everything begins at 0.
    committed: async () => [],
    close: () => log.close(),
  };
}
