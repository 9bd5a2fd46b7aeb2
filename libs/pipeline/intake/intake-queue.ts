import { type Log, LogUnavailable, type NewRecord } from '#log/log.js';
import type { AckState } from '#runtime/health.js';

/**
 * The queue in front of one topic: what arrives together is appended together, and every caller is answered
 * with the result of its own records. While an append is under way the next batch collects records, so
 * batches grow with the load; the short linger only serves the first of them. Bounded in records, bytes and
 * age: above a bound callers are rejected at once instead of waiting for a log that does not keep up.
 */
export class IntakeQueue {
  readonly #log: Pick<Log, 'append'>;
  readonly #topic: string;
  readonly #limits: QueueLimits;
  readonly #clock: () => number;
  #entries: Entry[] = [];
  #waiting = 0;
  #bytes = 0;
  #lingering: NodeJS.Timeout | null = null;
  #appending: Entry[] = [];
  #ackedAt: number | null = null;
  #failedAt: number | null = null;
  #idle: PromiseWithResolvers<void> | null = null;

  /** `clock`: UTC epoch ms. */
  constructor(
    log: Pick<Log, 'append'>,
    topic: string,
    clock: () => number,
    limits: QueueLimits = queueLimits,
  ) {
    this.#log = log;
    this.#topic = topic;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Resolves when all the records are durable, or when it is known that they may not be. */
  append(records: readonly SizedRecord[]): Promise<AppendResult> {
    const overload = this.overload();
    if (overload !== null) return Promise.resolve(overload);
    if (records.length === 0) return Promise.resolve({ status: 'acked' });
    const { promise, resolve, reject } = Promise.withResolvers<AppendResult>();
    const caller: Caller = { left: records.length, isAnswered: false, resolve, reject };
    const at = this.#clock();
    for (const { record, bytes } of records) {
      this.#entries.push({ record, bytes, caller, at });
      this.#bytes += bytes;
    }
    this.#waiting += records.length;
    this.#schedule();
    return promise;
  }

  /**
   * Whether a caller would be rejected now; asked before a body is even read. One caller may overshoot.
   */
  overload(): QueueOverload | null {
    const { records, bytes, oldestAgeMs } = this.depth();
    const { queuedRecords, queuedBytes, queuedMs } = this.#limits;
    if (records >= queuedRecords) return { status: 'overloaded', bound: 'records' };
    if (bytes >= queuedBytes) return { status: 'overloaded', bound: 'bytes' };
    if (oldestAgeMs >= queuedMs) return { status: 'overloaded', bound: 'age' };
    return null;
  }

  /** What is not yet acknowledged, the append under way included. */
  depth(): { readonly records: number; readonly bytes: number; readonly oldestAgeMs: number } {
    const oldest = this.#appending[0] ?? this.#entries[0];
    const oldestAgeMs = oldest === undefined ? 0 : Math.max(0, this.#clock() - oldest.at);
    return { records: this.#waiting, bytes: this.#bytes, oldestAgeMs };
  }

  acks(): AckState {
    return {
      ackedAt: this.#ackedAt,
      failedAt: this.#failedAt,
      oldestAgeMs: this.depth().oldestAgeMs,
    };
  }

  /** Resolves once nothing waits any more; new records are still taken. */
  drain(): Promise<void> {
    if (this.#waiting === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    this.#flush();
    return this.#idle.promise;
  }

  #schedule(): void {
    if (this.#appending.length > 0) return;
    if (this.#entries.length >= this.#limits.appendRecords) this.#flush();
    else this.#lingering ??= setTimeout(() => this.#flush(), this.#limits.lingerMs);
  }

  #flush(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
    if (this.#appending.length > 0 || this.#entries.length === 0) return;
    this.#appending = this.#take();
    void this.#appendTaken(this.#appending);
  }

  /** At least one record, then as many as fit. */
  #take(): Entry[] {
    const { appendRecords, appendBytes } = this.#limits;
    let count = 0;
    let bytes = 0;
    for (const entry of this.#entries) {
      if (count >= appendRecords || (count > 0 && bytes + entry.bytes > appendBytes)) break;
      bytes += entry.bytes;
      count++;
    }
    return this.#entries.splice(0, count);
  }

  async #appendTaken(taken: readonly Entry[]): Promise<void> {
    try {
      await this.#log.append(
        this.#topic,
        taken.map(({ record }) => record),
      );
      this.#ackedAt = this.#clock();
      for (const { caller } of taken) {
        if (--caller.left === 0) caller.resolve({ status: 'acked' });
      }
    } catch (error) {
      this.#failedAt = this.#clock();
      for (const { caller } of taken) fail(caller, error);
    }
    this.#complete(taken);
  }

  #complete(taken: readonly Entry[]): void {
    this.#appending = [];
    this.#remove(taken);
    // The rest of a caller that was answered already is not worth writing: it will send everything again.
    const given = this.#entries.filter(({ caller }) => caller.isAnswered);
    if (given.length > 0) {
      this.#entries = this.#entries.filter(({ caller }) => !caller.isAnswered);
      this.#remove(given);
    }
    if (this.#entries.length > 0) return this.#flush();
    this.#idle?.resolve();
    this.#idle = null;
  }

  #remove(entries: readonly Entry[]): void {
    this.#waiting -= entries.length;
    for (const { bytes } of entries) this.#bytes -= bytes;
  }
}

/** A record and how much of the bounds it takes. */
export interface SizedRecord {
  readonly record: NewRecord;
  readonly bytes: number;
}

export type AppendResult =
  | { readonly status: 'acked' }
  | QueueOverload
  /** Some of the records may nevertheless be in the log; sent again, they have the same ids. */
  | { readonly status: 'unavailable'; readonly cause: LogUnavailable };

export interface QueueOverload {
  readonly status: 'overloaded';
  readonly bound: 'records' | 'bytes' | 'age';
}

export interface QueueLimits {
  /** Longest wait for further records, ms. */
  readonly lingerMs: number;
  /** Maximum of records and bytes of one append. */
  readonly appendRecords: number;
  readonly appendBytes: number;
  /** From here on callers are rejected. */
  readonly queuedRecords: number;
  readonly queuedBytes: number;
  readonly queuedMs: number;
}

const mebibyte = 1024 * 1024;

export const queueLimits: QueueLimits = {
  lingerMs: 2,
  appendRecords: 4_000,
  appendBytes: 4 * mebibyte,
  queuedRecords: 20_000,
  queuedBytes: 64 * mebibyte,
  queuedMs: 5_000,
};

interface Entry extends SizedRecord {
  readonly caller: Caller;
  /** UTC epoch ms. */
  readonly at: number;
}

/** The records of one caller. */
interface Caller {
  left: number;
  isAnswered: boolean;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

function fail(caller: Caller, error: unknown): void {
  if (caller.isAnswered) return;
  caller.isAnswered = true;
  if (error instanceof LogUnavailable) caller.resolve({ status: 'unavailable', cause: error });
  else caller.reject(error);
}
