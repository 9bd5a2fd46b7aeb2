const windowMs = 60_000;
const maxFailures = 30;
const maxAddresses = 10_000;

/** Attempts with keys that are not valid, by address: above thirty in a minute no more are looked at. */
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
