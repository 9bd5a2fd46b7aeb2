import type { Metric } from 'prom-client';
import { DeliveryWriter } from '#pipeline/intake/delivery-writer.js';
import { intakeMetrics } from '#pipeline/intake/intake-metrics.js';
import { auditMetrics } from '#runtime/audit-metrics.js';
import { createRegistry, stageMetrics } from '#runtime/metrics.js';
import { pipelineMetrics } from '#runtime/pipeline-metrics.js';
import { processMetrics } from '#runtime/process-metrics.js';
import { scheduleMetrics } from '#runtime/schedule-metrics.js';
import { serverMetrics } from '#runtime/server-metrics.js';

/** Labels that Prometheus adds to all that it scrapes, or that belong to buckets. */
const added = ['job', 'instance', 'le'];

/** Every metric of any app, with its labels. A histogram has three names. */
export function knownMetrics(): Map<string, string[]> {
  const registry = createRegistry();
  stageMetrics(registry, () => [], Date.now);
  processMetrics(registry, { app: 'spec', version: '0', partitions: 1 }, () => []);
  pipelineMetrics(registry, Date.now);
  auditMetrics(registry, [], () => []);
  scheduleMetrics(registry, () => new Map());
  intakeMetrics(registry, new DeliveryWriter({ append: async () => [] }, Date.now));
  serverMetrics(registry, async () => [], Date.now)();
  const known = new Map([['up', added]]);
  for (const metric of registry.getMetricsAsArray()) {
    const { name } = metric;
    // prom-client's objects have the label names, its types do not.
    const { labelNames = [] } = metric as unknown as Metric & { readonly labelNames?: readonly string[] };
    for (const each of namesOf(name, metric.constructor.name.toLowerCase())) {
      known.set(each, [...added, ...labelNames]);
    }
  }
  return known;
}

/** Names in the answer of `/metrics`, as `knownMetrics` has them. */
export function scrapedNames(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type = '']) =>
    namesOf(name, type),
  );
}

function namesOf(name: string, type: string): string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
}

/** Metrics in a PromQL expression with the labels they are selected by, and the labels it groups by. */
export function metricsIn(expression: string): { names: { name: string; labels: string[] }[]; by: string[] } {
  const names = expression.matchAll(/\b((?:tallyline|nodejs|process)_\w+|up(?=\{))(?:\{([^}]*)\})?/g);
  const groups = expression.matchAll(/\b(?:by|on|without|ignoring) \(([^)]*)\)/g);
  return {
    names: [...names].map(([, name = '', selector = '']) => ({
      name,
      labels: [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    })),
    by: [...groups]
      .flatMap(([, list = '']) => list.split(',').map((label) => label.trim()))
      .filter((label) => label !== ''),
  };
}
