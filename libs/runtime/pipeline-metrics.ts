import { counter, gauge, histogram, latencyBuckets, type Registry } from './metrics.js';

/**
 * The metrics of a process about its work. The parts have the shape of the observers of transport, log and
 * store, which this library does not import.
 */
export interface PipelineMetrics {
  readonly batches: BatchMetrics;
  readonly log: LogMetrics;
  readonly store: StoreMetrics;
  /** Refusal codes of a stage: exported as 0 from the start, so that the first refusal is an increase. */
  declareRefusals(stage: string, codes: readonly string[]): void;
  refused(refusal: { readonly stage: string; readonly reason: string }): void;
  /** So many entities are parked in a partition, by cause. */
  parked(stage: string, partition: number, counts: ReadonlyMap<string, number>): void;
  /** A delivery holds something odd that does not stop it. */
  warned(connection: string, warning: { readonly code: string; readonly field: string }): void;
  /** Postings now in the tally: when the log took their deliveries, UTC epoch ms. */
  tallied(recordedAts: readonly number[]): void;
  /**
   * `left`: records of the journal still to be recounted under the catalogue in force, asked at each scrape.
   */
  watchRecounts(left: () => number): void;
  recountFailed(): void;
  /** Agent time (ms) of yesterday and today that the catalogue does not place, by what it does not know. */
  unmapped(work: Readonly<Record<string, number>>): void;
  /** Agent time (ms) of yesterday and today in implausible work. */
  implausible(ms: number): void;
  /** Newest instant (UTC epoch ms) that facts of a connection name, and when their delivery was received. */
  eventsDated(connection: string, newestAt: number, receivedAt: number): void;
}

interface TopicReader {
  readonly group: string;
  readonly topic: string;
}

interface BatchMetrics {
  assigned(reader: TopicReader, partition: number): void;
  lost(reader: TopicReader, partition: number): void;
  handled(
    reader: TopicReader,
    records: number,
    result: 'done' | 'fenced' | 'retry' | 'thrown',
    tookMs: number,
  ): void;
}

interface LogMetrics {
  appended(topic: string, records: number, tookMs: number): void;
  appendFailed(topic: string): void;
}

interface StoreMetrics {
  claimed(at: { readonly keyspace: string }, claim: { readonly state: string }): void;
  committed(at: { readonly keyspace: string }, answer: 'done' | 'stale', tookMs: number): void;
  commitFailed(at: { readonly keyspace: string }): void;
}

/** `clock`: UTC epoch ms. */
export function pipelineMetrics(registry: Registry, clock: () => number): PipelineMetrics {
  const refused = counter(
    registry,
    'tallyline_refused_total',
    'Records and rows refused, by stage and code; a row that is read again after a crash counts again.',
    ['stage', 'reason'],
  );
  const parked = parkedGauge(registry);
  const warned = counter(
    registry,
    'tallyline_warnings_total',
    'Warnings about deliveries that were used nevertheless, by connection, field and code.',
    ['connection', 'field', 'code'],
  );
  const endToEnd = histogram(
    registry,
    'tallyline_end_to_end_seconds',
    'From the log acknowledging a delivery to its posting in the tally; postings read for a rebuild are left out.',
    [],
    endToEndBuckets,
  );
  const ahead = counter(
    registry,
    'tallyline_future_deliveries_total',
    'Deliveries with an instant more than two minutes after their receipt: the clock of sender or intake is wrong.',
    ['connection'],
  );
  let recountLeft = (): number => 0;
  gauge(
    registry,
    'tallyline_recount_records',
    'Records of the journal to be recounted until this process counts under the catalogue in force.',
    [],
    () => [{ labels: {}, value: recountLeft() }],
  );
  const recountFailures = counter(
    registry,
    'tallyline_recount_failures_total',
    'Steps towards the catalogue in force that failed; each is tried again.',
    [],
  );
  const unmapped = unmappedGauge(registry);
  const implausible = implausibleGauge(registry);
  return {
    batches: batchMetrics(registry, clock),
    log: logMetrics(registry),
    store: storeMetrics(registry, clock),
    declareRefusals: (stage, codes) => {
      for (const reason of codes) refused.inc({ stage, reason }, 0);
    },
    refused: ({ stage, reason }) => refused.inc({ stage, reason }),
    parked,
    warned: (connection, { field, code }) => warned.inc({ connection, field, code }),
    tallied: (recordedAts) => {
      const now = clock();
      for (const at of recordedAts) endToEnd.observe(Math.max(0, now - at) / 1000);
    },
    watchRecounts: (left) => {
      recountLeft = left;
    },
    recountFailed: () => recountFailures.inc(),
    unmapped,
    implausible,
    eventsDated: (connection, newestAt, receivedAt) => {
      // Exported as 0 before, so that the first one is an increase.
      ahead.inc({ connection }, newestAt - receivedAt > toleratedAheadMs ? 1 : 0);
    },
  };
}

function parkedGauge(registry: Registry): PipelineMetrics['parked'] {
  const parked = new Map<string, ReadonlyMap<string, number>>();
  gauge(
    registry,
    'tallyline_parked_entities',
    'Contacts, activities and outcomes that a stage could not go on with, by partition and cause; also those that are left out.',
    ['stage', 'partition', 'cause'],
    function* () {
      for (const [at, counts] of parked) {
        const [stage = '', partition = ''] = at.split('|');
        for (const [cause, value] of counts) yield { labels: { stage, partition, cause }, value };
      }
    },
  );
  return (stage, partition, counts) => void parked.set(`${stage}|${partition}`, counts);
}

function unmappedGauge(registry: Registry): PipelineMetrics['unmapped'] {
  let known: Readonly<Record<string, number>> = {};
  gauge(
    registry,
    'tallyline_unmapped_agent_seconds',
    'Agent time of yesterday and today that the catalogue does not place: of no programme, of unknown agents, in unknown codes.',
    ['unknown'],
    function* () {
      for (const [unknown, ms] of Object.entries(known)) yield { labels: { unknown }, value: ms / 1000 };
    },
  );
  return (work) => void (known = work);
}

function implausibleGauge(registry: Registry): PipelineMetrics['implausible'] {
  let known = 0;
  gauge(
    registry,
    'tallyline_implausible_agent_seconds',
    'Agent time of yesterday and today in work that is implausible, by itself or together, and that no operator has confirmed.',
    [],
    () => [{ labels: {}, value: known / 1000 }],
  );
  return (ms) => void (known = ms);
}

const toleratedAheadMs = 120_000;
const endToEndBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10, 30, 60, 300, 1_800,
];
const recordBuckets = [1, 3, 10, 30, 100, 300, 1_000];

const readerLabels = ['group', 'topic'] as const;

function batchMetrics(registry: Registry, clock: () => number): BatchMetrics {
  const seconds = histogram(
    registry,
    'tallyline_batch_seconds',
    'Time to process a batch: look-ups, appends and commit included.',
    readerLabels,
    latencyBuckets,
  );
  const size = histogram(
    registry,
    'tallyline_batch_records',
    'Records of a batch.',
    readerLabels,
    recordBuckets,
  );
  const results = counter(
    registry,
    'tallyline_batches_total',
    'Batches by result: done; fenced (claimed by another process); retry (Kafka or Redis lost); thrown (partition stopped).',
    ['group', 'topic', 'result'],
  );
  const rebalances = counter(
    registry,
    'tallyline_rebalances_total',
    'How often partitions were assigned to this process or taken away; changes within a second count once.',
    readerLabels,
  );
  const changed = onceInABurst(clock, (group, topic) => rebalances.inc({ group, topic }));
  const held = new Set<string>();
  return {
    assigned: ({ group, topic }, partition) => {
      const name = `${group}|${topic}|${partition}`;
      // Assigned again while held: no rebalance.
      if (held.has(name)) return;
      held.add(name);
      changed(group, topic);
    },
    lost: ({ group, topic }, partition) => {
      held.delete(`${group}|${topic}|${partition}`);
      changed(group, topic);
    },
    handled: ({ group, topic }, records, result, tookMs) => {
      seconds.observe({ group, topic }, tookMs / 1000);
      size.observe({ group, topic }, records);
      results.inc({ group, topic, result });
    },
  };
}

const burstMs = 1_000;

/** Calls `first` for the first of several events that come within a second of each other. */
function onceInABurst(
  clock: () => number,
  first: (group: string, topic: string) => void,
): (group: string, topic: string) => void {
  const lastAt = new Map<string, number>();
  return (group, topic) => {
    const name = `${group}|${topic}`;
    const before = lastAt.get(name);
    const now = clock();
    lastAt.set(name, now);
    if (before === undefined || now - before > burstMs) first(group, topic);
  };
}

function logMetrics(registry: Registry): LogMetrics {
  const seconds = histogram(
    registry,
    'tallyline_append_seconds',
    'From an append to the acknowledgement of all in-sync replicas.',
    ['topic'],
    latencyBuckets,
  );
  const records = counter(registry, 'tallyline_appended_records_total', 'Records acknowledged by the log.', [
    'topic',
  ]);
  const failures = counter(
    registry,
    'tallyline_append_failures_total',
    'Appends that failed after all retries.',
    ['topic'],
  );
  return {
    appended: (topic, count, tookMs) => {
      seconds.observe({ topic }, tookMs / 1000);
      records.inc({ topic }, count);
    },
    appendFailed: (topic) => failures.inc({ topic }),
  };
}

function storeMetrics(registry: Registry, clock: () => number): StoreMetrics {
  const seconds = histogram(
    registry,
    'tallyline_commit_seconds',
    'Time of a commit of state and offset to the store.',
    ['keyspace'],
    latencyBuckets,
  );
  const stale = counter(
    registry,
    'tallyline_stale_commits_total',
    'Commits refused because another process had claimed the partition.',
    ['keyspace'],
  );
  const failures = counter(registry, 'tallyline_commit_failures_total', 'Commits without an answer.', [
    'keyspace',
  ]);
  const claims = counter(
    registry,
    'tallyline_claims_total',
    'Partitions claimed, by state of the store: kept, new, rolled-back (to an earlier state), wiped (lost all).',
    ['keyspace', 'state'],
  );
  const regressedAt = new Map<string, { labels: { keyspace: string; state: string }; value: number }>();
  gauge(
    registry,
    'tallyline_store_regressed_timestamp_seconds',
    'When a partition was last claimed rolled-back or wiped: it is read again from where the store is.',
    ['keyspace', 'state'],
    () => regressedAt.values(),
  );
  return {
    claimed: ({ keyspace }, { state }) => {
      claims.inc({ keyspace, state });
      if (state === 'kept' || state === 'new') return;
      regressedAt.set(`${keyspace}|${state}`, { labels: { keyspace, state }, value: clock() / 1000 });
    },
    committed: ({ keyspace }, answer, tookMs) => {
      seconds.observe({ keyspace }, tookMs / 1000);
      stale.inc({ keyspace }, answer === 'stale' ? 1 : 0);
    },
    commitFailed: ({ keyspace }) => failures.inc({ keyspace }),
  };
}
