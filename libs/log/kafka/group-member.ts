import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { type Clients, fewRetries } from './clients.js';
import type { KafkaSettings } from './options.js';
import type { FetchedMessage } from './records.js';

/**
 * One kafkajs consumer: a member of the group from its first join until it crashes or is closed, never
 * restarted. Hands on what it fetches without waiting for it to be processed, so that it goes on sending
 * heartbeats and a slow partition does not hold up the others of its broker.
 */
export class GroupMember {
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #partitions: number;
  readonly #events: MemberEvents;
  #closed = false;
  #throttle: Promise<void> | null = null;
  /** When the group or a broker last answered it, as the process counts milliseconds. */
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
      // Also how soon it notices that the group is formed anew.
      heartbeatInterval: Math.min(1_000, settings.sessionTimeoutMs / 4),
      rebalanceTimeout: settings.sessionTimeoutMs * 2,
      maxBytesPerPartition: settings.fetchBytesPerPartition,
      maxBytes: settings.fetchBytes,
      maxWaitTimeInMs: MAX_WAIT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      // kafkajs' own restart is one more way to go on half alive: see Consumption.
      retry: { ...fewRetries, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Resolves when the consumer runs; the join follows and is told by `joined`. */
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
      // All of a fetch at once: none waits for the breath of another.
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

  async commit(positions: ReadonlyMap<number, number>): Promise<void> {
    const topic = this.#topic;
    const offsets = Array.from(positions, ([partition, next]) => ({ topic, partition, offset: `${next}` }));
    await this.#consumer.commitOffsets(offsets);
    this.lastAnswerAt = performance.now();
  }

  /** Leaves the group. From now on nothing is heard of it; a kafkajs that hangs is left to itself. */
  async close(patienceMs: number): Promise<void> {
    this.#closed = true;
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patienceMs);
    await Promise.race([this.#consumer.disconnect().catch(() => undefined), enough]);
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
  /** Of the topic. */
  readonly partitions: number;
}

export interface MemberEvents {
  /** The partitions it holds from now on. What is done here at once comes before any fetch. */
  joined(partitions: readonly number[], memberId: string): void;
  fetched(chunk: FetchedMessages): void;
  /** It will do nothing any more. */
  crashed(error: Error): void;
}

/** What one fetch brought of a partition. */
export interface FetchedMessages {
  readonly partition: number;
  /** The offset that was asked for. */
  readonly from: number;
  readonly messages: readonly FetchedMessage[];
  /** The offset after all that was fetched, records or not. */
  readonly next: number;
  readonly end: number;
}

/**
 * How long a broker may wait for records: also the time until a partition that was paused is asked for again.
 */
const MAX_WAIT_MS = 100;
const METADATA_MAX_AGE_MS = 10_000;
/**
 * From one fetch that brought something to the next: a broker answers as soon as it has one record, and each
 * batch costs what a dozen records do. Who has waited for the first record has it at once.
 */
const FETCH_THROTTLE_MS = 10;

/** kafkajs' batches know it, its types do not say so. */
function fetchedFrom(batch: object): number {
  if (!('fetchedOffset' in batch)) throw new Error('this is not kafkajs 2.2.4: a batch has no fetchedOffset');
  return Number(batch.fetchedOffset);
}
