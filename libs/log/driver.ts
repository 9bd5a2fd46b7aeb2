import type { ConsumeOptions, LogRecord, BatchResult, PartitionHandler, PartitionProgress } from './log.js';
import { backOffMs } from './back-off.js';
import { fingerprintOf } from './fingerprint.js';
import { comparedWithLog, storedLastRead } from './log-identity.js';
import { WrongLog } from './log.js';
import { offsetOutOfRange, truncatedBelow } from './offset-checks.js';
import { PartitionAdvance } from './partition-advance.js';
import type { FetchedRecords, PartitionSource } from './partition-source.js';
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
  readonly #at: PartitionAdvance;
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
    this.#at = new PartitionAdvance(options.initial, options.time);
  }

  start(): void {
    this.#work = this.#assign();
    if (this.#cancelCheck === null) this.#scheduleCheck();
  }

  /** Next offset to be processed, as far as known. */
  get next(): number {
    return this.#at.next;
  }

  /**
   * Passes on the records that were fetched from `next` on; resolves when their result is handled. Records
   * below `next` are left out; a fetch that arrives when the partition is not running is dropped.
   */
  async deliver(fetched: FetchedRecords): Promise<void> {
    if (this.#state.name !== 'running') return;
    if (fetched.end < this.#at.end) {
      await this.#checkLog();
      // What was fetched is fetched again; a log that has another end again is another question.
      if (this.#state.name !== 'running') return;
    }
    this.endMovedTo(fetched.end);
    if (this.#at.next < fetched.begin) {
      this.#fail(truncatedBelow(this.#name(), this.#at.next, fetched.begin));
      return;
    }
    const first = fetched.records.findIndex((record) => record.offset >= this.#at.next);
    const records = first === 0 ? fetched.records : first < 0 ? [] : fetched.records.slice(first);
    if (records.length === 0) {
      if (fetched.next > this.#at.next) this.#advance(fetched.next, null);
      return;
    }
    this.#state = { name: 'processing' };
    this.#work = this.#handle(records, fetched);
    await this.#work;
  }

  /** Reports the end of the partition as the adapter knows it now. */
  endMovedTo(end: number): void {
    if (this.#isCaughtUp()) this.#at.record();
    this.#at.end = end;
    if (this.#isCaughtUp()) this.#at.record();
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
      ...this.#at.shown(),
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
      lastRead = await storedLastRead(this.partition, this.#options.storedPosition, source);
      bounds = await source.bounds();
      fault =
        offsetOutOfRange(this.#name(), next, bounds.begin, bounds.end) ??
        (await comparedWithLog(this.#name(), lastRead, bounds.begin, source));
    } catch (error) {
      if (error instanceof WrongLog) this.#fail(error);
      else this.#backOff(asError(error), () => this.start());
      return;
    }
    if (this.#hasEnded()) return;
    this.#at.next = next;
    this.#handlerNext = next;
    this.#lastRead = lastRead;
    this.#at.end = bounds.end;
    this.#at.nextTimestamp = null;
    if (fault !== null) {
      this.#fail(fault);
      return;
    }
    this.#run();
    if (this.#isCaughtUp()) this.#at.record();
  }

  #run(): void {
    this.#state = { name: 'running' };
    this.#options.source.deliverFrom(this.#at.next);
  }

  async #handle(records: readonly LogRecord[], fetched: FetchedRecords): Promise<void> {
    const { handler, topic } = this.#options;
    this.#at.nextTimestamp = records[0]?.timestamp ?? null;
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
    this.#at.next = next;
    this.#at.nextTimestamp = nextTimestamp;
    this.#at.record();
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
    if (this.#at.failures === 0) {
      this.#at.failures = 1;
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

  /** A topic may be recreated while it is consumed, and grow beyond the position before anyone looks. */
  async #checkLog(): Promise<void> {
    const { name } = this.#state;
    const lastRead = this.#lastRead;
    if (lastRead === null || (name !== 'running' && name !== 'processing')) return;
    const { source } = this.#options;
    const fault = await source
      .bounds()
      .then(({ begin }) => comparedWithLog(this.#name(), lastRead, begin, source))
      .catch(() => null);
    if (fault === null) return;
    if (this.#state.name === 'running') this.#fail(fault);
    else this.#wrongLog = fault;
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
    this.#at.pausedBy = cause;
    const cancel = this.#options.time.after(backOffMs(this.#at.failures), again);
    this.#at.failures += 1;
    this.#state = { name: 'paused', cancel };
  }

  /** A broken invariant: the partition stops and shows why until an operator acts. */
  #fail(error: Error): void {
    this.#at.pausedBy = error;
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

  #isCaughtUp(): boolean {
    return this.#state.name === 'running' && this.#at.next >= this.#at.end;
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

type State =
  | { readonly name: 'assigning' | 'running' | 'processing' | 'failed' }
  | { readonly name: 'paused'; readonly cancel: () => void }
  | { readonly name: 'ended'; readonly commits: boolean };

/**
 * How often a partition is compared with its log, and without a batch under way with what is stored of it.
 */
const CHECK_INTERVAL_MS = 5_000;

function asError(thrown: unknown): Error {
  return Error.isError(thrown) ? thrown : new Error(String(thrown));
}
