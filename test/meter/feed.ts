import type { Log, LogRecord, NewRecord, PartitionHandler } from '#log/log.js';
import { partitionOf } from '#log/partition.js';
import { topics } from '#wire/topics.js';

/**
 * A log in the memory of this process, for load: it hands what is appended on to the handlers of its topics
 * in whole batches, and keeps the last records of the facts, so that the meter can read them again. No more
 * than the stages need, and nothing of it is durable.
 */
export class Feed {
  readonly #handlers = new Map<string, PartitionHandler>();
  readonly #queues = new Map<string, Queue>();
  readonly #partitions: number;
  readonly #keptFacts: number;
  readonly #batchRecords: number;
  /** Log time, ms. */
  now = 0;

  constructor(options: { partitions: number; keptFacts: number; batchRecords: number }) {
    this.#partitions = options.partitions;
    this.#keptFacts = options.keptFacts;
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
          queue.keep(topic === topics.facts.name ? this.#keptFacts : 0);
        }
      }
    }
  }

  #append(topic: string, { key, value }: NewRecord): { partition: number; offset: number } {
    const partition = partitionOf(key, this.#partitions);
    const queue = this.#queue(topic, partition);
    return { partition, offset: queue.add({ timestamp: this.now, key, value }) };
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

  /** Drops what was delivered but for the last `records`, some at a time. */
  keep(records: number): void {
    const max = records + Math.max(1_000, records / 10);
    const past = this.delivered - this.begin;
    if (past <= max) return;
    this.#records = this.#records.slice(past - records);
    this.begin += past - records;
  }
}

async function notHere(): Promise<never> {
  throw new Error('a feed only appends and reads');
}
