import { type Feed, PartitionDriver } from '../driver.js';
import type { ConsumeOptions, PartitionBounds, PartitionProgress } from '../log.js';
import type { Time } from '../time.js';
import type { Chunk } from './group-member.js';
import { type FetchedMessage, recordOf } from './records.js';

/**
 * Brings the chunks a member fetches of one partition to its driver: one after the other, cut into batches,
 * while the next is fetched already. Believes a chunk only if it was fetched from the very offset that is
 * next: what was on its way before a seek is dropped, and where kafkajs has gone elsewhere by itself (it
 * begins anew when an offset is out of range) that is looked into.
 */
export class PartitionReader implements Feed {
  readonly driver: PartitionDriver;
  /** When something last came of it, as the process counts milliseconds. */
  fetchedAt = performance.now();
  readonly #options: ReaderOptions;
  #started = false;
  /** Fetched and not yet dealt with, without a gap from `from` to `want`. */
  #messages: readonly FetchedMessage[] = [];
  #from = 0;
  /** The offset the next chunk must have been fetched from; null before the first seek. */
  #want: number | null = null;
  #end = 0;
  #held = true;
  #pumping = false;
  /** Told where to deliver from while a batch was in hand. */
  #told = false;
  #paused = true;

  constructor(partition: number, options: ReaderOptions) {
    this.#options = options;
    const { time, supposed, consume } = options;
    this.driver = new PartitionDriver({ ...consume, partition, feed: this, time, supposed });
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
    return this.#want !== null && !this.#paused && this.#messages.length === 0;
  }

  /** Where it waits, if it does. */
  get wanted(): number | null {
    return this.#want;
  }

  /** The member has joined: kafkajs has forgotten where the partition was. Before anything is fetched. */
  joined(): void {
    this.#paused = this.#want === null || this.#isFull;
    if (this.#want !== null) this.#options.seek(this.#want);
    if (this.#paused) this.#options.pause();
    else this.#options.resume();
  }

  fetched(chunk: Chunk): void {
    this.fetchedAt = performance.now();
    if (this.#want === null) return;
    if (chunk.from !== this.#want) {
      this.#paused = true;
      this.#options.pause();
      this.#options.doubted();
      return;
    }
    this.#messages = this.#messages.length === 0 ? chunk.messages : [...this.#messages, ...chunk.messages];
    this.#want = chunk.through;
    this.#end = chunk.end;
    this.#flow();
    void this.#pump();
  }

  /** Asks for what comes from the offset on: there is nothing between it and where it was. */
  skipTo(offset: number): void {
    this.#want = offset;
    this.#seek(offset);
    void this.#pump();
  }

  deliverFrom(offset: number): void {
    this.#held = false;
    this.#told = true;
    if (this.#want === null || offset < this.#from || offset > this.#want) {
      this.#messages = [];
      this.#from = offset;
      this.#want = offset;
      this.#seek(offset);
    } else {
      this.#drop(offset);
    }
    void this.#pump();
  }

  /** What is fetched meanwhile is kept; the flow stops when there is enough of it. */
  hold(): void {
    this.#held = true;
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

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#held && this.#want !== null && this.driver.next < this.#want) {
      const { next } = this.driver;
      this.#told = false;
      await this.#takeNext(this.#want);
      if (this.driver.next === next && !this.#told) break;
      this.#drop(this.driver.next);
      this.#flow();
    }
    this.#pumping = false;
  }

  async #takeNext(want: number): Promise<void> {
    const { batchRecords } = this.#options.consume;
    const records = this.#messages.slice(0, batchRecords).map(recordOf);
    const isAll = records.length === this.#messages.length;
    const through = isAll ? want : (records.at(-1)?.offset ?? want - 1) + 1;
    await this.driver.take({ records, through, begin: this.#from, end: this.#end });
  }

  #drop(below: number): void {
    this.#from = below;
    const first = this.#messages.findIndex(({ offset }) => Number(offset) >= below);
    this.#messages = first < 0 ? [] : this.#messages.slice(first);
  }

  #seek(offset: number): void {
    this.fetchedAt = performance.now();
    this.#options.seek(offset);
    this.#flow();
  }

  get #isFull(): boolean {
    return this.#messages.length >= this.#options.consume.batchRecords;
  }

  #flow(): void {
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
  readonly supposed: { readonly next: number; readonly end: number };
  readonly seek: (offset: number) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly commit: (next: number) => void;
  readonly bounds: () => Promise<Pick<PartitionBounds, 'begin' | 'end'>>;
  /** A chunk came from elsewhere than asked for; nothing more comes until `skipTo`. */
  readonly doubted: () => void;
}
