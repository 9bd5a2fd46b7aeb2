import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

/**
 * Resolves when the brokers are registered and the cluster really serves: a group coordinator is loaded and
 * producer ids are assigned. Both take up to a second after the brokers report that they have started.
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
    await retried(
      'the cluster',
      async () => {
        await admin.connect();
        const { brokers } = await admin.describeCluster();
        const missing = brokerIds.filter((id) => !brokers.some(({ nodeId }) => nodeId === id));
        if (missing.length > 0) throw new Error(`not registered: ${missing.join(', ')}`);
      },
      signal,
    );
    await retried('the group coordinator', () => admin.fetchOffsets({ groupId: 'stack-probe' }), signal);
    await retried('producer ids', () => producer.connect(), signal);
  } finally {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
  }
}

export function probe(bootstrap: readonly string[]): Kafka {
  const retry = { retries: 0 };
  return new Kafka({ brokers: [...bootstrap], clientId: 'stack-probe', logLevel: logLevel.NOTHING, retry });
}

const timeoutMs = 60_000;

/** Repeats the attempt for up to a minute. */
export async function retried<Result>(
  what: string,
  attempt: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted === true || performance.now() > deadline) {
        throw new Error(`${what}: not ready after ${timeoutMs} ms`, { cause: error });
      }
      await delay(100);
    }
  }
}
