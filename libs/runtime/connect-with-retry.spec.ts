import { describe, expect, it } from '@jest/globals';
import { connectWithRetry } from './connect-with-retry.js';

class Away extends Error {
  override readonly name = 'StoreUnavailable';
}

function observed() {
  const told: string[] = [];
  const pauses: number[] = [];
  const say = (_: object, message: string) => void told.push(message);
  const pause = async (ms: number) => void pauses.push(ms);
  return { told, pauses, options: { logger: { info: say, warn: say } as never, pause } };
}

describe('what a process cannot be without', () => {
  it('is opened at once where it is there, and nothing is said', async () => {
    const { told, options } = observed();
    expect(await connectWithRetry('Redis', async () => 'store', options)).toBe('store');
    expect(told).toEqual([]);
  });

  it('is waited for, longer and longer, and that is said', async () => {
    const { told, pauses, options } = observed();
    let attempts = 0;
    const open = async () => {
      attempts += 1;
      if (attempts <= 5) throw new Away('connect ECONNREFUSED');
      return 'store';
    };
    expect(await connectWithRetry('Redis', open, options)).toBe('store');
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 2_000]);
    expect(told).toEqual(['waiting for Redis', 'Redis is there']);
  });

  it('is not waited for where waiting does not help', async () => {
    const { told, options } = observed();
    const open = () => Promise.reject(new RangeError('a cluster has no database 3'));
    await expect(connectWithRetry('Redis', open, options)).rejects.toThrow('a cluster has no database 3');
    expect(told).toEqual([]);
  });
});
