import type { AppendCall } from './append-call.js';
import type { Message } from './checked-send.js';

/** A record that waits for its acknowledgement. */
export interface Entry extends Message {
  readonly call: AppendCall;
  /** Its place in the call. */
  readonly index: number;
  /** Characters of key and value. */
  readonly size: number;
}

/**
 * Most that goes to one partition at once: it is encoded in one go, and has to fit into `max.message.bytes`.
 */
const MOST_RECORDS = 1_000;
const MOST_CHARACTERS = 900_000;

/**
 * What is to be appended to one partition, in order. At most one send is under way, and what it leaves
 * unacknowledged goes before all else, so that nothing is overtaken.
 */
export class PartitionQueue {
  readonly partition: number;
  /** True while a send is under way. */
  busy = false;
  /** True from a send that was not acknowledged until one that is: meanwhile it is sent alone. */
  troubled = false;
  setbacks = 0;
  #waiting: Entry[] = [];
  #head = 0;
  /** What the last send left unacknowledged. */
  #again: Entry[] = [];
  #mostAgain = MOST_RECORDS;
  readonly #freed: (characters: number) => void;

  constructor(partition: number, freed: (characters: number) => void) {
    this.partition = partition;
    this.#freed = freed;
  }

  push(entry: Entry): void {
    this.#waiting.push(entry);
  }

  get isEmpty(): boolean {
    return this.#again.length === 0 && this.#head === this.#waiting.length;
  }

  /** Takes what goes next; records of calls that are over are left out. */
  take(most: number): Entry[] {
    if (this.#again.length > 0) {
      this.#dropOver();
      if (this.#again.length > 0) return this.#again.splice(0, this.#mostAgain);
    }
    const taken: Entry[] = [];
    for (let characters = 0; taken.length < Math.min(most, MOST_RECORDS); this.#head++) {
      const entry = this.#waiting[this.#head];
      if (entry === undefined || (taken.length > 0 && characters + entry.size > MOST_CHARACTERS)) break;
      if (entry.call.isOver) {
        this.#freed(entry.size);
      } else {
        taken.push(entry);
        characters += entry.size;
      }
    }
    this.#compact();
    return taken;
  }

  acknowledged(entries: readonly Entry[], firstOffset: number): void {
    this.#mostAgain = MOST_RECORDS;
    this.troubled = false;
    this.setbacks = 0;
    entries.forEach(({ call, index, size }, place) => {
      this.#freed(size);
      call.acknowledged(index, this.partition, firstOffset + place);
    });
  }

  unacknowledged(entries: readonly Entry[], cause: unknown): void {
    this.troubled = true;
    this.setbacks += 1;
    for (const { call } of entries) call.trouble = cause;
    this.#again.unshift(...entries);
  }

  /** The broker will never take one of these: finds it by halves, and lets its call fail. */
  impossible(entries: readonly Entry[], reason: string): void {
    const [first, ...others] = entries;
    if (first === undefined) return;
    if (others.length > 0) {
      this.unacknowledged(entries, new Error(reason));
      this.#mostAgain = Math.ceil(entries.length / 2);
    } else {
      this.#freed(first.size);
      first.call.fail(new Error(`a record of ${first.size} characters cannot be appended: ${reason}`));
    }
    this.setbacks = 0;
  }

  #dropOver(): void {
    for (const { call, size } of this.#again) if (call.isOver) this.#freed(size);
    this.#again = this.#again.filter(({ call }) => !call.isOver);
  }

  #compact(): void {
    if (this.#head < MOST_RECORDS && this.#head < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}
