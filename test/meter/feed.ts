import type { Log, LogRecord, NewRecord, PartitionHandler } from '#log/log.js';
import { partitionOf } from '#log/partition.js';
import { topics } from '#wire/topics.js';

/**
 * A log in the memory of this process, for load: it hands what is appended on to the handlers of its topics
 * in whole batches, and keeps the last states of the meter, so that it can read them again. No more than the
 * stages need, and nothing of it is durable.
 */
export class Feed {
  readonly #handlers = new Map<string, PartitionHandler>();
  readonly #queues = new Map<string, Queue>();
  readonly #partitions: number;
  readonly #keptStates: number;
  readonly #batchRecords: number;
  /** Log time, ms. */
  now = 0;

  constructor(options: { partitions: number; keptStates: number; batchRecords: number }) {
    this.#partitions = options.partitions;
    this.#keptStates = options.keptStates;
    this.#batchRecords = options.batchRecords;
  }

  async handle(topic: string, handler: PartitionHandler): Promise<void> {
    this.#handlers.set(topic, handler);
    for (let partition = 0; partition < this.#partitions; partition++) await handler.assigned(partition);
  }

  readonly log: Pick<Log, 'append' | 'read' | 'bounds' | 'committed'> & Log = {
    append: async (topic, records) => records.map((record) => this.#append(topic, record)),
    read: async (topic, partition, from, limit) => this.#queue(topic, partition).read(from, limit),
    bounds: async (topic) =>
      Array.from({ length: this.#partitions }, (_, partition) => {
        const { begin, end } = this.#queue(topic, partition);
        return { partition, begin, end };
      }),
    committed: async () => Array.from({ length: this.#partitions }, () => null),
    createTopics: notHere,
    offsetsAt: notHere,
    consume: notHere,
    close: notHere,
  };

  /** Hands on what makes whole batches, or all there is. */
  async deliver(all: boolean): Promise<void> {
    for (const [topic, handler] of this.#handlers) {
      for (let partition = 0; partition < this.#partitions; partition++) {
        const queue = this.#queue(topic, partition);
        while (queue.end - queue.delivered >= (all ? 1 : this.#batchRecords)) {
          const records = queue.read(queue.delivered, this.#batchRecords);
          const outcome = await handler.batch({ topic, partition, records, end: queue.end });
          if (outcome.status !== 'done') throw new Error(`${topic}: ${outcome.status}`, { cause: outcome });
          queue.delivered = outcome.next;
          queue.dropDelivered();
        }
      }
    }
  }

  #append(topic: string, record: NewRecord): { partition: number; offset: number } {
    const { key, value } = record;
    const partition = record.partition ?? partitionOf(key, this.#partitions);
    const queue = this.#queue(topic, partition);
    const offset = queue.add({ timestamp: this.now, key, value });
    if (topic === topics.states.name) queue.keepLast(this.#keptStates);
    return { partition, offset };
  }

  #queue(topic: string, partition: number): Queue {
    const name = `${topic}/${partition}`;
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const created = new Queue();
    this.#queues.set(name, created);
    return created;
  }
}

class Queue {
  begin = 0;
  delivered = 0;
  #records: LogRecord[] = [];

  get end(): number {
    return this.begin + this.#records.length;
  }

  add(record: Omit<LogRecord, 'offset'>): number {
    const offset = this.end;
    this.#records.push({ ...record, offset });
    return offset;
  }

  read(from: number, limit: number): LogRecord[] {
    const first = Math.max(0, from - this.begin);
    return this.#records.slice(first, first + limit);
  }

  dropDelivered(): void {
    this.#dropBelow(this.delivered);
  }

  keepLast(records: number): void {
    this.#dropBelow(this.end - records);
  }

  /** Some at a time. */
  #dropBelow(offset: number): void {
    const past = offset - this.begin;
    if (past <= Math.max(1_000, this.#records.length / 10)) return;
    this.#records = this.#records.slice(past);
    this.begin += past;
  }
}

async function notHere(): Promise<never> {
  throw new Error('a feed only appends and reads');
}
