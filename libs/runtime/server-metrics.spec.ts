import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Registry } from './metrics.js';
import { serverMetrics, type StoreServerState } from './server-metrics.js';

const state = { server: 'r:6379', usedMemoryBytes: 1_000_000, evictedKeys: 0, lastAppendOk: true };

async function samplesOf(ask: () => Promise<readonly StoreServerState[]>): Promise<string[]> {
  const registry = new Registry();
  const stop = serverMetrics(registry, ask, () => 1_700_000_000_000);
  await setImmediate();
  const text = await registry.metrics();
  stop();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('store server metrics', () => {
  it('have what each server reports', async () => {
    const refusing = { ...state, server: 's:6379', evictedKeys: 7, lastAppendOk: false };
    expect(await samplesOf(async () => [state, refusing])).toEqual([
      'tallyline_redis_used_memory_bytes{server="r:6379"} 1000000',
      'tallyline_redis_used_memory_bytes{server="s:6379"} 1000000',
      'tallyline_redis_evicted_keys{server="r:6379"} 0',
      'tallyline_redis_evicted_keys{server="s:6379"} 7',
      'tallyline_redis_append_ok{server="r:6379"} 1',
      'tallyline_redis_append_ok{server="s:6379"} 0',
      'tallyline_store_server_answered_timestamp_seconds 1700000000',
    ]);
  });

  it('have no sample for a value that a server does not report, and have 0 as the time of the last answer where none has answered', async () => {
    const silent = { server: 'r:6379', usedMemoryBytes: null, evictedKeys: null, lastAppendOk: null };
    expect(await samplesOf(async () => [silent])).toEqual([
      'tallyline_store_server_answered_timestamp_seconds 1700000000',
    ]);
    expect(await samplesOf(() => Promise.reject(new Error('away')))).toEqual([
      'tallyline_store_server_answered_timestamp_seconds 0',
    ]);
  });
});
