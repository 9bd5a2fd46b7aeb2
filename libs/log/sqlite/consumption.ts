import { PartitionDriver } from '../driver.js';
import type { PartitionSource } from '../partition-source.js';
import type { ConsumeOptions, Consumption, LogRecord, PartitionProgress, StoredPosition } from '../log.js';
import type { Time } from '../time.js';
import type { PartitionTable } from './partition-table.js';

/** One member that holds every partition of a topic: this log has no other members. */
export class SqliteConsumption implements Consumption {
  readonly #readers: readonly PartitionReader[];
  readonly #whenStopped: () => void;
  #stopping: Promise<void> | null = null;
  #stopped = false;

  constructor(options: ReaderOptions, partitions: readonly PartitionTable[], whenStopped: () => void) {
    this.#readers = partitions.map((table) => new PartitionReader(options, table));
    this.#whenStopped = whenStopped;
  }

  start(): void {
    for (const reader of this.#readers) reader.start();
  }

  progress(): PartitionProgress[] {
    return this.#stopped ? [] : this.#readers.map((reader) => reader.progress());
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const ends = await Promise.allSettled(this.#readers.map((reader) => reader.stop()));
    this.#stopped = true;
    this.#whenStopped();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}

export interface ReaderOptions {
  readonly consume: ConsumeOptions;
  readonly time: Time;
  readonly commit: (partition: number, position: StoredPosition) => void;
  readonly committed: (partition: number) => StoredPosition | null;
}

/** Delivers one partition's records to its driver: woken by appends, one batch per turn of the event loop. */
class PartitionReader implements PartitionSource {
  readonly #options: ReaderOptions;
  readonly #table: PartitionTable;
  readonly #driver: PartitionDriver;
  #delivering = false;
  #busy = false;
  readonly #grown = (): void => {
    this.#driver.endMovedTo(this.#table.bounds.end);
    this.#wake();
  };

  constructor(options: ReaderOptions, table: PartitionTable) {
    const { begin, end } = table.bounds;
    this.#options = options;
    this.#table = table;
    this.#driver = new PartitionDriver({
      ...options.consume,
      partition: table.partition,
      source: this,
      time: options.time,
      initial: { next: options.committed(table.partition)?.next ?? begin, end },
    });
  }

  start(): void {
    this.#table.onGrowth.add(this.#grown);
    this.#driver.start();
  }

  async stop(): Promise<void> {
    this.#table.onGrowth.delete(this.#grown);
    await this.#driver.stop();
  }

  progress(): PartitionProgress {
    this.#driver.endMovedTo(this.#table.bounds.end);
    const progress = this.#driver.progress();
    if (progress.nextTimestamp !== null || progress.next >= progress.end) return progress;
    return { ...progress, nextTimestamp: this.#table.timestampAt(progress.next) };
  }

  deliverFrom(): void {
    this.#delivering = true;
    this.#wake();
  }

  stopDelivery(): void {
    this.#delivering = false;
  }

  bounds(): Promise<{ readonly begin: number; readonly end: number }> {
    return Promise.resolve(this.#table.bounds);
  }

  async recordFrom(offset: number): Promise<LogRecord | null> {
    return this.#table.read(offset, 1)[0] ?? null;
  }

  committed(): Promise<StoredPosition | null> {
    return Promise.resolve(this.#options.committed(this.#table.partition));
  }

  commit(position: StoredPosition): void {
    this.#options.commit(this.#table.partition, position);
  }

  /** By setImmediate, so that requests and other partitions get their turn between two batches. */
  #wake(): void {
    if (this.#busy || !this.#delivering) return;
    this.#busy = true;
    setImmediate(() => {
      void this.#deliver();
    });
  }

  async #deliver(): Promise<void> {
    let delivered = false;
    try {
      delivered = this.#delivering && (await this.#deliverNext());
    } catch (error) {
      this.#driver.fetchFailed(Error.isError(error) ? error : new Error(String(error)));
    }
    this.#busy = false;
    if (delivered) this.#wake();
  }

  /** False where there is nothing to deliver: the next append wakes the reader. */
  async #deliverNext(): Promise<boolean> {
    const { begin, end } = this.#table.bounds;
    if (this.#driver.next >= end) return false;
    const records = this.#table.read(this.#driver.next, this.#options.consume.batchRecords);
    const last = records.at(-1);
    await this.#driver.deliver({ records, next: last === undefined ? end : last.offset + 1, begin, end });
    return true;
  }
}
