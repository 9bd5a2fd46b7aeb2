import type { Stage } from './health.js';
import { gauge, type Registry } from './metrics.js';

/** Which app and version runs in this process, and how many partitions its topics have. */
export function processMetrics(
  registry: Registry,
  about: { readonly app: string; readonly version: string; readonly partitions: number },
  stages: () => readonly Stage[],
): void {
  const { app, version, partitions } = about;
  gauge(
    registry,
    'tallyline_build_info',
    'App and version of this process; always 1.',
    ['app', 'version', 'node'],
    () => [{ labels: { app, version, node: process.versions.node }, value: 1 }],
  );
  gauge(
    registry,
    'tallyline_topic_partitions',
    'Partitions of a topic that this process reads; each should be assigned to one instance.',
    ['topic'],
    () => stages().map(({ topic }) => ({ labels: { topic }, value: partitions })),
  );
}
