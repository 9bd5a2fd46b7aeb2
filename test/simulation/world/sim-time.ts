import type { Time } from '#log/time.js';

/** The clock and the timers of one process; nothing is due before the scheduler says so. */
export class SimTime implements Time {
  #now: number;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets the time pass until the next timer is due, and runs it. */
  passToNext(): void {
    const [next] = this.#timers.toSorted((a, b) => a.at - b.at);
    if (next === undefined) return;
    this.#timers = this.#timers.filter((other) => other !== next);
    this.#now = Math.max(this.#now, next.at);
    next.run();
  }
}
