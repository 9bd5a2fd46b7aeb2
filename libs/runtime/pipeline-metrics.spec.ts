import { beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from './metrics.js';
import { type PipelineMetrics, pipelineMetrics } from './pipeline-metrics.js';

const facts = { group: 'meter', topic: 'telephony.facts' };
const labels = '{group="meter",topic="telephony.facts"}';
let now: number;
let registry: Registry;
let metrics: PipelineMetrics;

beforeEach(() => {
  now = 1_700_000_000_000;
  registry = new Registry();
  metrics = pipelineMetrics(registry, () => now);
});

async function samplesOf(name: string): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith(`tallyline_${name}`));
}

describe('pipeline metrics', () => {
  it('count batches by size, time and result', async () => {
    metrics.batches.handled(facts, 25, 'done', 4);
    metrics.batches.handled(facts, 5, 'retry', 40);
    expect(await samplesOf('batches_total')).toEqual([
      'tallyline_batches_total{group="meter",topic="telephony.facts",result="done"} 1',
      'tallyline_batches_total{group="meter",topic="telephony.facts",result="retry"} 1',
    ]);
    expect(await samplesOf('batch_records_sum')).toEqual([`tallyline_batch_records_sum${labels} 30`]);
    expect(await samplesOf('batch_seconds_sum')).toEqual([`tallyline_batch_seconds_sum${labels} 0.044`]);
  });

  it('count a rebalance once, however many partitions come and go with it', async () => {
    for (const partition of [0, 1, 2]) metrics.batches.assigned(facts, partition);
    expect(await samplesOf('rebalances_total')).toEqual([`tallyline_rebalances_total${labels} 1`]);

    now += 60_000;
    metrics.batches.assigned(facts, 1);
    expect(await samplesOf('rebalances_total')).toEqual([`tallyline_rebalances_total${labels} 1`]);

    metrics.batches.lost(facts, 0);
    metrics.batches.lost(facts, 1);
    now += 900;
    metrics.batches.assigned(facts, 1);
    expect(await samplesOf('rebalances_total')).toEqual([`tallyline_rebalances_total${labels} 2`]);
  });

  it('count appends and commits, failed and stale ones included', async () => {
    metrics.log.appended('journal.postings', 7, 3);
    metrics.log.appendFailed('journal.postings');
    expect(await samplesOf('append')).toEqual(
      expect.arrayContaining([
        'tallyline_append_seconds_sum{topic="journal.postings"} 0.003',
        'tallyline_appended_records_total{topic="journal.postings"} 7',
        'tallyline_append_failures_total{topic="journal.postings"} 1',
      ]),
    );
    metrics.store.committed({ keyspace: 'meter' }, 'done', 2);
    expect(await samplesOf('stale')).toEqual(['tallyline_stale_commits_total{keyspace="meter"} 0']);
    metrics.store.committed({ keyspace: 'meter' }, 'stale', 2);
    metrics.store.commitFailed({ keyspace: 'meter' });
    expect(await samplesOf('stale')).toEqual(['tallyline_stale_commits_total{keyspace="meter"} 1']);
    expect(await samplesOf('commit_seconds_count')).toEqual([
      'tallyline_commit_seconds_count{keyspace="meter"} 2',
    ]);
    expect(await samplesOf('commit_failures_total')).toEqual([
      'tallyline_commit_failures_total{keyspace="meter"} 1',
    ]);
  });

  it('have the time of the last rolled-back claim, and no sample before the first', async () => {
    metrics.store.claimed({ keyspace: 'meter' }, { state: 'kept' });
    metrics.store.claimed({ keyspace: 'meter' }, { state: 'new' });
    expect(await samplesOf('store_regressed')).toEqual([]);
    metrics.store.claimed({ keyspace: 'meter' }, { state: 'rolled-back' });
    expect(await samplesOf('store_regressed')).toEqual([
      'tallyline_store_regressed_timestamp_seconds{keyspace="meter",state="rolled-back"} 1700000000',
    ]);
    expect(await samplesOf('claims_total')).toHaveLength(3);
  });

  it('count refusals by stage and code, starting at 0', async () => {
    metrics.declareRefusals('normalizer', ['unreadable', 'invalid-field']);
    metrics.refused({ stage: 'normalizer', reason: 'unreadable' });
    expect(await samplesOf('refused_total')).toEqual([
      'tallyline_refused_total{stage="normalizer",reason="unreadable"} 1',
      'tallyline_refused_total{stage="normalizer",reason="invalid-field"} 0',
    ]);
  });

  it('measure how long a delivery takes to reach the tally', async () => {
    metrics.tallied([now - 80, now - 240, now + 5]);
    expect(await samplesOf('end_to_end_seconds_bucket{le="0.1"}')).toEqual([
      'tallyline_end_to_end_seconds_bucket{le="0.1"} 2',
    ]);
    expect(await samplesOf('end_to_end_seconds_count')).toEqual(['tallyline_end_to_end_seconds_count 3']);
  });

  it('count deliveries that are dated further in the future than clocks may differ', async () => {
    metrics.eventsDated('bank', now + 120_000, now);
    expect(await samplesOf('future_deliveries_total')).toEqual([
      'tallyline_future_deliveries_total{connection="bank"} 0',
    ]);
    metrics.eventsDated('bank', now + 120_001, now);
    expect(await samplesOf('future_deliveries_total')).toEqual([
      'tallyline_future_deliveries_total{connection="bank"} 1',
    ]);
  });
});
