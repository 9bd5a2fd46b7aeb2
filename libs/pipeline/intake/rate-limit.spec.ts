import { describe, expect, it } from '@jest/globals';
import { RateLimit } from './rate-limit.js';

function limit(ratePerSecond: number, rateBurst: number) {
  let now = 1_000_000;
  const rate = new RateLimit({ ratePerSecond, rateBurst }, () => now);
  return { rate, pass: (ms: number) => void (now += ms) };
}

describe('The rate limit of a connection', () => {
  it('accepts a burst at once and then says how long to wait', () => {
    const { rate } = limit(10, 3);
    expect([1, 1, 1].map((n) => rate.take('bank', n))).toEqual([0, 0, 0]);
    expect(rate.take('bank', 1)).toBe(100);
  });

  it('accepts again after exactly the time it gave', () => {
    const { rate, pass } = limit(10, 1);
    rate.take('bank', 1);
    pass(99);
    expect(rate.take('bank', 1)).toBe(1);
    pass(1);
    expect(rate.take('bank', 1)).toBe(0);
  });

  it('accepts a batch larger than the burst, and then makes the connection wait for all of it', () => {
    const { rate, pass } = limit(100, 10);
    expect(rate.take('bank', 1_010)).toBe(0);
    expect(rate.take('bank', 1)).toBe(10_010);
    pass(10_010);
    expect(rate.take('bank', 1)).toBe(0);
  });

  it('limits each connection by itself', () => {
    const { rate } = limit(10, 1);
    expect(rate.take('one', 1)).toBe(0);
    expect(rate.take('other', 1)).toBe(0);
    expect(rate.take('one', 1)).toBeGreaterThan(0);
  });

  it('goes on where the clock is set back', () => {
    const { rate, pass } = limit(10, 2);
    rate.take('bank', 1);
    pass(-60_000);
    expect(rate.take('bank', 1)).toBe(0);
    expect(rate.take('bank', 1)).toBe(100);
  });
});
