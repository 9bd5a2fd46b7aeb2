import type { Time } from './time.js';

/** A clock for specs that only moves when a spec advances it. */
export class VirtualTime implements Time {
  #instant: number;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  constructor(start = Date.UTC(2026, 2, 1)) {
    this.#instant = start;
  }

  now(): number {
    return this.#instant;
  }

  /** For a clock that is set back. */
  set(instant: number): void {
    this.#instant = instant;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#instant + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Milliseconds until each waiting timer, soonest first. */
  waiting(): number[] {
    return this.#timers.map((timer) => timer.at - this.#instant).sort((a, b) => a - b);
  }

  /**
   * Advances by `ms`, runs the timers that fall due in their order, and waits for the promises they resolve.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#instant + ms;
    for (let due = this.#takeDue(until); due; due = this.#takeDue(until)) {
      this.#instant = Math.max(this.#instant, due.at);
      due.run();
      await promisesRun();
    }
    this.#instant = until;
  }

  #takeDue(until: number): { readonly at: number; readonly run: () => void } | undefined {
    const due = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
    this.#timers = this.#timers.filter((timer) => timer !== due);
    return due;
  }
}

/** Resolves when all promises that wait for nothing outside have been resolved. */
export async function promisesRun(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}
