import { setTimeout as delay } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';

/**
 * Resolves when the brokers are registered and the cluster really serves: a group coordinator is loaded and producer
 * ids are given out. Both come up to a second after the brokers call themselves started.
 */
export async function untilServing(
  bootstrap: readonly string[],
  brokerIds: readonly number[],
  signal?: AbortSignal,
): Promise<void> {
  const kafka = probe(bootstrap);
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 1 } });
  try {
    await retried('the cluster', signal, async () => {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      const missing = brokerIds.filter((id) => !brokers.some(({ nodeId }) => nodeId === id));
      if (missing.length > 0) throw new Error(`not registered: ${missing.join(', ')}`);
    });
    await retried('the group coordinator', signal, () => admin.fetchOffsets({ groupId: 'stack-probe' }));
    await retried('producer ids', signal, () => producer.connect());
  } finally {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
  }
}

/** Resolves when every replica of every partition of the topics is in sync and each partition has a leader. */
export async function untilInSync(bootstrap: readonly string[], topics: readonly string[]): Promise<void> {
  await withAdmin(bootstrap, (admin) =>
    retried('all replicas in sync', undefined, async () => {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
      const lacking = found
        .flatMap(({ partitions }) => partitions)
        .filter(({ isr, replicas, leader }) => leader < 0 || isr.length < replicas.length);
      if (lacking.length > 0) throw new Error(`${lacking.length} partitions lack a replica or a leader`);
    }),
  );
}

/** The broker id that leads each partition of the topic now. */
export function leaders(bootstrap: readonly string[], topic: string): Promise<Map<number, number>> {
  return withAdmin(bootstrap, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics.flatMap((found) => found.partitions);
    return new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
  });
}

async function withAdmin<Result>(bootstrap: readonly string[], use: (admin: Admin) => Promise<Result>) {
  const admin = probe(bootstrap).admin();
  try {
    await retried('a broker', undefined, () => admin.connect());
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

function probe(bootstrap: readonly string[]): Kafka {
  const retry = { retries: 0 };
  return new Kafka({ brokers: [...bootstrap], clientId: 'stack-probe', logLevel: logLevel.NOTHING, retry });
}

const patienceMs = 60_000;

async function retried<Result>(
  what: string,
  signal: AbortSignal | undefined,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted === true || performance.now() > deadline) {
        throw new Error(`${what}: not after ${patienceMs} ms`, { cause: error });
      }
      await delay(100);
    }
  }
}
