/**
 * A token bucket per connection. A batch is let in while any token is left and may run into debt for its
 * size, so one batch larger than the bucket is possible, but the next has to wait until the debt is paid.
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
   * 0: let in and charged; else how long to wait (ms). Ids must come from a bounded set: each keeps a bucket.
   */
  take(connection: string, deliveries: number): number {
    const { ratePerSecond, rateBurst } = this.#settings;
    const now = this.#clock();
    const most = rateBurst * 1000;
    const bucket = this.#buckets.get(connection) ?? { level: most, at: now };
    const level = Math.min(most, bucket.level + Math.max(0, now - bucket.at) * ratePerSecond);
    const enough = level >= 1000;
    this.#buckets.set(connection, { level: enough ? level - deliveries * 1000 : level, at: now });
    return enough ? 0 : Math.ceil((1000 - level) / ratePerSecond);
  }
}

export interface RateSettings {
  readonly ratePerSecond: number;
  readonly rateBurst: number;
}
