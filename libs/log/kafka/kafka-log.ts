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
import { Clients, Connected, sendRetries } from './clients.js';
import { compressionTypes, registerCodecs } from './codec.js';
import { KafkaConsumption } from './consumption.js';
import { Fetcher } from './fetch.js';
import { disableIdlePolling } from './idle-timers.js';
import { LookUp } from './cluster-admin.js';
import { type KafkaLogOptions, settingsOf } from './options.js';
import { encodeTogether } from './produce-request.js';
import { Reader } from './read.js';

export type { KafkaLogOptions } from './options.js';

/** The log on Apache Kafka, from 3.0 on. Nothing is asked of the brokers before the first call. */
export function openKafkaLog(options: KafkaLogOptions): Log {
  return new KafkaLog(options);
}

/** What only tests change. */
export interface KafkaLogInternals {
  /** See `SendOptions`. */
  readonly checkAnswers: boolean;
}

export class KafkaLog implements Log {
  readonly #clients: Clients;
  readonly #settings: ReturnType<typeof settingsOf>;
  readonly #producers: Connected<ReturnType<typeof producerOf>>;
  readonly #appender: Appender;
  readonly #lookUp: LookUp;
  readonly #fetcher: Fetcher;
  readonly #reader: Reader;
  readonly #consumptions = new Set<KafkaConsumption>();
  #closing: Promise<void> | null = null;

  constructor(options: KafkaLogOptions, internals: KafkaLogInternals = { checkAnswers: true }) {
    registerCodecs();
    encodeTogether();
    disableIdlePolling();
    this.#settings = settingsOf(options);
    const { compression, requestTimeoutMs } = this.#settings;
    this.#clients = new Clients(this.#settings);
    this.#producers = new Connected(() => producerOf(this.#clients));
    this.#appender = new Appender(this.#producers, this.#settings, {
      compression: compressionTypes[compression],
      timeoutMs: Math.ceil(requestTimeoutMs * 0.9),
      ...internals,
    });
    this.#lookUp = new LookUp(this.#clients, this.#settings);
    this.#fetcher = new Fetcher(this.#clients, this.#settings);
    this.#reader = new Reader(this.#fetcher, this.#lookUp);
  }

  async createTopics(topics: readonly TopicSettings[]): Promise<TopicReport[]> {
    this.#mustBeOpen();
    return this.#lookUp.createTopics(topics);
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<RecordPosition[]> {
    this.#mustBeOpen();
    const partitions = this.#lookUp.knownPartitions(topic) ?? (await this.#lookUp.partitions(topic));
    for (const { partition } of records) if (partition !== undefined) mustExist(topic, partitions, partition);
    return records.length === 0 ? [] : this.#appender.append(topic, partitions, records);
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    this.#mustBeOpen();
    mustExist(topic, await this.#lookUp.partitions(topic), partition);
    if (!(limit > 0)) throw new Error(`limit is ${limit}: it must be above 0`);
    return this.#reader.read(topic, partition, from, limit);
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    this.#mustBeOpen();
    return this.#lookUp.bounds(topic);
  }

  async offsetsAt(topic: string, timestamp: number): Promise<number[]> {
    this.#mustBeOpen();
    return this.#lookUp.offsetsAt(topic, timestamp);
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    this.#mustBeOpen();
    const { batchRecords, topic } = options;
    if (!(batchRecords > 0)) throw new Error(`batchRecords is ${batchRecords}: it must be above 0`);
    await this.#lookUp.partitions(topic);
    const clients = this.#clients;
    const settings = this.#settings;
    const lookUp = this.#lookUp;
    const fetcher = this.#fetcher;
    const consumption = new KafkaConsumption({ clients, settings, lookUp, fetcher }, options);
    this.#consumptions.add(consumption);
    void consumption.whenStopped.then(() => this.#consumptions.delete(consumption));
    await consumption.start();
    return consumption;
  }

  async committed(group: string, topic: string): Promise<(number | null)[]> {
    this.#mustBeOpen();
    return this.#lookUp.committed(group, topic);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()));
    await this.#appender.close();
    await Promise.all([this.#producers.close(), this.#lookUp.close(), this.#fetcher.close()]);
  }

  #mustBeOpen(): void {
    if (this.#closing !== null) throw new LogUnavailable('the log is closed');
  }
}

/** The partition is always ours to choose: see `partitionOf`. */
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

function mustExist(topic: string, partitions: number, partition: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return;
  throw new Error(`topic ${topic} has partitions 0 to ${partitions - 1}, there is no ${partition}`);
}
