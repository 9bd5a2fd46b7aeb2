import type { Kafka } from 'kafkajs';
import type { LogRecord } from '../log.js';
import { type Clients, ReconnectingClient, kafkaErrorType, retryUntilTimeout } from './clients.js';
import type { KafkaSettings } from './options.js';
import { type AbortedTransaction, toLogRecord, type StoredMessage, visibleMessages } from './records.js';

/** The result of one fetch. `next` is the offset after all fetched messages, visible or not. */
export interface FetchResult {
  readonly records: readonly LogRecord[];
  readonly next: number;
  /** Offset the next record of the partition will get. */
  readonly end: number;
}

/**
 * Fetches from any offset without a group. kafkajs' consumers cannot: a consumer needs a group, whose first
 * join a broker delays by 3 s (its default), and it starts again at the oldest record when the offset is out
 * of range. So this uses the protocol layer beneath kafkajs' clients, behind its public interface.
 */
export class Fetcher {
  readonly #clusters: ReconnectingClient<Cluster>;
  readonly #settings: KafkaSettings;

  constructor(clients: Clients, settings: KafkaSettings) {
    this.#settings = settings;
    this.#clusters = new ReconnectingClient(() => clusterOf(clients.create()), clients);
  }

  /** Null where the offset is out of the partition's bounds. Does not wait for new records. */
  async fetch(topic: string, partition: number, from: number, maxBytes: number): Promise<FetchResult | null> {
    const { timeoutMs } = this.#settings;
    return retryUntilTimeout(`read ${topic}/${partition}`, topic, timeoutMs, () =>
      this.#clusters.use(async (cluster) => {
        try {
          return await fetchOnce(cluster, topic, partition, from, maxBytes);
        } catch (error) {
          if (kafkaErrorType(error) === 'OFFSET_OUT_OF_RANGE') return null;
          throw error;
        }
      }),
    );
  }

  close(): Promise<void> {
    return this.#clusters.close();
  }
}

async function fetchOnce(
  cluster: Cluster,
  topic: string,
  partition: number,
  from: number,
  maxBytes: number,
): Promise<FetchResult> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadataIfNecessary();
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
  const broker = await cluster.findBroker({ nodeId });
  const { responses } = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: 0,
    minBytes: 0,
    maxBytes,
    topics: [{ topic, partitions: [{ partition, fetchOffset: `${from}`, maxBytes }] }],
  });
  const [answer] = responses.flatMap(({ partitions }) => partitions);
  if (answer === undefined)
    throw new Error(`the answer to a fetch of ${topic}/${partition} lacks the partition`);
  const { messages } = answer;
  const last = messages.at(-1);
  return {
    // A stored batch comes as a whole, also when it begins before the requested offset.
    records: visibleMessages(messages, answer.abortedTransactions)
      .filter(({ offset }) => Number(offset) >= from)
      .map(toLogRecord),
    next: last === undefined ? from : Math.max(from, Number(last.offset)) + 1,
    end: Number(answer.highWatermark),
  };
}

const READ_COMMITTED = 1;

/** kafkajs 2.2.4, src/cluster/index.js and src/broker/index.js: the members that are used here. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findBroker(node: { nodeId: string }): Promise<Broker>;
}

interface Broker {
  fetch(request: {
    isolationLevel: number;
    maxWaitTime: number;
    minBytes: number;
    maxBytes: number;
    topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
  }): Promise<{ responses: { partitions: FetchAnswer[] }[] }>;
}

interface FetchAnswer {
  readonly highWatermark: string;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly messages: readonly StoredMessage[];
}

/** The cluster that a client would create, with its brokers, credentials and timeouts. */
function clusterOf(kafka: Kafka): Cluster {
  const key = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (key === undefined) throw new Error('this is not kafkajs 2.2.4: its clients have no createCluster');
  const { [key]: createCluster } = kafka as unknown as Record<symbol, (options: object) => Cluster>;
  if (createCluster === undefined)
    throw new Error('this is not kafkajs 2.2.4: its clients have no createCluster');
  return createCluster({ allowAutoTopicCreation: false, metadataMaxAge: METADATA_MAX_AGE_MS });
}

const METADATA_MAX_AGE_MS = 10_000;
