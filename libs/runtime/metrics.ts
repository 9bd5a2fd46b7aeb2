import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Stage } from './health.js';

export { Registry } from 'prom-client';
export type { Counter, Gauge, Histogram } from 'prom-client';

/** Name of a metric; the compiler checks the prefix. Units are at the end, as Prometheus recommends. */
type Name = `tallyline_${string}`;

/** A registry with Node's own metrics (`process_*`, `nodejs_*`). One per process. */
export function createRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}

export function counter<const L extends string>(
  registry: Registry,
  name: `${Name}_total`,
  help: string,
  labelNames: readonly L[],
): Counter<L> {
  return new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
}

/** A gauge that is read at each scrape, so it cannot go stale; `read` gives all its label sets. */
export function gauge<const L extends string>(
  registry: Registry,
  name: Name,
  help: string,
  labelNames: readonly L[],
  read: () => Iterable<{ readonly labels: Readonly<Record<L, string>>; readonly value: number }>,
): Gauge<L> {
  return new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, value } of read()) this.set(labels, value);
    },
  });
}

export function histogram<const L extends string>(
  registry: Registry,
  name: `${Name}_${'seconds' | 'bytes' | 'records'}`,
  help: string,
  labelNames: readonly L[],
  buckets: readonly number[],
): Histogram<L> {
  return new Histogram({
    name,
    help,
    labelNames: [...labelNames],
    buckets: [...buckets],
    registers: [registry],
  });
}

/** Seconds: from one synced write to a broker in trouble. */
export const latencyBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

const partitionLabels = ['group', 'topic', 'partition'] as const;

/**
 * Lag and progress of each partition that this process holds, idle and stuck ones included. A partition that
 * was taken away has no more samples.
 */
export function stageMetrics(registry: Registry, stages: () => readonly Stage[], clock: () => number): void {
  const partitions = (value: (progress: ReturnType<Stage['progress']>[number]) => number) =>
    function* () {
      for (const stage of stages()) {
        const { group, topic } = stage;
        for (const each of stage.progress()) {
          yield { labels: { group, topic, partition: String(each.partition) }, value: value(each) };
        }
      }
    };
  gauge(
    registry,
    'tallyline_lag_records',
    'Records not yet processed.',
    partitionLabels,
    partitions(({ next, end }) => Math.max(0, end - next)),
  );
  gauge(
    registry,
    'tallyline_lag_seconds',
    'Age of the next unprocessed record; 0 when caught up.',
    partitionLabels,
    partitions(({ next, end, nextTimestamp, progressedAt }) =>
      next >= end ? 0 : Math.max(0, clock() - (nextTimestamp ?? progressedAt)) / 1000,
    ),
  );
  gauge(
    registry,
    'tallyline_progress_age_seconds',
    'Time since the partition last made progress or was last seen caught up.',
    partitionLabels,
    partitions(({ progressedAt }) => Math.max(0, clock() - progressedAt) / 1000),
  );
  gauge(
    registry,
    'tallyline_partition_paused',
    '1 while the partition waits for Kafka or Redis, else 0.',
    partitionLabels,
    partitions(({ pausedBy, stopped }) => (pausedBy === null || stopped ? 0 : 1)),
  );
  gauge(
    registry,
    'tallyline_partition_stopped',
    '1 when the partition is stopped for good, because going on would skip or falsify something, with its code; else 0.',
    [...partitionLabels, 'cause'],
    function* () {
      for (const stage of stages()) {
        const { group, topic } = stage;
        for (const { partition, stopped, pausedBy } of stage.progress()) {
          const cause = stopped ? stopCode(pausedBy) : '';
          yield { labels: { group, topic, partition: String(partition), cause }, value: stopped ? 1 : 0 };
        }
      }
    },
  );
}

/** A code of docs/errors.md, section "Stop". */
export function stopCode(cause: Error | null): string {
  return cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : 'broken-invariant';
}
