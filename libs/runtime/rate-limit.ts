/**
 * A token bucket per key, such as a connection, a holder of a key or an address. What asks is accepted while
 * any token is left and may take more tokens than there are, so one batch larger than the bucket is possible,
 * but the next has to wait until the bucket is above zero again. Of very many keys the ones that were used
 * last have a bucket.
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

  /** 0: accepted and charged; else how long to wait (ms). */
  take(key: string, tokens: number): number {
    const { ratePerSecond } = this.#settings;
    const now = this.#clock();
    const level = this.#levelAt(key, now);
    const enough = level >= 1000;
    this.#buckets.delete(key);
    this.#buckets.set(key, { level: enough ? level - tokens * 1000 : level, at: now });
    if (this.#buckets.size > maxKeys) this.#forgetOldest();
    return enough ? 0 : Math.ceil((1000 - level) / ratePerSecond);
  }

  /** What is left to a key. */
  stateOf(key: string): RateState {
    const { ratePerSecond, rateBurst } = this.#settings;
    const level = this.#levelAt(key, this.#clock());
    return {
      limit: rateBurst,
      windowS: Math.max(1, Math.ceil(rateBurst / ratePerSecond)),
      remaining: Math.max(0, Math.floor(level / 1000)),
      resetS: Math.ceil((rateBurst * 1000 - level) / ratePerSecond / 1000),
    };
  }

  #levelAt(key: string, now: number): number {
    const full = this.#settings.rateBurst * 1000;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return full;
    return Math.min(full, bucket.level + Math.max(0, now - bucket.at) * this.#settings.ratePerSecond);
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

const maxKeys = 10_000;

export interface RateSettings {
  readonly ratePerSecond: number;
  readonly rateBurst: number;
}

export interface RateState {
  /** As many at once. */
  readonly limit: number;
  /** Seconds in which that many come back. */
  readonly windowS: number;
  readonly remaining: number;
  /** Seconds until nothing is missing. */
  readonly resetS: number;
}

/** As draft-ietf-httpapi-ratelimit-headers has it: what is allowed, and what of it is left. */
export function rateHeaders(policy: string, state: RateState): Record<string, string> {
  return {
    'ratelimit-policy': `"${policy}";q=${state.limit};w=${state.windowS}`,
    ratelimit: `"${policy}";r=${state.remaining};t=${state.resetS}`,
  };
}

/** In whole seconds, one at least. */
export function retryAfter(waitMs: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
}
