import type { PartitionProgress } from './log.js';
import type { Time } from './time.js';

/** How far a partition is, and why it does not go on; what a driver shows of itself. */
export class PartitionAdvance {
  /** Next offset to be processed. */
  next: number;
  end: number;
  /** Timestamp (ms) of the next record; null: not known. */
  nextTimestamp: number | null = null;
  pausedBy: Error | null = null;
  /** Failed attempts in a row. */
  failures = 0;
  readonly #time: Time;
  #progressedAt: number;

  constructor({ next, end }: { readonly next: number; readonly end: number }, time: Time) {
    this.next = next;
    this.end = end;
    this.#time = time;
    this.#progressedAt = time.now();
  }

  record(): void {
    this.#progressedAt = this.#time.now();
    this.pausedBy = null;
    this.failures = 0;
  }

  shown(): Omit<PartitionProgress, 'partition' | 'stopped'> {
    const { next, end, nextTimestamp, pausedBy } = this;
    return { next, end, nextTimestamp, progressedAt: this.#progressedAt, pausedBy };
  }
}
