import type { AppendCall } from './append-call.js';
import type { Message } from './checked-send.js';

/** A record that waits for its acknowledgement. */
export interface QueuedRecord extends Message {
  readonly call: AppendCall;
  /** Its index in the call. */
  readonly index: number;
  /** Characters of key and value. */
  readonly size: number;
}

/**
 * Maximum sent to one partition at once: it is encoded as one batch, which must fit into `max.message.bytes`.
 */
const MAX_RECORDS = 1_000;
const MAX_CHARACTERS = 900_000;

/**
 * The records to be appended to one partition, in order. At most one send is under way, and records that it
 * leaves unacknowledged are sent before all others, so that no record overtakes another.
 */
export class PartitionQueue {
  readonly partition: number;
  /** True while a send is under way. */
  isSending = false;
  /** True from a send that was not acknowledged until one that is: until then the partition is sent alone. */
  isRetrying = false;
  failures = 0;
  #waiting: QueuedRecord[] = [];
  #head = 0;
  /** Records that the last send left unacknowledged. */
  #unacknowledged: QueuedRecord[] = [];
  #maxRetryRecords = MAX_RECORDS;
  readonly #freed: (characters: number) => void;

  constructor(partition: number, freed: (characters: number) => void) {
    this.partition = partition;
    this.#freed = freed;
  }

  push(entry: QueuedRecord): void {
    this.#waiting.push(entry);
  }

  get isEmpty(): boolean {
    return this.#unacknowledged.length === 0 && this.#head === this.#waiting.length;
  }

  /** Takes the records to be sent next; those of calls that have ended are left out. */
  take(limit: number): QueuedRecord[] {
    if (this.#unacknowledged.length > 0) {
      this.#dropEnded();
      if (this.#unacknowledged.length > 0) return this.#unacknowledged.splice(0, this.#maxRetryRecords);
    }
    const taken: QueuedRecord[] = [];
    for (let characters = 0; taken.length < Math.min(limit, MAX_RECORDS); this.#head++) {
      const entry = this.#waiting[this.#head];
      if (entry === undefined || (taken.length > 0 && characters + entry.size > MAX_CHARACTERS)) break;
      if (entry.call.isEnded) {
        this.#freed(entry.size);
      } else {
        taken.push(entry);
        characters += entry.size;
      }
    }
    this.#compact();
    return taken;
  }

  acknowledged(entries: readonly QueuedRecord[], firstOffset: number): void {
    this.#maxRetryRecords = MAX_RECORDS;
    this.isRetrying = false;
    this.failures = 0;
    entries.forEach(({ call, index, size }, offset) => {
      this.#freed(size);
      call.acknowledged(index, this.partition, firstOffset + offset);
    });
  }

  unacknowledged(entries: readonly QueuedRecord[], cause: unknown): void {
    this.isRetrying = true;
    this.failures += 1;
    for (const { call } of entries) call.lastError = cause;
    this.#unacknowledged.unshift(...entries);
  }

  /** The broker will never accept one of these records: finds it by halving, and lets its call fail. */
  rejected(entries: readonly QueuedRecord[], reason: string): void {
    const [first, ...others] = entries;
    if (first === undefined) return;
    if (others.length > 0) {
      this.unacknowledged(entries, new Error(reason));
      this.#maxRetryRecords = Math.ceil(entries.length / 2);
    } else {
      this.#freed(first.size);
      first.call.fail(new Error(`a record of ${first.size} characters cannot be appended: ${reason}`));
    }
    this.failures = 0;
  }

  #dropEnded(): void {
    for (const { call, size } of this.#unacknowledged) if (call.isEnded) this.#freed(size);
    this.#unacknowledged = this.#unacknowledged.filter(({ call }) => !call.isEnded);
  }

  #compact(): void {
    if (this.#head < MAX_RECORDS && this.#head < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}
