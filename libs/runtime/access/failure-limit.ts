import type { RateState } from '../rate-limit.js';

const windowMs = 60_000;
const maxFailures = 30;
const maxAddresses = 10_000;

/** Attempts with credentials that are not valid, by who made them: an address, or one at a connection. */
export class FailureLimit {
  readonly #now: () => number;
  readonly #byAddress = new Map<string, { count: number; readonly since: number }>();

  /** `now`: UTC epoch ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  isBlocked(address: string): boolean {
    return (this.#current(address)?.count ?? 0) >= maxFailures;
  }

  /** How many more attempts may fail. */
  stateOf(address: string): RateState {
    const current = this.#current(address);
    return {
      limit: maxFailures,
      windowS: windowMs / 1000,
      remaining: Math.max(0, maxFailures - (current?.count ?? 0)),
      resetS: current === null ? 0 : Math.ceil((current.since + windowMs - this.#now()) / 1000),
    };
  }

  failed(address: string): void {
    const current = this.#current(address);
    if (current !== null) {
      current.count += 1;
      return;
    }
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size >= maxAddresses && oldest !== undefined) this.#byAddress.delete(oldest);
    this.#byAddress.set(address, { count: 1, since: this.#now() });
  }

  #current(address: string): { count: number; readonly since: number } | null {
    const found = this.#byAddress.get(address);
    if (found === undefined) return null;
    if (this.#now() - found.since < windowMs) return found;
    this.#byAddress.delete(address);
    return null;
  }
}
