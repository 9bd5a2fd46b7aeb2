import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { disableIdlePolling } from './idle-timers.js';

interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  throttledUntil: number;
  scheduleCheckPendingRequests(): void;
  push(request: object): void;
  destroy(): void;
}
const require = createRequire(import.meta.url);
const Queue = require('kafkajs/src/network/requestQueue') as new (options: object) => RequestQueue;

function queueOf(sent: number[]): { queue: RequestQueue; push: (correlationId: number) => void } {
  const logger = { debug: () => {} };
  const queue = new Queue({ maxInFlightRequests: null, requestTimeout: 1_000, logger });
  const push = (correlationId: number) => {
    const entry = { correlationId, apiName: 'Produce', apiKey: 0, apiVersion: 7, resolve() {}, reject() {} };
    queue.push({ entry, expectResponse: false, sendRequest: () => sent.push(correlationId) });
  };
  return { queue, push };
}

describe('A connection of kafkajs', () => {
  disableIdlePolling();
  disableIdlePolling();

  it('sets no timer while no request is held back', () => {
    const { queue, push } = queueOf([]);
    queue.scheduleCheckPendingRequests();
    push(1);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('sends a held-back request as soon as it may', async () => {
    const sent: number[] = [];
    const { queue, push } = queueOf(sent);
    queue.throttledUntil = Date.now() + 30;
    push(1);
    push(2);
    expect(sent).toEqual([]);
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = setInterval(() => sent.length === 2 && resolve(), 5);
    await promise;
    clearInterval(watch);
    expect(sent).toEqual([1, 2]);
    expect(Date.now()).toBeGreaterThanOrEqual(queue.throttledUntil - 1);
    expect(queue.throttleCheckTimeoutId).toBeNull();
    queue.destroy();
  });
});
