import { gauge, type Registry } from './metrics.js';

/** What a server of the store says of itself, as far as an operator is told; null: it does not say. */
export interface StoreServerState {
  /** `host:port` */
  readonly server: string;
  readonly usedMemoryBytes: number | null;
  readonly evictedKeys: number | null;
  readonly lastAppendOk: boolean | null;
}

/**
 * What the store's servers say of themselves, asked now and then, since scraping must not wait for them. A
 * server that does not answer is not told of, and `tallyline_store_server_asked_timestamp_seconds` grows old.
 * Answers how to stop.
 */
export function serverMetrics(
  registry: Registry,
  ask: () => Promise<readonly StoreServerState[]>,
  clock: () => number,
  everyMs = 15_000,
): () => void {
  let known: readonly StoreServerState[] = [];
  let askedAt = 0;
  const look = async (): Promise<void> => {
    try {
      known = await ask();
      askedAt = clock();
    } catch {
      known = [];
    }
  };
  void look();
  const timer = setInterval(() => void look(), everyMs).unref();

  const of = (read: (state: StoreServerState) => number | null) =>
    function* () {
      for (const state of known) {
        const value = read(state);
        if (value !== null) yield { labels: { server: state.server }, value };
      }
    };
  gauge(
    registry,
    'tallyline_redis_used_memory_bytes',
    'Memory that a Redis server uses.',
    ['server'],
    of(({ usedMemoryBytes }) => usedMemoryBytes),
  );
  gauge(
    registry,
    'tallyline_redis_evicted_keys',
    'Keys thrown away for want of memory since the server started: each may be a sum that is wrong now.',
    ['server'],
    of(({ evictedKeys }) => evictedKeys),
  );
  gauge(
    registry,
    'tallyline_redis_append_ok',
    '0 when the last write to the append-only file failed, and the server refuses changes; else 1.',
    ['server'],
    of(({ lastAppendOk }) => (lastAppendOk === null ? null : Number(lastAppendOk))),
  );
  gauge(
    registry,
    'tallyline_store_server_asked_timestamp_seconds',
    'When the servers of the store last answered; 0: never yet.',
    [],
    () => [{ labels: {}, value: askedAt / 1000 }],
  );
  return () => clearInterval(timer);
}
