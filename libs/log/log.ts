/**
 * The log port: durable, ordered, partitioned topics. Adapters: `sqlite/` (embedded) and `kafka/`. One
 * conformance suite (`log.conformance.ts`) runs against both.
 *
 * Values are UTF-8 JSON texts. Offsets in a partition rise but need not be contiguous. Whoever names a topic
 * that
 * `createTopics` has not made gets `UnknownTopic`; whoever breaks a rule stated here, a plain `Error`.
 */
export interface Log {
  /**
   * Creates what is missing. A topic that exists with other settings is reported, never changed silently.
   * Answers in the order given.
   */
  createTopics(topics: readonly TopicSettings[]): Promise<TopicReport[]>;

  /**
   * Appends all records durably (embedded: one synced transaction; Kafka: acks of all in-sync replicas,
   * checked partition by partition) or throws `LogUnavailable`. Records of one call that meet in a partition
   * keep their order. After a throw some may be in the log: writers use deterministic ids and readers skip
   * duplicates. The answer holds where each record went, in the order given.
   */
  append(topic: string, records: readonly NewRecord[]): Promise<RecordPosition[]>;

  /**
   * At most `limit` (> 0) records from `from` on (inclusive); empty only at the end of the partition. Where
   * values are large fewer may come than there are: go on after the last.
   */
  read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]>;

  /**
   * Per partition, from 0 on: from where on retention has left everything, and the offset the next record
   * will get.
   */
  bounds(topic: string): Promise<PartitionBounds[]>;

  /**
   * First offset whose timestamp is at or after the instant (ms), per partition; the end where there is none.
   */
  offsetsAt(topic: string, timestamp: number): Promise<number[]>;

  /**
   * Starts reading a topic as a member of a group. Resolves once the member is running; whether each
   * partition is too, `progress` tells. The embedded log has one member per group and topic and refuses a
   * second.
   */
  consume(options: ConsumeOptions): Promise<Consumption>;

  /**
   * The group's committed offsets per partition, null where none. A hint for lag tools unless the stage says
   * else. Never ahead of what the handler has finished; behind it after a crash.
   */
  committed(group: string, topic: string): Promise<(number | null)[]>;

  /**
   * Stops every consumption, then lets go. Idempotent; whatever is asked afterwards fails with
   * `LogUnavailable`.
   */
  close(): Promise<void>;
}

export interface TopicSettings {
  readonly name: string;
  readonly partitions: number;
  /** null: kept for ever. */
  readonly retentionMs: number | null;
  /** Only the newest record of a key need be kept. */
  readonly compacted: boolean;
}

export interface TopicReport {
  readonly name: string;
  readonly status: 'created' | 'exists' | 'differs';
  readonly differences: readonly SettingDifference[];
}

export interface SettingDifference {
  /** A member of `TopicSettings`, or a setting of the broker. */
  readonly setting: string;
  readonly actual: string;
  readonly expected: string;
}

export interface NewRecord {
  readonly key: string;
  readonly value: string;
  /** Chosen by `partitionOf(key)` when absent. */
  readonly partition?: number;
}

export interface RecordPosition {
  readonly partition: number;
  readonly offset: number;
}

export interface LogRecord {
  readonly offset: number;
  /** Log append time, UTC epoch ms. */
  readonly timestamp: number;
  readonly key: string;
  readonly value: string;
}

export interface PartitionBounds {
  readonly partition: number;
  /** Retention has deleted all below it. Compaction leaves gaps and does not move it. Never falls. */
  readonly begin: number;
  /** Never falls, though everything be deleted. */
  readonly end: number;
}

export interface ConsumeOptions {
  readonly topic: string;
  readonly group: string;
  readonly handler: PartitionHandler;
  /** Most records in one batch. */
  readonly batchRecords: number;
  /**
   * Where the handler's store stands with a partition, null where it has nothing of it. Asked every few
   * seconds while nothing is in hand: where that is behind what the handler said last, `assigned` is asked
   * again. Not needed where the committed offset is all that is stored.
   */
  readonly storedNext?: (partition: number) => Promise<number | null>;
}

/**
 * What a stage gives the log to be driven. Calls for one partition never overlap; calls for different
 * partitions may.
 */
export interface PartitionHandler {
  /**
   * The partition is ours: where to begin. Nothing of it is delivered before this resolves. A rejection is
   * lost infrastructure: asked again, with back-off. An answer outside of the partition's bounds (a truncated
   * or recreated topic, a foreign store) stops the partition.
   */
  assigned(partition: number): Promise<number>;
  /**
   * A whole batch, records in offset order, never empty. Must not throw for anything expected: a rejection is
   * a broken invariant and stops the partition, so that nothing is skipped.
   */
  batch(batch: Batch): Promise<BatchResult>;
  /** The partition is no longer ours (also after `stop`): drop what is cached of it. Never during a batch. */
  lost(partition: number): void;
}

export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** Offset the next record of the partition will get, as known when the batch was fetched. */
  readonly end: number;
}

/**
 * `done`: everything below `next` is dealt with (refused records included), go on there. `next` is above the
 * first record of the batch and at most one above its last.
 * `moved`: somebody else was here (a refused compare-and-set); ask `assigned` again and go on where it says.
 * `retry`: infrastructure is lost; pause the partition, back off, deliver again from the same record on.
 * Never for a bad record.
 */
export type BatchResult =
  | { readonly status: 'done'; readonly next: number }
  | { readonly status: 'fenced' }
  | { readonly status: 'retry'; readonly cause: Error };

export interface Consumption {
  /** Partitions this member holds now, with what is known of their progress. */
  progress(): PartitionProgress[];
  /** Finishes the batches in hand, commits, leaves the group. */
  stop(): Promise<void>;
}

export interface PartitionProgress {
  readonly partition: number;
  /** Next offset to be processed. */
  readonly next: number;
  /** End of the partition as last seen. */
  readonly end: number;
  /** Timestamp (ms) of the next unprocessed record; null when caught up or not yet seen. */
  readonly nextTimestamp: number | null;
  /** When the partition last moved on or was last seen caught up, UTC epoch ms. */
  readonly progressedAt: number;
  /**
   * Why the partition does not go on: set by a `retry` until it has moved on again, and for good when it
   * stopped.
   */
  readonly pausedBy: Error | null;
  /** True when the partition stopped for good (`pausedBy` says why): only a new consumption goes on. */
  readonly stopped: boolean;
}

/** The log cannot be reached or did not acknowledge: lost infrastructure, to be retried. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
  readonly code = 'log-unavailable';
}

/** The log cannot be used as it is, and retrying does not help: the message says what an operator must do. */
export class LogUnusable extends Error {
  override readonly name = 'LogUnusable';
  readonly code: LogUnusableCode;

  constructor(code: LogUnusableCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A broken invariant of the caller: a wrong name, or `createTopics` was not called. */
export function unknownTopic(topic: string): Error {
  return new Error(`topic ${topic} does not exist: create it first`);
}

export type LogUnusableCode =
  | 'topic-settings-differ'
  /** There is no log in the directory, or nothing in it yet. */
  | 'log-missing'
  /** Written by a newer version, or not by us. */
  | 'log-layout-unknown';
