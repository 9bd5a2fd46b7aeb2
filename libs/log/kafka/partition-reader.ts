import { type PartitionSource, PartitionDriver } from '../driver.js';
import type { ConsumeOptions, PartitionBounds, PartitionProgress } from '../log.js';
import type { Time } from '../time.js';
import type { FetchedMessages } from './group-member.js';
import { type FetchedMessage, toLogRecord } from './records.js';

/**
 * Brings the chunks a member fetches of one partition to its driver: one after the other, cut into batches,
 * while the next is fetched already. Believes a chunk only if it was fetched from the very offset that is
 * next: what was on its way before a seek is dropped, and where kafkajs has gone elsewhere by itself (it
 * begins anew when an offset is out of range) that is looked into.
 */
export class PartitionReader implements PartitionSource {
  readonly driver: PartitionDriver;
  /** When something last came of it, as the process counts milliseconds. */
  fetchedAt = performance.now();
  readonly #options: ReaderOptions;
  #started = false;
  /** Fetched and not yet dealt with, without a gap from `from` to `want`. */
  #messages: readonly FetchedMessage[] = [];
  #from = 0;
  /** The offset the next chunk must have been fetched from; null before the first seek. */
  #nextFetch: number | null = null;
  #end = 0;
  #stopped = true;
  #delivering = false;
  /** Told where to deliver from while a batch was in hand. */
  #redirected = false;
  #paused = true;

  constructor(partition: number, options: ReaderOptions) {
    this.#options = options;
    const { time, initial: supposed, consume } = options;
    this.driver = new PartitionDriver({ ...consume, partition, source: this, time, initial: supposed });
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

  /** True while records are asked for and none has come. */
  get isWaiting(): boolean {
    return this.#nextFetch !== null && !this.#paused && this.#messages.length === 0;
  }

  /** Where it waits, if it does. */
  get nextFetch(): number | null {
    return this.#nextFetch;
  }

  /** The member has joined: kafkajs has forgotten where the partition was. Before anything is fetched. */
  joined(): void {
    this.#paused = this.#nextFetch === null || this.#isFull;
    if (this.#nextFetch !== null) this.#options.seek(this.#nextFetch);
    if (this.#paused) this.#options.pause();
    else this.#options.resume();
  }

  fetched(chunk: FetchedMessages): void {
    this.fetchedAt = performance.now();
    if (this.#nextFetch === null) return;
    if (chunk.from !== this.#nextFetch) {
      this.#paused = true;
      this.#options.pause();
      this.#options.positionDoubted();
      return;
    }
    this.#messages = this.#messages.length === 0 ? chunk.messages : [...this.#messages, ...chunk.messages];
    this.#nextFetch = chunk.next;
    this.#end = chunk.end;
    this.#updateFlow();
    void this.#deliverAll();
  }

  /** Asks for what comes from the offset on: there is nothing between it and where it was. */
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

  /** What is fetched meanwhile is kept; the flow stops when there is enough of it. */
  stopDelivery(): void {
    this.#stopped = true;
  }

  bounds(): Promise<Pick<PartitionBounds, 'begin' | 'end'>> {
    return this.#options.bounds();
  }

  commit(next: number): void {
    this.#options.commit(next);
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

  async #deliverNext(want: number): Promise<void> {
    const { batchRecords } = this.#options.consume;
    const records = this.#messages.slice(0, batchRecords).map(toLogRecord);
    const isAll = records.length === this.#messages.length;
    const through = isAll ? want : (records.at(-1)?.offset ?? want - 1) + 1;
    await this.driver.deliver({ records, next: through, begin: this.#from, end: this.#end });
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
  readonly commit: (next: number) => void;
  readonly bounds: () => Promise<Pick<PartitionBounds, 'begin' | 'end'>>;
  /** A chunk came from elsewhere than asked for; nothing more comes until `skipTo`. */
  readonly positionDoubted: () => void;
}
