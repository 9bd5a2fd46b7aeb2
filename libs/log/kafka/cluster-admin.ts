import type { Admin } from 'kafkajs';
import { fingerprintOffset } from '../fingerprint.js';
import type { PartitionBounds, StoredPosition, TopicReport, TopicSettings } from '../log.js';
import { type Clients, ReconnectingClient, fewRetries, retryUntilTimeout } from './clients.js';
import type { KafkaSettings } from './options.js';
import { compareTopic, createTopic } from './topics.js';

/** Everything that is requested of the cluster beside records: topics, bounds, offsets. */
export class ClusterAdmin {
  readonly #admins: ReconnectingClient<Admin>;
  readonly #counts = new Map<string, number>();
  readonly #settings: KafkaSettings;

  constructor(clients: Clients, settings: KafkaSettings) {
    this.#settings = settings;
    this.#admins = new ReconnectingClient(() => clients.create().admin({ retry: fewRetries }), clients);
  }

  async createTopics(topics: readonly TopicSettings[]): Promise<TopicReport[]> {
    for (const { name, partitions } of topics) {
      if (Number.isSafeInteger(partitions) && partitions >= 1) continue;
      throw new Error(`topic ${name}: partitions is ${partitions}: it must be 1 or more`);
    }
    const existing = new Set(await this.#ask('list', 'topics', (admin) => admin.listTopics()));
    const what = `create with ${this.#settings.replicationFactor} replicas`;
    const reports: TopicReport[] = [];
    for (const topic of topics) {
      const create = existing.has(topic.name) ? compareTopic : createTopic;
      const report = await this.#ask(
        what,
        topic.name,
        (admin) => create(admin, topic, this.#settings),
        CONCURRENT_CREATION_MS,
      );
      reports.push(report);
    }
    return reports;
  }

  /** How many partitions the topic has. Requested once: keys would move if it changed. */
  async partitions(topic: string): Promise<number> {
    const known = this.knownPartitions(topic);
    if (known !== undefined) return known;
    const { topics } = await this.#ask('look up', topic, (admin) =>
      admin.fetchTopicMetadata({ topics: [topic] }),
    );
    const count = topics.flatMap(({ partitions }) => partitions).length;
    this.#counts.set(topic, count);
    return count;
  }

  knownPartitions(topic: string): number | undefined {
    return this.#counts.get(topic);
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    const offsets = await this.#ask('bounds of', topic, (admin) => admin.fetchTopicOffsets(topic));
    return offsets
      .map(({ partition, low, high }) => ({ partition, begin: Number(low), end: Number(high) }))
      .sort(byPartition);
  }

  async offsetsAt(topic: string, timestamp: number): Promise<number[]> {
    const offsets = await this.#ask('offsets by time of', topic, (admin) =>
      admin.fetchTopicOffsetsByTimestamp(topic, timestamp),
    );
    return offsets.sort(byPartition).map(({ offset }) => Number(offset));
  }

  async committed(groupId: string, topic: string): Promise<(StoredPosition | null)[]> {
    const answers = await this.#ask(`positions of ${groupId} in`, topic, (admin) =>
      admin.fetchOffsets({ groupId, topics: [topic] }),
    );
    return answers
      .flatMap(({ partitions }) => partitions)
      .sort(byPartition)
      .map(({ offset, metadata }) =>
        Number(offset) < 0
          ? null
          : { next: Number(offset), lastRead: fingerprintOffset(metadata ?? '') === null ? null : metadata },
      );
  }

  close(): Promise<void> {
    return this.#admins.close();
  }

  #ask<Result>(
    what: string,
    topic: string,
    attempt: (admin: Admin) => Promise<Result>,
    unknownForMs?: number,
  ): Promise<Result> {
    const { timeoutMs } = this.#settings;
    return retryUntilTimeout(
      `${what} ${topic}`,
      topic,
      timeoutMs,
      () => this.#admins.use(attempt),
      unknownForMs,
    );
  }
}

/**
 * When several processes start at the same time, one creates a topic and the others learn that it exists
 * before a busy broker can describe it.
 */
const CONCURRENT_CREATION_MS = 15_000;

function byPartition(a: { readonly partition: number }, b: { readonly partition: number }): number {
  return a.partition - b.partition;
}
