import { describe, expect, it } from '@jest/globals';
import type { Progress } from './health.js';
import { counter, createRegistry, histogram, latencyBuckets, Registry, stageMetrics } from './metrics.js';

const now = 1_700_000_000_000;

function progress(of: Partial<Progress>): Progress {
  return {
    partition: 0,
    next: 0,
    end: 0,
    nextTimestamp: null,
    progressedAt: now,
    pausedBy: null,
    stopped: false,
    ...of,
  };
}

describe('metrics', () => {
  it("include Node's own metrics and ours", async () => {
    const registry = createRegistry();
    counter(registry, 'tallyline_spec_total', 'Spec.', ['answer']).inc({ answer: '202' }, 3);
    histogram(registry, 'tallyline_spec_seconds', 'Spec.', [], latencyBuckets).observe(0.004);
    const text = await registry.metrics();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('tallyline_spec_total{answer="202"} 3');
    expect(text).toContain('tallyline_spec_seconds_bucket{le="0.005"} 1');
  });

  it('show lag and progress of each partition, idle or stuck, and drop those taken away', async () => {
    const registry = new Registry();
    let held = [
      progress({ partition: 0, next: 7, end: 7, progressedAt: now - 9_000 }),
      progress({ partition: 1, next: 5, end: 25, nextTimestamp: now - 4_500, pausedBy: new Error('away') }),
    ];
    const stage = { group: 'meter', topic: 'telephony.facts', progress: () => held };
    stageMetrics(
      registry,
      () => [stage],
      () => now,
    );

    const text = await registry.metrics();
    const of = (partition: number) => `{group="meter",topic="telephony.facts",partition="${partition}"}`;
    expect(text).toContain(`tallyline_lag_records${of(0)} 0`);
    expect(text).toContain(`tallyline_lag_seconds${of(0)} 0`);
    expect(text).toContain(`tallyline_progress_age_seconds${of(0)} 9`);
    expect(text).toContain(`tallyline_lag_records${of(1)} 20`);
    expect(text).toContain(`tallyline_lag_seconds${of(1)} 4.5`);
    expect(text).toContain(`tallyline_partition_paused${of(1)} 1`);

    const stopped = (partition: number, cause: string) =>
      `tallyline_partition_stopped${of(partition).replace('}', `,cause="${cause}"}`)}`;
    expect(text).toContain(`${stopped(1, '')} 0`);

    held = [
      progress({
        partition: 0,
        stopped: true,
        pausedBy: Object.assign(new Error('x'), { code: 'log-truncated' }),
      }),
    ];
    const later = await registry.metrics();
    expect(later).toContain(`${stopped(0, 'log-truncated')} 1`);
    expect(later).toContain(`tallyline_partition_paused${of(0)} 0`);
    expect(later).not.toContain('partition="1"');
  });
});
