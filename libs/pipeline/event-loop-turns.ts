import { setImmediate } from 'node:timers/promises';

/**
 * For long pieces of work: others have their turn after each part of it. Work is counted, not timed, so that
 * the same input gives the same parts.
 */
export class EventLoopTurns {
  readonly #workUntilTurn: number;
  #worked = 0;

  /** `workUntilTurn`: in whatever unit work is counted; some milliseconds of it. */
  constructor(workUntilTurn: number) {
    this.#workUntilTurn = workUntilTurn;
  }

  async after(work: number): Promise<void> {
    this.#worked += work;
    if (this.#worked < this.#workUntilTurn) return;
    this.#worked = 0;
    await setImmediate();
  }
}
