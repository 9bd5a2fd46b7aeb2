import { gauge, type Registry } from './metrics.js';

/** State of a Redis server that operators watch; null: the server does not report it. */
export interface StoreServerState {
  /** `host:port` */
  readonly server: string;
  readonly usedMemoryBytes: number | null;
  readonly evictedKeys: number | null;
  readonly lastAppendOk: boolean | null;
}

/**
 * State of the store's servers, polled, because a scrape must not wait for them. A server that does not
 * answer has no samples, and `tallyline_store_server_answered_timestamp_seconds` stays behind.
 * @returns a function that stops polling
 */
export function serverMetrics(
  registry: Registry,
  fetchStates: () => Promise<readonly StoreServerState[]>,
  clock: () => number,
  everyMs = 15_000,
): () => void {
  let known: readonly StoreServerState[] = [];
  let answeredAt = 0;
  const poll = async (): Promise<void> => {
    try {
      known = await fetchStates();
      answeredAt = clock();
    } catch {
      known = [];
    }
  };
  void poll();
  const timer = setInterval(() => void poll(), everyMs).unref();

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
    'Memory in use by a Redis server.',
    ['server'],
    of(({ usedMemoryBytes }) => usedMemoryBytes),
  );
  gauge(
    registry,
    'tallyline_redis_evicted_keys',
    'Keys evicted for lack of memory since the server started: each may be a sum that is now wrong.',
    ['server'],
    of(({ evictedKeys }) => evictedKeys),
  );
  gauge(
    registry,
    'tallyline_redis_append_ok',
    '0 when the last write to the append-only file failed and the server refuses changes; else 1.',
    ['server'],
    of(({ lastAppendOk }) => (lastAppendOk === null ? null : Number(lastAppendOk))),
  );
  gauge(
    registry,
    'tallyline_store_server_answered_timestamp_seconds',
    'When the Redis servers last answered; 0: not yet.',
    [],
    () => [{ labels: {}, value: answeredAt / 1000 }],
  );
  return () => clearInterval(timer);
}
