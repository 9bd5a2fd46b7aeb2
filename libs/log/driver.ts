import type {
  ConsumeOptions,
  LogRecord,
  BatchResult,
  PartitionBounds,
  PartitionHandler,
  PartitionProgress,
} from './log.js';
import { offsetOutOfRange, truncated } from './offset-checks.js';
import type { Time } from './time.js';

/**
 * Drives one partition for one handler, whatever log it comes from: asks where to begin, hands on batch after
 * batch, and does what the outcomes say. The adapter only moves records: it implements `Feed` and calls
 * `take`.
 *
 * ```
 *               .----------- moved ------------.
 *               v                              |
 *   start -> assigning --> running --take--> inHand --done--> running
 *               |  ^         ^ |               | | '--throws, wrong next--> failed
 *       rejects |  | later   | | interrupted   | '--retry--.
 *               '--> paused -' '------------> paused <-----'        stop, lose: any -> ended
 * ```
 */
export class PartitionDriver {
  readonly partition: number;
  #state: State = { at: 'assigning' };
  /** What is under way: an `assigned`, a `batch`. Never rejects. */
  #work: Promise<void> = Promise.resolve();
  #ending: Promise<void> | null = null;
  #position: number;
  #end: number;
  #nextTimestamp: number | null = null;
  #progressedAt: number;
  #trouble: Error | null = null;
  /** Outcomes in a row that brought nothing forward. */
  #setbacks = 0;
  /** What the handler last said it goes on at. */
  #promised = 0;
  #cancelLook: (() => void) | null = null;
  readonly #options: DriverOptions;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.partition = options.partition;
    this.#position = options.supposed.next;
    this.#end = options.supposed.end;
    this.#progressedAt = options.time.now();
  }

  start(): void {
    this.#work = this.#assign();
    if (this.#options.storedNext !== undefined && this.#cancelLook === null)
      this.#lookAgain(this.#options.storedNext);
  }

  /** Next offset to be processed, as far as known. */
  get next(): number {
    return this.#position;
  }

  /**
   * Hands on what was fetched from `next` on; resolves when its outcome is dealt with. Records below `next`
   * are left out; a fetch that comes at another time than asked for is dropped.
   */
  async take(fetched: Fetched): Promise<void> {
    if (this.#state.at !== 'running') return;
    this.saw(fetched.end);
    if (this.#position < fetched.begin) {
      this.#fail(truncated(this.#name(), this.#position, fetched.begin));
      return;
    }
    const first = fetched.records.findIndex((record) => record.offset >= this.#position);
    const records = first === 0 ? fetched.records : first < 0 ? [] : fetched.records.slice(first);
    if (records.length === 0) {
      if (fetched.through > this.#position) this.#goneOn(fetched.through, null);
      return;
    }
    this.#state = { at: 'inHand' };
    this.#work = this.#handle(records, fetched);
    await this.#work;
  }

  /** The end of the partition as the adapter knows it now. */
  saw(end: number): void {
    if (this.#isCaughtUp()) this.#settle();
    this.#end = end;
    if (this.#isCaughtUp()) this.#settle();
  }

  /** The adapter could not fetch: lost infrastructure. */
  interrupted(cause: Error): void {
    if (this.#state.at !== 'running') return;
    this.#backOff(cause, () => this.#run());
  }

  /** Waits for what is in hand, commits it, then nothing more is delivered. */
  async stop(): Promise<void> {
    await this.#finish(true);
  }

  /** Waits for what is in hand; commits nothing, since the partition is somebody else's. */
  async lose(): Promise<void> {
    await this.#finish(false);
  }

  progress(): PartitionProgress {
    return {
      partition: this.partition,
      next: this.#position,
      end: this.#end,
      nextTimestamp: this.#nextTimestamp,
      progressedAt: this.#progressedAt,
      pausedBy: this.#trouble,
      stopped: this.#state.at === 'failed',
    };
  }

  async #assign(): Promise<void> {
    const { handler, feed } = this.#options;
    this.#state = { at: 'assigning' };
    let next: number;
    let bounds: { readonly begin: number; readonly end: number };
    try {
      next = await handler.assigned(this.partition);
      bounds = await feed.bounds();
    } catch (error) {
      this.#backOff(asError(error), () => this.start());
      return;
    }
    if (this.#hasEnded()) return;
    this.#position = next;
    this.#promised = next;
    this.#end = bounds.end;
    this.#nextTimestamp = null;
    const fault = offsetOutOfRange(this.#name(), next, bounds.begin, bounds.end);
    if (fault !== null) {
      this.#fail(fault);
      return;
    }
    this.#run();
    if (this.#isCaughtUp()) this.#settle();
  }

  #run(): void {
    this.#state = { at: 'running' };
    this.#options.feed.deliverFrom(this.#position);
  }

  async #handle(records: readonly LogRecord[], fetched: Fetched): Promise<void> {
    const { handler, topic } = this.#options;
    this.#nextTimestamp = records[0]?.timestamp ?? null;
    let outcome: BatchResult;
    try {
      outcome = await handler.batch({ topic, partition: this.partition, records, end: fetched.end });
    } catch (error) {
      this.#fail(asError(error));
      return;
    }
    switch (outcome.status) {
      case 'done':
        this.#done(outcome.next, records, fetched.through);
        return;
      case 'fenced':
        await this.#fenced();
        return;
      case 'retry':
        this.#backOff(outcome.cause, () => this.#run());
        return;
    }
  }

  #done(next: number, records: readonly LogRecord[], through: number): void {
    const first = records[0]?.offset ?? next;
    const afterLast = (records.at(-1)?.offset ?? next) + 1;
    if (!Number.isSafeInteger(next) || next <= first || next > afterLast) {
      const at = this.#name();
      this.#fail(
        new Error(`${at}: the handler went on at ${next} after a batch of ${first} to ${afterLast - 1}`),
      );
      return;
    }
    this.#promised = next;
    if (next === afterLast) {
      this.#goneOn(Math.max(through, afterLast), null);
    } else {
      const rest = records.find((record) => record.offset >= next);
      this.#goneOn(next, rest?.timestamp ?? null);
      if (this.#state.at === 'running') this.#options.feed.deliverFrom(next);
    }
  }

  #goneOn(next: number, nextTimestamp: number | null): void {
    this.#position = next;
    this.#nextTimestamp = nextTimestamp;
    this.#settle();
    const state = this.#state;
    if (state.at === 'ended') {
      if (state.commits) this.#options.feed.commit(next);
      return;
    }
    this.#state = { at: 'running' };
    this.#options.feed.commit(next);
  }

  /** The first time in a row at once: the usual case is a single loss. */
  async #fenced(): Promise<void> {
    if (this.#hasEnded()) return;
    this.#options.feed.hold();
    if (this.#setbacks === 0) {
      this.#setbacks = 1;
      await this.#assign();
      return;
    }
    const cause = new Error(
      `${this.#name()}: fenced again and again, somebody else seems to process it as well`,
    );
    this.#backOff(cause, () => this.start());
  }

  #lookAgain(stored: Stored): void {
    this.#cancelLook = this.#options.time.after(lookEveryMs, () => {
      void this.#look(stored).finally(() => this.#hasEnded() || this.#lookAgain(stored));
    });
  }

  /**
   * A store that was emptied or went back to an earlier moment is noticed by the next commit; where no record
   * comes there is none, and what it lost would stay lost.
   */
  async #look(stored: Stored): Promise<void> {
    const promised = this.#promised;
    if (this.#state.at !== 'running') return;
    const next = await stored(this.partition).catch(() => promised);
    if (this.#state.at !== 'running' || this.#promised !== promised) return;
    if (next !== null && next >= promised) return;
    this.#options.feed.hold();
    this.#work = this.#assign();
    await this.#work;
  }

  #backOff(cause: Error, again: () => void): void {
    if (this.#hasEnded()) return;
    this.#options.feed.hold();
    this.#trouble = cause;
    const cancel = this.#options.time.after(backOffMs(this.#setbacks), again);
    this.#setbacks += 1;
    this.#state = { at: 'paused', cancel };
  }

  /** A broken invariant: stands still and says so until somebody looks. */
  #fail(error: Error): void {
    this.#trouble = error;
    if (this.#hasEnded()) return;
    this.#options.feed.hold();
    this.#state = { at: 'failed' };
  }

  #finish(commits: boolean): Promise<void> {
    this.#ending ??= this.#wayOut(commits);
    return this.#ending;
  }

  async #wayOut(commits: boolean): Promise<void> {
    if (this.#state.at === 'paused') this.#state.cancel();
    this.#cancelLook?.();
    this.#state = { at: 'ended', commits };
    this.#options.feed.hold();
    await this.#work;
    this.#options.handler.lost(this.partition);
  }

  #settle(): void {
    this.#progressedAt = this.#options.time.now();
    this.#trouble = null;
    this.#setbacks = 0;
  }

  #isCaughtUp(): boolean {
    return this.#state.at === 'running' && this.#position >= this.#end;
  }

  #hasEnded(): boolean {
    return this.#state.at === 'ended';
  }

  #name(): string {
    return `${this.#options.topic}/${this.partition}`;
  }
}

export interface DriverOptions {
  readonly topic: string;
  readonly partition: number;
  readonly handler: PartitionHandler;
  readonly feed: Feed;
  readonly time: Time;
  /** See `ConsumeOptions`. */
  readonly storedNext?: Stored;
  /** Shown as progress until the handler has said where it stands. */
  readonly supposed: { readonly next: number; readonly end: number };
}

/** What an adapter does for a driver. */
export interface Feed {
  /** Fetch from this offset on and pass it to `take`, one fetch after the other (Kafka: seek, resume). */
  deliverFrom(offset: number): void;
  /** Deliver nothing until the next `deliverFrom` (Kafka: pause). */
  hold(): void;
  /** Bounds of the partition now. A rejection is lost infrastructure. */
  bounds(): Promise<Pick<PartitionBounds, 'begin' | 'end'>>;
  /** Everything below is dealt with. May be written later. */
  commit(next: number): void;
}

export interface Fetched {
  /** In offset order. May be empty. */
  readonly records: readonly LogRecord[];
  /**
   * The offset after all that was fetched: above the last record where what follows it is no record of ours.
   */
  readonly through: number;
  readonly begin: number;
  readonly end: number;
}

type State =
  | { readonly at: 'assigning' | 'running' | 'inHand' | 'failed' }
  | { readonly at: 'paused'; readonly cancel: () => void }
  | { readonly at: 'ended'; readonly commits: boolean };

type Stored = NonNullable<ConsumeOptions['storedNext']>;

/** How often a partition that has nothing in hand is held against what is stored of it. */
const lookEveryMs = 5_000;

/** 100 ms, doubled with every setback in a row, at most 10 s. */
export function backOffMs(setbacks: number): number {
  return Math.min(100 * 2 ** setbacks, 10_000);
}

function asError(thrown: unknown): Error {
  return Error.isError(thrown) ? thrown : new Error(String(thrown));
}
