import { describe, expect, it } from '@jest/globals';
import { rateHeaders, RateLimit, retryAfter } from './rate-limit.js';

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

  it('says what is left and when nothing is missing any more', () => {
    const { rate, pass } = limit(10, 25);
    expect(rate.stateOf('bank')).toEqual({ limit: 25, windowS: 3, remaining: 25, resetS: 0 });
    rate.take('bank', 20);
    // 20 tokens at ten a second.
    expect(rate.stateOf('bank')).toEqual({ limit: 25, windowS: 3, remaining: 5, resetS: 2 });
    pass(500);
    expect(rate.stateOf('bank')).toMatchObject({ remaining: 10, resetS: 2 });
    rate.take('bank', 30);
    expect(rate.stateOf('bank')).toMatchObject({ remaining: 0, resetS: 5 });
  });

  it('keeps no more than ten thousand buckets, those that were used last', () => {
    const { rate } = limit(1, 1);
    rate.take('first', 1);
    for (let other = 0; other < 9_999; other++) rate.take(`other ${other}`, 1);
    expect(rate.take('first', 1)).toBeGreaterThan(0);
    rate.take('one too many', 1);
    expect(rate.take('other 0', 1)).toBe(0);
    expect(rate.take('first', 1)).toBeGreaterThan(0);
  });
});

describe('The headers of a rate limit', () => {
  it('name the policy with its quota and window, and what of it is left', () => {
    expect(rateHeaders('requests', { limit: 25, windowS: 3, remaining: 5, resetS: 2 })).toEqual({
      'ratelimit-policy': '"requests";q=25;w=3',
      ratelimit: '"requests";r=5;t=2',
    });
  });

  it('say in whole seconds when to ask again, one at least', () => {
    expect([0, 1, 1_000, 1_001].map((ms) => retryAfter(ms)['retry-after'])).toEqual(['1', '1', '1', '2']);
  });
});
