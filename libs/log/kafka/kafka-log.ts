import {
  type RecordPosition,
  type ConsumeOptions,
  type Consumption,
  type Log,
  type LogRecord,
  LogUnavailable,
  type NewRecord,
  type PartitionBounds,
  type TopicReport,
  type TopicSettings,
} from '../log.js';
import { Appender } from './append.js';
import { Clients, ReconnectingClient, sendRetries } from './clients.js';
import { compressionTypes, registerCodecs } from './codec.js';
import { KafkaConsumption } from './consumption.js';
import { Fetcher } from './fetch.js';
import { disableIdlePolling } from './idle-timers.js';
import { ClusterAdmin } from './cluster-admin.js';
import { type KafkaLogOptions, settingsOf } from './options.js';
import { installBatchEncoder } from './produce-request.js';
import { Reader } from './read.js';

export type { KafkaLogOptions } from './options.js';

/** The log on Apache Kafka, from 3.0 on. Does not connect before the first call. */
export function openKafkaLog(options: KafkaLogOptions): Log {
  return new KafkaLog(options);
}

/** Only tests change these. */
export interface KafkaLogInternals {
  /** See `SendOptions`. */
  readonly checkAnswers: boolean;
}

export class KafkaLog implements Log {
  readonly #clients: Clients;
  readonly #settings: ReturnType<typeof settingsOf>;
  readonly #producers: ReconnectingClient<ReturnType<typeof producerOf>>;
  readonly #appender: Appender;
  readonly #admin: ClusterAdmin;
  readonly #fetcher: Fetcher;
  readonly #reader: Reader;
  readonly #consumptions = new Set<KafkaConsumption>();
  #closing: Promise<void> | null = null;

  constructor(options: KafkaLogOptions, internals: KafkaLogInternals = { checkAnswers: true }) {
    registerCodecs();
    installBatchEncoder();
    disableIdlePolling();
    this.#settings = settingsOf(options);
    const { compression, requestTimeoutMs } = this.#settings;
    this.#clients = new Clients(this.#settings);
    this.#producers = new ReconnectingClient(() => producerOf(this.#clients), this.#clients);
    this.#appender = new Appender(this.#producers, this.#settings, {
      compression: compressionTypes[compression],
      timeoutMs: Math.ceil(requestTimeoutMs * 0.9),
      ...internals,
    });
    this.#admin = new ClusterAdmin(this.#clients, this.#settings);
    this.#fetcher = new Fetcher(this.#clients, this.#settings);
    this.#reader = new Reader(this.#fetcher, this.#admin);
  }

  async createTopics(topics: readonly TopicSettings[]): Promise<TopicReport[]> {
    this.#requireOpen();
    return this.#admin.createTopics(topics);
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<RecordPosition[]> {
    this.#requireOpen();
    const partitions = this.#admin.knownPartitions(topic) ?? (await this.#admin.partitions(topic));
    for (const { partition } of records)
      if (partition !== undefined) requirePartition(topic, partitions, partition);
    return records.length === 0 ? [] : this.#appender.append(topic, partitions, records);
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    this.#requireOpen();
    requirePartition(topic, await this.#admin.partitions(topic), partition);
    if (!(limit > 0)) throw new Error(`limit is ${limit}: it must be above 0`);
    return this.#reader.read(topic, partition, from, limit);
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    this.#requireOpen();
    return this.#admin.bounds(topic);
  }

  async offsetsAt(topic: string, timestamp: number): Promise<number[]> {
    this.#requireOpen();
    return this.#admin.offsetsAt(topic, timestamp);
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    this.#requireOpen();
    const { batchRecords, topic } = options;
    if (!(batchRecords > 0)) throw new Error(`batchRecords is ${batchRecords}: it must be above 0`);
    await this.#admin.partitions(topic);
    const clients = this.#clients;
    const settings = this.#settings;
    const admin = this.#admin;
    const fetcher = this.#fetcher;
    const consumption = new KafkaConsumption({ clients, settings, admin, fetcher }, options);
    this.#consumptions.add(consumption);
    void consumption.whenStopped.then(() => this.#consumptions.delete(consumption));
    await consumption.start();
    return consumption;
  }

  async committed(group: string, topic: string): Promise<(number | null)[]> {
    this.#requireOpen();
    return (await this.#admin.committed(group, topic)).map((position) => position?.next ?? null);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()));
    await this.#appender.close();
    await Promise.all([this.#producers.close(), this.#admin.close(), this.#fetcher.close()]);
  }

  #requireOpen(): void {
    if (this.#closing !== null) throw new LogUnavailable('the log is closed');
  }
}

/** The caller always chooses the partition: see `partitionOf`. */
function producerOf(clients: Clients) {
  return clients.create().producer({
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    retry: sendRetries,
  });
}

const METADATA_MAX_AGE_MS = 10_000;

function requirePartition(topic: string, partitions: number, partition: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return;
  throw new Error(`topic ${topic} has partitions 0 to ${partitions - 1}, there is no ${partition}`);
}
