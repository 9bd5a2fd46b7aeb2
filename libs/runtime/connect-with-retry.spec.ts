import { describe, expect, it } from '@jest/globals';
import { connectWithRetry } from './connect-with-retry.js';

class StoreUnavailable extends Error {
  readonly code = 'store-unavailable';
}

function observed() {
  const messages: string[] = [];
  const pauses: number[] = [];
  const log = (_: object, message: string) => void messages.push(message);
  const pause = async (ms: number) => void pauses.push(ms);
  return { messages, pauses, options: { logger: { info: log, warn: log } as never, pause } };
}

describe('connectWithRetry', () => {
  it('opens an available server at once and logs nothing', async () => {
    const { messages, options } = observed();
    expect(await connectWithRetry('Redis', async () => 'store', options)).toBe('store');
    expect(messages).toEqual([]);
  });

  it('tries an unavailable server again after growing pauses and logs that', async () => {
    const { messages, pauses, options } = observed();
    let attempts = 0;
    const open = async () => {
      attempts += 1;
      if (attempts <= 5) throw new StoreUnavailable('connect ECONNREFUSED');
      return 'store';
    };
    expect(await connectWithRetry('Redis', open, options)).toBe('store');
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 2_000]);
    expect(messages).toEqual(['waiting for Redis', 'connected to Redis']);
  });

  it('rejects at once where trying again does not help', async () => {
    const { messages, options } = observed();
    const open = () => Promise.reject(new RangeError('a cluster has no database 3'));
    await expect(connectWithRetry('Redis', open, options)).rejects.toThrow('a cluster has no database 3');
    expect(messages).toEqual([]);
  });
});
