import type { Log, PartitionHandler } from './log.js';

/**
 * The log of one installation among several that share the brokers: the names of its topics and groups begin
 * with the namespace (`acme.telephony.raw`), which its users do not see. Without a namespace it is the log
 * itself.
 */
export function inNamespace(log: Log, namespace: string | null): Log {
  if (namespace === null) return log;
  const outside = (name: string) => `${namespace}.${name}`;
  return {
    createTopics: async (topics) => {
      const reports = await log.createTopics(
        topics.map((topic) => ({ ...topic, name: outside(topic.name) })),
      );
      return reports.map((report, index) => ({ ...report, name: topics[index]?.name ?? report.name }));
    },
    append: (topic, records) => log.append(outside(topic), records),
    read: (topic, partition, from, limit) => log.read(outside(topic), partition, from, limit),
    bounds: (topic) => log.bounds(outside(topic)),
    offsetsAt: (topic, timestamp) => log.offsetsAt(outside(topic), timestamp),
    consume: ({ topic, group, handler, ...options }) =>
      log.consume({
        ...options,
        topic: outside(topic),
        group: outside(group),
        handler: handlerInside(topic, handler),
      }),
    committed: (group, topic) => log.committed(outside(group), outside(topic)),
    close: () => log.close(),
  };
}

function handlerInside(topic: string, handler: PartitionHandler): PartitionHandler {
  return {
    assigned: (partition) => handler.assigned(partition),
    batch: (batch) => handler.batch({ ...batch, topic }),
    lost: (partition) => handler.lost(partition),
  };
}
