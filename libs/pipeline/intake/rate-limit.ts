/**
 * A token bucket per key, such as a connection. A batch is accepted while any token is left and may take more
 * tokens than there are, so one batch larger than the bucket is possible, but the next has to wait until the
 * bucket is above zero again.
 */
export class RateLimit {
  /** `level` in thousandths of a token: a rate per second and a clock in ms then need integers only. */
  readonly #buckets = new Map<string, { level: number; at: number }>();
  readonly #settings: RateSettings;
  readonly #clock: () => number;

  /** `clock`: ms. */
  constructor(settings: RateSettings, clock: () => number) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /**
   * 0: accepted and charged; else how long to wait (ms). Keys must come from a bounded set: each has a
   * bucket.
   */
  take(key: string, tokens: number): number {
    const { ratePerSecond, rateBurst } = this.#settings;
    const now = this.#clock();
    const full = rateBurst * 1000;
    const bucket = this.#buckets.get(key) ?? { level: full, at: now };
    const level = Math.min(full, bucket.level + Math.max(0, now - bucket.at) * ratePerSecond);
    const enough = level >= 1000;
    this.#buckets.set(key, { level: enough ? level - tokens * 1000 : level, at: now });
    return enough ? 0 : Math.ceil((1000 - level) / ratePerSecond);
  }
}

export interface RateSettings {
  readonly ratePerSecond: number;
  readonly rateBurst: number;
}
