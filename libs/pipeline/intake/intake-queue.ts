import { type Log, LogUnavailable, type NewRecord } from '#log/log.js';
import type { AckState } from '#runtime/health.js';

/**
 * The queue in front of one topic: what arrives together is appended together, and every caller is answered
 * with the result of its own records. While an append is under way the next batch collects records, so
 * batches grow with the load; the short linger only serves the first of them. Bounded in records, bytes and
 * age: above a bound callers are rejected at once instead of waiting for a log that does not keep up. Senders
 * take turns, and none may fill more than half of the queue: one who sends much delays itself.
 */
export class IntakeQueue {
  readonly #log: Pick<Log, 'append'>;
  readonly #topic: string;
  readonly #limits: QueueLimits;
  readonly #clock: () => number;
  readonly #senders = new Map<string | null, SenderQueue>();
  /** Not yet taken. */
  #pending = 0;
  #waiting = 0;
  #bytes = 0;
  #lingering: NodeJS.Timeout | null = null;
  #appending: readonly Entry[] = [];
  /** Oldest of what is being appended, UTC epoch ms. */
  #appendingSince = Infinity;
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

  /**
   * Resolves when all the records are durable, or when it is known that they may not be. `sender` null: takes
   * turns with all that have no name, and has no share of its own.
   */
  append(records: readonly SizedRecord[], sender: string | null = null): Promise<AppendResult> {
    const overload = this.overload(sender);
    if (overload !== null) return Promise.resolve(overload);
    if (records.length === 0) return Promise.resolve({ status: 'acked' });
    const { promise, resolve, reject } = Promise.withResolvers<AppendResult>();
    const caller: Caller = { left: records.length, isAnswered: false, resolve, reject };
    const own = this.#queueOf(sender);
    const at = this.#clock();
    for (const { record, bytes } of records) {
      own.entries.push({ record, bytes, caller, at, own });
      own.bytes += bytes;
      this.#bytes += bytes;
    }
    own.waiting += records.length;
    this.#waiting += records.length;
    this.#pending += records.length;
    this.#schedule();
    return promise;
  }

  /**
   * Whether a caller would be rejected now; asked before a body is even read. One caller may overshoot.
   */
  overload(sender: string | null = null): QueueOverload | null {
    const { records, bytes, oldestAgeMs } = this.depth();
    const { queuedRecords, queuedBytes, queuedMs } = this.#limits;
    const own = sender === null ? undefined : this.#senders.get(sender);
    if (records >= queuedRecords || (own?.waiting ?? 0) >= queuedRecords / 2)
      return { status: 'overloaded', bound: 'records' };
    if (bytes >= queuedBytes || (own?.bytes ?? 0) >= queuedBytes / 2)
      return { status: 'overloaded', bound: 'bytes' };
    if (oldestAgeMs >= queuedMs) return { status: 'overloaded', bound: 'age' };
    return null;
  }

  /** What is not yet acknowledged, the append under way included. */
  depth(): { readonly records: number; readonly bytes: number; readonly oldestAgeMs: number } {
    const heads = [...this.#senders.values()].flatMap(({ entries, head }) => entries[head] ?? []);
    const oldest = Math.min(this.#appendingSince, ...heads.map(({ at }) => at));
    const oldestAgeMs = oldest === Infinity ? 0 : Math.max(0, this.#clock() - oldest);
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

  #queueOf(sender: string | null): SenderQueue {
    let own = this.#senders.get(sender);
    if (own === undefined)
      this.#senders.set(sender, (own = { sender, entries: [], head: 0, waiting: 0, bytes: 0 }));
    return own;
  }

  #schedule(): void {
    if (this.#appending.length > 0) return;
    if (this.#pending >= this.#limits.appendRecords) this.#flush();
    else this.#lingering ??= setTimeout(() => this.#flush(), this.#limits.lingerMs);
  }

  #flush(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
    if (this.#appending.length > 0 || this.#pending === 0) return;
    this.#appending = this.#take();
    this.#appendingSince = this.#appending.reduce((oldest, { at }) => Math.min(oldest, at), Infinity);
    void this.#appendTaken(this.#appending);
  }

  /** At least one record, then as many as fit; a few of each sender in turn. */
  #take(): Entry[] {
    const { appendRecords, appendBytes } = this.#limits;
    const taken: Entry[] = [];
    let bytes = 0;
    const senders = new Set(this.#senders.values());
    while (senders.size > 0) {
      for (const own of senders) {
        for (let turn = 0; turn < recordsInTurn; turn++) {
          const entry = own.entries[own.head];
          if (entry === undefined) {
            senders.delete(own);
            break;
          }
          const isFull =
            taken.length >= appendRecords || (taken.length > 0 && bytes + entry.bytes > appendBytes);
          if (isFull) return this.#taken(taken, own);
          taken.push(entry);
          bytes += entry.bytes;
          own.head += 1;
        }
      }
    }
    return this.#taken(taken, null);
  }

  /** `next`: whose turn it is now; null: everybody's. */
  #taken(taken: Entry[], next: SenderQueue | null): Entry[] {
    this.#pending -= taken.length;
    const order = Array.from(this.#senders.values());
    for (const own of order) {
      if (own === next) break;
      this.#senders.delete(own.sender);
      this.#senders.set(own.sender, own);
    }
    for (const own of this.#senders.values()) {
      if (own.head < own.entries.length && own.head < 1_000) continue;
      own.entries = own.entries.slice(own.head);
      own.head = 0;
    }
    return taken;
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
    this.#appendingSince = Infinity;
    this.#remove(taken);
    // The rest of a caller that was answered already is not worth writing: it will send everything again.
    for (const own of new Set(taken.filter(({ caller }) => caller.isAnswered).map((entry) => entry.own))) {
      const given = own.entries.slice(own.head).filter(({ caller }) => caller.isAnswered);
      own.entries = own.entries.slice(own.head).filter(({ caller }) => !caller.isAnswered);
      own.head = 0;
      this.#pending -= given.length;
      this.#remove(given);
    }
    for (const { own } of taken) if (own.waiting === 0) this.#senders.delete(own.sender);
    if (this.#pending > 0) return this.#flush();
    this.#idle?.resolve();
    this.#idle = null;
  }

  #remove(entries: readonly Entry[]): void {
    this.#waiting -= entries.length;
    for (const { bytes, own } of entries) {
      this.#bytes -= bytes;
      own.bytes -= bytes;
      own.waiting -= 1;
    }
  }
}

/** Records of one sender in a row while others wait. */
const recordsInTurn = 50;

/** What waits of one sender, from `head` on; `waiting` and `bytes` include what is being appended. */
interface SenderQueue {
  readonly sender: string | null;
  entries: Entry[];
  head: number;
  waiting: number;
  bytes: number;
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
  readonly own: SenderQueue;
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
