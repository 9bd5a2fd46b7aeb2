import { PartitionDriver } from '../driver.js';
import type { PartitionSource } from '../partition-source.js';
import type {
  ConsumeOptions,
  LogRecord,
  PartitionBounds,
  PartitionProgress,
  StoredPosition,
} from '../log.js';
import type { Time } from '../time.js';
import type { FetchedMessages } from './group-member.js';
import { type FetchedMessage, toLogRecord } from './records.js';

/**
 * Delivers the messages that a member fetches of one partition to its driver: one batch after the other,
 * while the next are already fetched. Accepts messages only if they were fetched from the exact offset that
 * is next: messages requested before a seek are dropped, and where kafkajs fetched from another offset by
 * itself (it starts again at the oldest record when an offset is out of range) the position is verified.
 */
export class PartitionReader implements PartitionSource {
  readonly driver: PartitionDriver;
  /** When messages last arrived, in ms of `performance.now()`. */
  fetchedAt = performance.now();
  readonly #options: ReaderOptions;
  #started = false;
  /** Fetched and not yet processed, without a gap from `from` to `nextFetch`. */
  #messages: readonly FetchedMessage[] = [];
  #from = 0;
  /** The offset that the next messages must have been fetched from; null before the first seek. */
  #nextFetch: number | null = null;
  #end = 0;
  #stopped = true;
  #delivering = false;
  /** True when `deliverFrom` was called while a batch was processed. */
  #redirected = false;
  #paused = true;

  constructor(partition: number, options: ReaderOptions) {
    this.#options = options;
    const { time, initial, consume } = options;
    this.driver = new PartitionDriver({ ...consume, partition, source: this, time, initial });
  }

  get isStarted(): boolean {
    return this.#started;
  }

  start(): void {
    this.#started = true;
    this.driver.start();
  }

  stop(): Promise<void> {
    return this.#started ? this.driver.stop() : Promise.resolve();
  }

  lose(): Promise<void> {
    return this.driver.lose();
  }

  /** True while records are requested and none has arrived. */
  get isWaiting(): boolean {
    return this.#nextFetch !== null && !this.#paused && this.#messages.length === 0;
  }

  /** The offset of the next fetch; null before the first seek. */
  get nextFetch(): number | null {
    return this.#nextFetch;
  }

  /**
   * The member has joined and kafkajs has lost the partition's position. Called before anything is fetched.
   */
  joined(): void {
    this.#paused = this.#nextFetch === null || this.#isFull;
    if (this.#nextFetch !== null) this.#options.seek(this.#nextFetch);
    if (this.#paused) this.#options.pause();
    else this.#options.resume();
  }

  fetched(fetched: FetchedMessages): void {
    this.fetchedAt = performance.now();
    if (this.#nextFetch === null) return;
    if (fetched.from !== this.#nextFetch) {
      this.#paused = true;
      this.#options.pause();
      this.#options.positionDoubted();
      return;
    }
    this.#messages =
      this.#messages.length === 0 ? fetched.messages : [...this.#messages, ...fetched.messages];
    this.#nextFetch = fetched.next;
    this.#end = fetched.end;
    this.#updateFlow();
    void this.#deliverAll();
  }

  /** Continues at the offset: there are no records between it and the last one. */
  skipTo(offset: number): void {
    this.#nextFetch = offset;
    this.#seek(offset);
    void this.#deliverAll();
  }

  deliverFrom(offset: number): void {
    this.#stopped = false;
    this.#redirected = true;
    if (this.#nextFetch === null || offset < this.#from || offset > this.#nextFetch) {
      this.#messages = [];
      this.#from = offset;
      this.#nextFetch = offset;
      this.#seek(offset);
    } else {
      this.#dropBelow(offset);
    }
    void this.#deliverAll();
  }

  /** Messages that are fetched meanwhile are kept; fetching pauses when there are enough. */
  stopDelivery(): void {
    this.#stopped = true;
  }

  bounds(): Promise<Pick<PartitionBounds, 'begin' | 'end'>> {
    return this.#options.bounds();
  }

  recordFrom(offset: number): Promise<LogRecord | null> {
    return this.#options.recordFrom(offset);
  }

  committed(): Promise<StoredPosition | null> {
    return this.#options.committed();
  }

  commit(position: StoredPosition): void {
    this.#options.commit(position);
  }

  progress(): PartitionProgress {
    return this.driver.progress();
  }

  async #deliverAll(): Promise<void> {
    if (this.#delivering) return;
    this.#delivering = true;
    while (!this.#stopped && this.#nextFetch !== null && this.driver.next < this.#nextFetch) {
      const { next } = this.driver;
      this.#redirected = false;
      await this.#deliverNext(this.#nextFetch);
      if (this.driver.next === next && !this.#redirected) break;
      this.#dropBelow(this.driver.next);
      this.#updateFlow();
    }
    this.#delivering = false;
  }

  async #deliverNext(nextFetch: number): Promise<void> {
    const { batchRecords } = this.#options.consume;
    const records = this.#messages.slice(0, batchRecords).map(toLogRecord);
    const isAll = records.length === this.#messages.length;
    const next = isAll ? nextFetch : (records.at(-1)?.offset ?? nextFetch - 1) + 1;
    await this.driver.deliver({ records, next, begin: this.#from, end: this.#end });
  }

  #dropBelow(below: number): void {
    this.#from = below;
    const first = this.#messages.findIndex(({ offset }) => Number(offset) >= below);
    this.#messages = first < 0 ? [] : this.#messages.slice(first);
  }

  #seek(offset: number): void {
    this.fetchedAt = performance.now();
    this.#options.seek(offset);
    this.#updateFlow();
  }

  get #isFull(): boolean {
    return this.#messages.length >= this.#options.consume.batchRecords;
  }

  #updateFlow(): void {
    const paused = this.#isFull;
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#options.pause();
    else {
      this.fetchedAt = performance.now();
      this.#options.resume();
    }
  }
}

export interface ReaderOptions {
  readonly consume: ConsumeOptions;
  readonly time: Time;
  readonly initial: { readonly next: number; readonly end: number };
  readonly seek: (offset: number) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly commit: (position: StoredPosition) => void;
  readonly committed: () => Promise<StoredPosition | null>;
  readonly recordFrom: (offset: number) => Promise<LogRecord | null>;
  readonly bounds: () => Promise<Pick<PartitionBounds, 'begin' | 'end'>>;
  /** Messages came from another offset than requested; nothing more is fetched until `skipTo`. */
  readonly positionDoubted: () => void;
}
