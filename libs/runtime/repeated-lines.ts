/**
 * Lines of a log that may come very often: the first few of a minute are written, the others counted, and
 * their number is written when the minute is over.
 */
export class RepeatedLines {
  readonly #clock: () => number;
  #minute = -Infinity;
  #written = 0;
  #left = 0;

  /** `clock`: ms. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** `write` writes the line; `sumUp` says how many were left out since. Both are called at once or never. */
  add(write: () => void, sumUp: (left: number) => void): void {
    const minute = Math.floor(this.#clock() / 60_000);
    if (minute !== this.#minute) {
      if (this.#left > 0) sumUp(this.#left);
      this.#minute = minute;
      this.#written = 0;
      this.#left = 0;
    }
    if (this.#written < linesPerMinute) {
      this.#written += 1;
      write();
    } else this.#left += 1;
  }
}

const linesPerMinute = 100;
