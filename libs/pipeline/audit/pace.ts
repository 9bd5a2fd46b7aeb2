import type { Time } from '#log/time.js';

/** Thrown by a pause: what is paced shall end. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/**
 * Keeps work to a share of one processor: after each piece of it, a pause in proportion to the time it took.
 * Waiting for an answer counts as work, so that log and store are spared as well.
 */
export class Pace {
  readonly #share: number;
  readonly #time: Time;
  #resumedAt: number;
  #wake: (() => void) | null = null;
  #hasEnded = false;

  /** `share`: above 0, up to 1. */
  constructor(share: number, time: Time) {
    this.#share = share;
    this.#time = time;
    this.#resumedAt = time.now();
  }

  /** Rejects with `Ended` once it has ended. */
  async pause(): Promise<void> {
    const workedMs = Math.max(0, this.#time.now() - this.#resumedAt);
    await this.sleep(Math.min(longestPauseMs, workedMs * (1 / this.#share - 1)));
  }

  async sleep(ms: number): Promise<void> {
    if (!this.#hasEnded) {
      await new Promise<void>((resolve) => {
        const cancel = this.#time.after(ms, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#wake = null;
    if (this.#hasEnded) throw new Ended('the work was ended');
    this.#resumedAt = this.#time.now();
  }

  /** Ends the pause under way, and each further one at once. */
  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }
}

/** A clock that was set forward, or a machine that slept, is no work. */
const longestPauseMs = 60_000;
