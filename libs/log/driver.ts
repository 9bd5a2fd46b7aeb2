import type {
  ConsumeOptions,
  LogRecord,
  BatchResult,
  PartitionBounds,
  PartitionHandler,
  PartitionProgress,
} from './log.js';
import { offsetOutOfRange, truncatedBelow } from './offset-checks.js';
import type { Time } from './time.js';

/**
 * Drives one partition for one handler, whatever log it is in: gets the offset to begin at, passes batch
 * after batch to the handler, and acts on the results. The adapter only moves records: it implements
 * `PartitionSource` and calls `deliver`.
 *
 * ```
 *               .------------ fenced --------------.
 *               v                                  |
 *   start -> assigning --> running --deliver--> processing --done--> running
 *               |  ^         ^ |                   | | '--throws, wrong next--> failed
 *       rejects |  | later   | | fetchFailed       | '--retry--.
 *               '--> paused -' '--------------> paused <-------'      stop, lose: any -> ended
 * ```
 */
export class PartitionDriver {
  readonly partition: number;
  #state: State = { name: 'assigning' };
  /** The call of the handler that is under way. Never rejects. */
  #work: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | null = null;
  #position: number;
  #end: number;
  #nextTimestamp: number | null = null;
  #progressedAt: number;
  #pauseCause: Error | null = null;
  /** Failed attempts in a row. */
  #failures = 0;
  /** The last `next` of the handler. */
  #handlerNext = 0;
  #cancelStoreCheck: (() => void) | null = null;
  readonly #options: DriverOptions;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.partition = options.partition;
    this.#position = options.initial.next;
    this.#end = options.initial.end;
    this.#progressedAt = options.time.now();
  }

  start(): void {
    this.#work = this.#assign();
    if (this.#options.storedNext !== undefined && this.#cancelStoreCheck === null)
      this.#scheduleStoreCheck(this.#options.storedNext);
  }

  /** Next offset to be processed, as far as known. */
  get next(): number {
    return this.#position;
  }

  /**
   * Passes on the records that were fetched from `next` on; resolves when their result is handled. Records
   * below `next` are left out; a fetch that arrives when the partition is not running is dropped.
   */
  async deliver(fetched: FetchedRecords): Promise<void> {
    if (this.#state.name !== 'running') return;
    this.endMovedTo(fetched.end);
    if (this.#position < fetched.begin) {
      this.#fail(truncatedBelow(this.#name(), this.#position, fetched.begin));
      return;
    }
    const first = fetched.records.findIndex((record) => record.offset >= this.#position);
    const records = first === 0 ? fetched.records : first < 0 ? [] : fetched.records.slice(first);
    if (records.length === 0) {
      if (fetched.next > this.#position) this.#advance(fetched.next, null);
      return;
    }
    this.#state = { name: 'processing' };
    this.#work = this.#handle(records, fetched);
    await this.#work;
  }

  /** Reports the end of the partition as the adapter knows it now. */
  endMovedTo(end: number): void {
    if (this.#isCaughtUp()) this.#recordProgress();
    this.#end = end;
    if (this.#isCaughtUp()) this.#recordProgress();
  }

  /** Reports that the adapter could not fetch: lost infrastructure. */
  fetchFailed(cause: Error): void {
    if (this.#state.name !== 'running') return;
    this.#backOff(cause, () => this.#run());
  }

  /** Waits for the batch under way and commits it; delivers nothing more. */
  async stop(): Promise<void> {
    await this.#endOnce(true);
  }

  /** Waits for the batch under way; commits nothing, since another member owns the partition now. */
  async lose(): Promise<void> {
    await this.#endOnce(false);
  }

  progress(): PartitionProgress {
    return {
      partition: this.partition,
      next: this.#position,
      end: this.#end,
      nextTimestamp: this.#nextTimestamp,
      progressedAt: this.#progressedAt,
      pausedBy: this.#pauseCause,
      stopped: this.#state.name === 'failed',
    };
  }

  async #assign(): Promise<void> {
    const { handler, source } = this.#options;
    this.#state = { name: 'assigning' };
    let next: number;
    let bounds: { readonly begin: number; readonly end: number };
    try {
      next = await handler.assigned(this.partition);
      bounds = await source.bounds();
    } catch (error) {
      this.#backOff(asError(error), () => this.start());
      return;
    }
    if (this.#hasEnded()) return;
    this.#position = next;
    this.#handlerNext = next;
    this.#end = bounds.end;
    this.#nextTimestamp = null;
    const fault = offsetOutOfRange(this.#name(), next, bounds.begin, bounds.end);
    if (fault !== null) {
      this.#fail(fault);
      return;
    }
    this.#run();
    if (this.#isCaughtUp()) this.#recordProgress();
  }

  #run(): void {
    this.#state = { name: 'running' };
    this.#options.source.deliverFrom(this.#position);
  }

  async #handle(records: readonly LogRecord[], fetched: FetchedRecords): Promise<void> {
    const { handler, topic } = this.#options;
    this.#nextTimestamp = records[0]?.timestamp ?? null;
    let result: BatchResult;
    try {
      result = await handler.batch({ topic, partition: this.partition, records, end: fetched.end });
    } catch (error) {
      this.#fail(asError(error));
      return;
    }
    switch (result.status) {
      case 'done':
        this.#done(result.next, records, fetched.next);
        return;
      case 'fenced':
        await this.#fenced();
        return;
      case 'retry':
        this.#backOff(result.cause, () => this.#run());
        return;
    }
  }

  #done(next: number, records: readonly LogRecord[], through: number): void {
    const first = records[0]?.offset ?? next;
    const afterLast = (records.at(-1)?.offset ?? next) + 1;
    if (!Number.isSafeInteger(next) || next <= first || next > afterLast) {
      const at = this.#name();
      this.#fail(
        new Error(`${at}: the handler answered next ${next} to a batch of ${first} to ${afterLast - 1}`),
      );
      return;
    }
    this.#handlerNext = next;
    if (next === afterLast) {
      this.#advance(Math.max(through, afterLast), null);
    } else {
      const rest = records.find((record) => record.offset >= next);
      this.#advance(next, rest?.timestamp ?? null);
      if (this.#state.name === 'running') this.#options.source.deliverFrom(next);
    }
  }

  #advance(next: number, nextTimestamp: number | null): void {
    this.#position = next;
    this.#nextTimestamp = nextTimestamp;
    this.#recordProgress();
    const state = this.#state;
    if (state.name === 'ended') {
      if (state.commits) this.#options.source.commit(next);
      return;
    }
    this.#state = { name: 'running' };
    this.#options.source.commit(next);
  }

  /** The first time in a row without a pause: usually the partition was lost once. */
  async #fenced(): Promise<void> {
    if (this.#hasEnded()) return;
    this.#options.source.stopDelivery();
    if (this.#failures === 0) {
      this.#failures = 1;
      await this.#assign();
      return;
    }
    const cause = new Error(
      `${this.#name()}: fenced repeatedly: another process seems to work on this partition as well`,
    );
    this.#backOff(cause, () => this.start());
  }

  #scheduleStoreCheck(stored: StoredNext): void {
    this.#cancelStoreCheck = this.#options.time.after(STORE_CHECK_INTERVAL_MS, () => {
      void this.#checkStore(stored).finally(() => this.#hasEnded() || this.#scheduleStoreCheck(stored));
    });
  }

  /**
   * The next commit notices a store that was wiped or rolled back. Where no record comes there is no commit,
   * and the sums that the store lost would stay missing.
   */
  async #checkStore(stored: StoredNext): Promise<void> {
    const promised = this.#handlerNext;
    if (this.#state.name !== 'running') return;
    const next = await stored(this.partition).catch(() => promised);
    if (this.#state.name !== 'running' || this.#handlerNext !== promised) return;
    if (next !== null && next >= promised) return;
    this.#options.source.stopDelivery();
    this.#work = this.#assign();
    await this.#work;
  }

  #backOff(cause: Error, again: () => void): void {
    if (this.#hasEnded()) return;
    this.#options.source.stopDelivery();
    this.#pauseCause = cause;
    const cancel = this.#options.time.after(backOffMs(this.#failures), again);
    this.#failures += 1;
    this.#state = { name: 'paused', cancel };
  }

  /** A broken invariant: the partition stops and shows why until an operator acts. */
  #fail(error: Error): void {
    this.#pauseCause = error;
    if (this.#hasEnded()) return;
    this.#options.source.stopDelivery();
    this.#state = { name: 'failed' };
  }

  #endOnce(commits: boolean): Promise<void> {
    this.#stopping ??= this.#endNow(commits);
    return this.#stopping;
  }

  async #endNow(commits: boolean): Promise<void> {
    if (this.#state.name === 'paused') this.#state.cancel();
    this.#cancelStoreCheck?.();
    this.#state = { name: 'ended', commits };
    this.#options.source.stopDelivery();
    await this.#work;
    this.#options.handler.lost(this.partition);
  }

  #recordProgress(): void {
    this.#progressedAt = this.#options.time.now();
    this.#pauseCause = null;
    this.#failures = 0;
  }

  #isCaughtUp(): boolean {
    return this.#state.name === 'running' && this.#position >= this.#end;
  }

  #hasEnded(): boolean {
    return this.#state.name === 'ended';
  }

  #name(): string {
    return `${this.#options.topic}/${this.partition}`;
  }
}

export interface DriverOptions {
  readonly topic: string;
  readonly partition: number;
  readonly handler: PartitionHandler;
  readonly source: PartitionSource;
  readonly time: Time;
  /** See `ConsumeOptions`. */
  readonly storedNext?: StoredNext;
  /** Shown as progress until the handler has said where to begin. */
  readonly initial: { readonly next: number; readonly end: number };
}

/** Where a driver gets its records from: what an adapter implements. */
export interface PartitionSource {
  /**
   * Fetch from this offset on and pass the records to `deliver`, one fetch after the other (Kafka: seek,
   * resume).
   */
  deliverFrom(offset: number): void;
  /** Deliver nothing until the next `deliverFrom` (Kafka: pause). */
  stopDelivery(): void;
  /** Bounds of the partition now. A rejection is lost infrastructure. */
  bounds(): Promise<Pick<PartitionBounds, 'begin' | 'end'>>;
  /** Everything below is processed. May be written later. */
  commit(next: number): void;
}

export interface FetchedRecords {
  /** In offset order. May be empty. */
  readonly records: readonly LogRecord[];
  /**
   * The offset after all that was fetched: further on than the last record where transaction markers follow.
   */
  readonly next: number;
  readonly begin: number;
  readonly end: number;
}

type State =
  | { readonly name: 'assigning' | 'running' | 'processing' | 'failed' }
  | { readonly name: 'paused'; readonly cancel: () => void }
  | { readonly name: 'ended'; readonly commits: boolean };

type StoredNext = NonNullable<ConsumeOptions['storedNext']>;

/** How often a partition without a batch under way is compared with what is stored of it. */
const STORE_CHECK_INTERVAL_MS = 5_000;

/** 100 ms, doubled with each failure in a row, at most 10 s. */
export function backOffMs(failures: number): number {
  return Math.min(100 * 2 ** failures, 10_000);
}

function asError(thrown: unknown): Error {
  return Error.isError(thrown) ? thrown : new Error(String(thrown));
}
