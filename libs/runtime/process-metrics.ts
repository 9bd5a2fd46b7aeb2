import type { Stage } from './health.js';
import { gauge, type Registry } from './metrics.js';

/** What runs in this process, and what it is a part of. */
export function processMetrics(
  registry: Registry,
  about: { readonly app: string; readonly version: string; readonly partitions: number },
  stages: () => readonly Stage[],
): void {
  const { app, version, partitions } = about;
  gauge(registry, 'tallyline_build_info', 'What runs here; always 1.', ['app', 'version', 'node'], () => [
    { labels: { app, version, node: process.versions.node }, value: 1 },
  ]);
  gauge(
    registry,
    'tallyline_topic_partitions',
    'Partitions of a topic that this process shares in; all of them should be held by somebody.',
    ['topic'],
    () => stages().map(({ topic }) => ({ labels: { topic }, value: partitions })),
  );
}
