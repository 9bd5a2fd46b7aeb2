import type { Admin } from 'kafkajs';
import { probe, retried } from '#test/stack/kafka/serving.js';

/**
 * Resolves when every replica of every partition of the topics is in sync and each partition has a leader.
 */
export async function untilInSync(bootstrap: readonly string[], topics: readonly string[]): Promise<void> {
  await withAdmin(bootstrap, (admin) =>
    retried('all replicas in sync', async () => {
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
    await retried('a broker', () => admin.connect());
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Deletes a topic and makes one of the same name, as an operator does to clear it. */
export async function recreateTopic(
  bootstrap: readonly string[],
  topic: string,
  numPartitions: number,
): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await retried('a new topic of the old name', async () => {
      await admin.createTopics({ topics: [{ topic, numPartitions }] });
    });
  });
}

/** Deletes what lies below the offset of a partition, as retention does. */
export async function deleteBelow(
  bootstrap: readonly string[],
  topic: string,
  offset: number,
  partition = 0,
): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    // kafkajs knows the leaders of a topic only after another request about it.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: `${offset}` }] });
  });
}

/** Deletes the topics that exist among these. */
export async function deleteTopics(bootstrap: readonly string[], topics: readonly string[]): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    const there = await admin.listTopics();
    await admin.deleteTopics({ topics: topics.filter((topic) => there.includes(topic)) });
  });
}
