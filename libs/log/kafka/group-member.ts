import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { type Clients, fewRetries } from './clients.js';
import type { StoredPosition } from '../log.js';
import type { KafkaSettings } from './options.js';
import type { FetchedMessage } from './records.js';

/**
 * One kafkajs consumer: a member of the group from its first join until it crashes or is closed, never
 * restarted. Passes on what it fetches without waiting for it to be processed, so that it continues to send
 * heartbeats and a slow partition does not delay the others of its broker.
 */
export class GroupMember {
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #partitions: number;
  readonly #events: MemberEvents;
  #closed = false;
  #throttle: Promise<void> | null = null;
  /** When the group or a broker last answered, in ms of `performance.now()`. */
  lastAnswerAt = performance.now();

  constructor(
    clients: Clients,
    settings: KafkaSettings,
    { topic, group, partitions }: Membership,
    events: MemberEvents,
  ) {
    this.#topic = topic;
    this.#partitions = partitions;
    this.#events = events;
    this.#consumer = clients.create().consumer({
      groupId: group,
      sessionTimeout: settings.sessionTimeoutMs,
      // Also how soon it notices a rebalance.
      heartbeatInterval: Math.min(1_000, settings.sessionTimeoutMs / 4),
      rebalanceTimeout: settings.sessionTimeoutMs * 2,
      maxBytesPerPartition: settings.fetchBytesPerPartition,
      maxBytes: settings.fetchBytes,
      maxWaitTimeInMs: MAX_WAIT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      // kafkajs' own restart can leave a consumer half alive: KafkaConsumption replaces it instead.
      retry: { ...fewRetries, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Resolves when the consumer runs; the join follows and is reported by `joined`. */
  async start(): Promise<void> {
    const consumer = this.#consumer;
    const heard = () => (this.lastAnswerAt = performance.now());
    consumer.on(consumer.events.HEARTBEAT, heard);
    // Listeners run within the join, before anything is fetched: kafkajs awaits none of them.
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      heard();
      if (!this.#closed) this.#events.joined(payload.memberAssignment[this.#topic] ?? [], payload.memberId);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!this.#closed) this.#events.crashed(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topic: this.#topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      // All partitions of a fetch at once: none waits for the throttle of another.
      partitionsConsumedConcurrently: this.#partitions,
      eachBatch: (payload) => this.#fetched(payload),
    });
  }

  seek(partition: number, offset: number): void {
    if (!this.#closed) this.#consumer.seek({ topic: this.#topic, partition, offset: `${offset}` });
  }

  pause(partition: number): void {
    if (!this.#closed) this.#consumer.pause([{ topic: this.#topic, partitions: [partition] }]);
  }

  resume(partition: number): void {
    if (!this.#closed) this.#consumer.resume([{ topic: this.#topic, partitions: [partition] }]);
  }

  /** The fingerprint goes into the metadata of the offset. */
  async commit(positions: ReadonlyMap<number, StoredPosition>): Promise<void> {
    const topic = this.#topic;
    const offsets = Array.from(positions, ([partition, { next, lastRead }]) => {
      return { topic, partition, offset: `${next}`, metadata: lastRead };
    });
    await this.#consumer.commitOffsets(offsets);
    this.lastAnswerAt = performance.now();
  }

  /** Leaves the group. Reports no more events; does not wait longer than this for a kafkajs that hangs. */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    const { promise: timeout, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    await Promise.race([this.#consumer.disconnect().catch(() => undefined), timeout]);
    clearTimeout(timer);
  }

  async #fetched({ batch }: EachBatchPayload): Promise<void> {
    this.lastAnswerAt = performance.now();
    if (this.#closed) return;
    this.#events.fetched({
      partition: batch.partition,
      from: fetchedFrom(batch),
      messages: batch.messages,
      next: Number(batch.lastOffset()) + 1,
      end: Number(batch.highWatermark),
    });
    await (this.#throttle ??= delay(FETCH_THROTTLE_MS).then(() => void (this.#throttle = null)));
  }
}

export interface Membership {
  readonly topic: string;
  readonly group: string;
  /** How many the topic has. */
  readonly partitions: number;
}

export interface MemberEvents {
  /** The partitions it holds from now on. Synchronous work here comes before any fetch. */
  joined(partitions: readonly number[], memberId: string): void;
  fetched(messages: FetchedMessages): void;
  /** It has stopped for good. */
  crashed(error: Error): void;
}

/** The messages of one partition in one fetch. */
export interface FetchedMessages {
  readonly partition: number;
  /** The offset that was requested. */
  readonly from: number;
  readonly messages: readonly FetchedMessage[];
  /** The offset after all that was fetched, records or not. */
  readonly next: number;
  readonly end: number;
}

/** How long a broker may wait for records: also the time until a resumed partition is fetched again. */
const MAX_WAIT_MS = 100;
const METADATA_MAX_AGE_MS = 10_000;
/**
 * The pause after a fetch that returned records: a broker answers as soon as it has one record, and each
 * batch costs as much as a dozen records. A reader that waits for the first record gets it without delay.
 */
const FETCH_THROTTLE_MS = 10;

/** kafkajs' batches have it, their type does not. */
function fetchedFrom(batch: object): number {
  if (!('fetchedOffset' in batch)) throw new Error('this is not kafkajs 2.2.4: a batch has no fetchedOffset');
  return Number(batch.fetchedOffset);
}
