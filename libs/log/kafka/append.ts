import type { Producer } from 'kafkajs';
import { type RecordPosition, LogUnavailable, type NewRecord } from '../log.js';
import { backOffMs } from '../back-off.js';
import { partitionOf } from '../partition.js';
import { AppendCall, Deadlines } from './append-call.js';
import { type PartitionMessages, sendChecked, type SendOptions } from './checked-send.js';
import { type ReconnectingClient, kafkaErrorType, messageOf } from './clients.js';
import type { KafkaSettings } from './options.js';
import { type QueuedRecord, PartitionQueue } from './partition-queue.js';

/**
 * Our own micro-batching in front of kafkajs, which sends a request for every `send`: appends made at the
 * same time share a send, and appends made while sends are under way share the next.
 *
 * A send holds several partitions. A partition it leaves unacknowledged is sent again alone, so that a dead
 * leader delays its own partitions only. The producer is not idempotent: kafkajs resets its sequence numbers
 * when a send fails, so that the next, different records carry numbers that the broker may have seen; the
 * broker then takes them for duplicates, acknowledges them and drops them. A record that is stored twice does
 * no harm: readers recognise it by its id.
 */
export class Appender {
  readonly #topics = new Map<string, TopicAppender>();
  readonly #context: AppendContext;
  #queued = 0;
  #calls = 0;
  readonly #idle = Promise.withResolvers<void>();
  #closed = false;

  constructor(producers: ReconnectingClient<Producer>, settings: KafkaSettings, send: SendOptions) {
    const deadlines = new Deadlines(settings.time, settings.appendTimeoutMs);
    const freed = (characters: number) => (this.#queued -= characters);
    const callEnded = () => {
      this.#calls -= 1;
      if (this.#closed && this.#calls === 0) this.#idle.resolve();
    };
    this.#context = { producers, settings, send, deadlines, freed, callEnded };
  }

  append(topic: string, partitions: number, records: readonly NewRecord[]): Promise<RecordPosition[]> {
    if (this.#closed) return Promise.reject(new LogUnavailable('the log is closed'));
    const characters = records.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    if (this.#queued > 0 && this.#queued + characters > this.#context.settings.queueLimit) {
      const message = `the append queue is full (${this.#queued} characters): append more slowly`;
      return Promise.reject(new LogUnavailable(message));
    }
    this.#queued += characters;
    this.#calls += 1;
    let appender = this.#topics.get(topic);
    if (appender === undefined) this.#topics.set(topic, (appender = new TopicAppender(topic, this.#context)));
    return appender.append(partitions, records);
  }

  /** Waits for the appends under way, each at most until its deadline. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#calls > 0) await this.#idle.promise;
    this.#context.deadlines.stop();
  }
}

interface AppendContext {
  readonly producers: ReconnectingClient<Producer>;
  readonly settings: KafkaSettings;
  readonly send: SendOptions;
  readonly deadlines: Deadlines;
  readonly freed: (characters: number) => void;
  readonly callEnded: () => void;
}

/** Maximum of records in one send, and of sends under way that hold several partitions. */
const MAX_RECORDS = 4_000;
const MAX_SHARED_SENDS = 3;

class TopicAppender {
  readonly #topic: string;
  readonly #context: AppendContext;
  readonly #queues: PartitionQueue[] = [];
  #scheduled = false;
  #sharedSends = 0;
  /** The queue that the next send takes first, so that no partition waits forever. */
  #turn = 0;

  constructor(topic: string, context: AppendContext) {
    this.#topic = topic;
    this.#context = context;
  }

  append(partitions: number, records: readonly NewRecord[]): Promise<RecordPosition[]> {
    const call = new AppendCall(records.length, this.#context.callEnded);
    this.#context.deadlines.add(call);
    while (this.#queues.length < partitions) {
      this.#queues.push(new PartitionQueue(this.#queues.length, this.#context.freed));
    }
    records.forEach(({ key, value, partition = partitionOf(key, partitions) }, index) => {
      this.#queues[partition]?.push({ key, value, partition, call, index, size: key.length + value.length });
    });
    this.#schedule();
    return call.promise;
  }

  /** By setImmediate, so that appends of one turn of the event loop share a send. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { lingerMs, time } = this.#context.settings;
    const run = () => {
      this.#scheduled = false;
      this.#sendReady();
    };
    if (lingerMs > 0 && this.#sharedSends === 0) time.after(lingerMs, run);
    else setImmediate(run);
  }

  #sendReady(): void {
    for (const queue of this.#queues) {
      if (queue.isRetrying && !queue.isSending && !queue.isEmpty) void this.#sendAlone(queue);
    }
    while (this.#sharedSends < MAX_SHARED_SENDS) {
      const parts = this.#collect();
      if (parts.length === 0) return;
      void this.#sendShared(parts);
    }
  }

  #collect(): PartitionSend[] {
    const parts: PartitionSend[] = [];
    const { length } = this.#queues;
    let records = 0;
    for (let step = 0; step < length && records < MAX_RECORDS; step++) {
      const queue = this.#queues[this.#turn++ % length];
      if (queue === undefined || queue.isSending || queue.isRetrying) continue;
      const messages = queue.take(MAX_RECORDS - records);
      if (messages.length > 0) parts.push({ queue, partition: queue.partition, messages });
      records += messages.length;
    }
    this.#turn %= length;
    return parts;
  }

  async #sendShared(parts: readonly PartitionSend[]): Promise<void> {
    this.#sharedSends += 1;
    const failure = await this.#send(parts);
    this.#sharedSends -= 1;
    if (failure !== null) this.#context.settings.onWarning(`append to ${this.#topic}: ${messageOf(failure)}`);
    this.#sendReady();
  }

  async #sendAlone(queue: PartitionQueue): Promise<void> {
    const messages = queue.take(MAX_RECORDS);
    if (messages.length === 0) return;
    const part = { queue, partition: queue.partition, messages };
    const failure = await this.#send([part]);
    if (failure === null || queue.failures === 0) {
      this.#sendReady();
    } else {
      queue.isSending = true;
      this.#context.settings.time.after(Math.min(backOffMs(queue.failures - 1), 1_000), () => {
        queue.isSending = false;
        this.#sendReady();
      });
    }
  }

  /** Returns why records are not acknowledged, null if all are. */
  async #send(parts: readonly PartitionSend[]): Promise<Error | null> {
    for (const { queue } of parts) queue.isSending = true;
    let acknowledged = new Map<number, number>();
    let failure: Error | null = null;
    try {
      const { producers, send } = this.#context;
      acknowledged = await producers.use((producer) => sendChecked(producer, this.#topic, parts, send));
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    for (const { queue, messages } of parts) {
      queue.isSending = false;
      const offset = acknowledged.get(queue.partition);
      if (offset !== undefined) {
        queue.acknowledged(messages, offset);
      } else if (parts.length === 1 && isPermanentRejection(failure)) {
        queue.rejected(messages, messageOf(failure));
      } else {
        failure ??= new Error('the answer to a send lacks some of its partitions: they are sent again');
        queue.unacknowledged(messages, failure);
      }
    }
    return failure;
  }
}

interface PartitionSend extends PartitionMessages<QueuedRecord> {
  readonly queue: PartitionQueue;
}

/** Errors that do not go away however often the record is sent. */
function isPermanentRejection(error: Error | null): boolean {
  const type = error === null ? null : kafkaErrorType(error);
  return type !== null && ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'].includes(type);
}
