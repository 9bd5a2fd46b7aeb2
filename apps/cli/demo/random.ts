import { hash } from 'node:crypto';

/** Seeded randomness: the same seed is the same month on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number in [0, below). */
  below(limit: number): number;
  chance(probability: number): boolean;
  exponential(mean: number): number;
  /** Log-normal by its median and the standard deviation of its logarithm: how service times are spread. */
  logNormal(median: number, sigma: number): number;
}

/** mulberry32: small, fast, good enough for a demonstration. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
  };
}

/** In [0, 1), the same for the same text: chance that does not depend on what was drawn before. */
export function chanceOf(text: string): number {
  return Number.parseInt(hash('sha256', `demo|${text}`).slice(0, 12), 16) / 2 ** 48;
}
