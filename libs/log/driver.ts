import type {
  ConsumeOptions,
  LogRecord,
  StoredPosition,
  BatchResult,
  PartitionBounds,
  PartitionHandler,
  PartitionProgress,
} from './log.js';
import { fingerprintOf, fingerprintOffset } from './fingerprint.js';
import { WrongLog } from './log.js';
import { anotherLog, offsetOutOfRange, truncatedBelow } from './offset-checks.js';
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
  /** Fingerprint of the last record before it; null: not known. */
  #lastRead: string | null = null;
  /** Found while a batch was processed. */
  #wrongLog: Error | null = null;
  #cancelCheck: (() => void) | null = null;
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
    if (this.#cancelCheck === null) this.#scheduleCheck();
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
    if (fetched.end < this.#end) {
      await this.#checkLog();
      // What was fetched is fetched again; a log that has another end again is another question.
      if (this.#state.name !== 'running') return;
    }
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
    let lastRead: string | null;
    let fault: Error | null;
    try {
      next = await handler.assigned(this.partition);
      lastRead = await this.#storedLastRead();
      bounds = await source.bounds();
      fault =
        offsetOutOfRange(this.#name(), next, bounds.begin, bounds.end) ??
        (lastRead === null ? null : await this.#comparedWithLog(lastRead, bounds.begin));
    } catch (error) {
      if (error instanceof WrongLog) this.#fail(error);
      else this.#backOff(asError(error), () => this.start());
      return;
    }
    if (this.#hasEnded()) return;
    this.#position = next;
    this.#handlerNext = next;
    this.#lastRead = lastRead;
    this.#end = bounds.end;
    this.#nextTimestamp = null;
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
    const last = records.findLast(({ offset }) => offset < next);
    if (last !== undefined) this.#lastRead = fingerprintOf(last);
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
    const position = { next, lastRead: this.#lastRead };
    if (state.name === 'ended') {
      if (state.commits) this.#options.source.commit(position);
      return;
    }
    this.#state = { name: 'running' };
    this.#options.source.commit(position);
    if (this.#wrongLog !== null) this.#fail(this.#wrongLog);
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

  #scheduleCheck(): void {
    this.#cancelCheck = this.#options.time.after(CHECK_INTERVAL_MS, () => {
      void this.#check().finally(() => this.#hasEnded() || this.#scheduleCheck());
    });
  }

  async #check(): Promise<void> {
    await this.#checkLog();
    const { storedPosition } = this.#options;
    if (storedPosition !== undefined) await this.#checkStore(storedPosition);
  }

  /** Fingerprint beside the stored position; null: none is. */
  async #storedLastRead(): Promise<string | null> {
    const { storedPosition, source } = this.#options;
    const stored =
      storedPosition === undefined ? await source.committed() : await storedPosition(this.partition);
    return stored?.lastRead ?? null;
  }

  /** A topic may be recreated while it is consumed, and grow beyond the position before anyone looks. */
  async #checkLog(): Promise<void> {
    const { name } = this.#state;
    const lastRead = this.#lastRead;
    if (lastRead === null || (name !== 'running' && name !== 'processing')) return;
    const { source } = this.#options;
    const fault = await source
      .bounds()
      .then(({ begin }) => this.#comparedWithLog(lastRead, begin))
      .catch(() => null);
    if (fault === null) return;
    if (this.#state.name === 'running') this.#fail(fault);
    else this.#wrongLog = fault;
  }

  async #comparedWithLog(lastRead: string, begin: number): Promise<Error | null> {
    const offset = fingerprintOffset(lastRead);
    const record = offset === null || offset < begin ? null : await this.#options.source.recordFrom(offset);
    return anotherLog(this.#name(), lastRead, record, begin);
  }

  /**
   * The next commit notices a store that was wiped or rolled back. Where no record comes there is no commit,
   * and the sums that the store lost would stay missing.
   */
  async #checkStore(stored: NonNullable<ConsumeOptions['storedPosition']>): Promise<void> {
    const promised = this.#handlerNext;
    if (this.#state.name !== 'running') return;
    const next = await stored(this.partition).then(
      (position) => position?.next ?? null,
      () => promised,
    );
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
    this.#options.onStopped?.(this.partition, error);
  }

  #endOnce(commits: boolean): Promise<void> {
    this.#stopping ??= this.#endNow(commits);
    return this.#stopping;
  }

  async #endNow(commits: boolean): Promise<void> {
    if (this.#state.name === 'paused') this.#state.cancel();
    this.#cancelCheck?.();
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
  readonly storedPosition?: ConsumeOptions['storedPosition'];
  /** See `ConsumeOptions`. */
  readonly onStopped?: ConsumeOptions['onStopped'];
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
  /** The first record at or after an offset; null: there is none yet. A rejection is lost infrastructure. */
  recordFrom(offset: number): Promise<LogRecord | null>;
  /** The position that was committed last and is written; null: none. A rejection is lost infrastructure. */
  committed(): Promise<StoredPosition | null>;
  /** Everything below its `next` is processed. May be written later. */
  commit(position: StoredPosition): void;
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

/**
 * How often a partition is compared with its log, and without a batch under way with what is stored of it.
 */
const CHECK_INTERVAL_MS = 5_000;

/** 100 ms, doubled with each failure in a row, at most 10 s. */
export function backOffMs(failures: number): number {
  return Math.min(100 * 2 ** failures, 10_000);
}

function asError(thrown: unknown): Error {
  return Error.isError(thrown) ? thrown : new Error(String(thrown));
}
