/**
 * The log port: durable, ordered, partitioned topics. Adapters: `sqlite/` (embedded) and `kafka/`, both held
 * to one conformance suite.
 *
 * Values are UTF-8 JSON texts. Offsets in a partition rise but need not be contiguous. A caller that names a
 * topic which `createTopics` has not created, or breaks another rule stated here, gets a plain `Error`.
 */
export interface Log {
  /**
   * Creates topics that are missing. One that exists with other settings is reported, never changed.
   * The reports are in the order given.
   */
  createTopics(topics: readonly TopicSettings[]): Promise<TopicReport[]>;

  /**
   * Appends all records durably (embedded: one synced transaction; Kafka: acks of all in-sync replicas,
   * checked partition by partition) or throws `LogUnavailable`. Records of one call in one partition keep
   * their order. After a throw some may be in the log: writers use deterministic ids and readers skip
   * duplicates. Returns the position of each record, in the order given.
   */
  append(topic: string, records: readonly NewRecord[]): Promise<RecordPosition[]>;

  /**
   * At most `limit` (> 0) records from `from` on (inclusive); empty only at the end of the partition. Where
   * values are large there may be fewer than the limit: continue after the last.
   */
  read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]>;

  /**
   * Per partition, from 0 on: the first offset that retention has left, and the offset the next record will
   * get.
   */
  bounds(topic: string): Promise<PartitionBounds[]>;

  /**
   * First offset whose timestamp is at or after the instant (ms), per partition; the end where there is none.
   */
  offsetsAt(topic: string, timestamp: number): Promise<number[]>;

  /**
   * Starts reading a topic as a member of a group. Resolves once the member is running; `progress` shows
   * whether each partition is. The embedded log has one member per group and topic and refuses a second.
   */
  consume(options: ConsumeOptions): Promise<Consumption>;

  /**
   * The group's committed offsets per partition, null where none. A hint for lag tools, except for a stage
   * that keeps no other position. Never ahead of what the handler has finished; behind it after a crash.
   */
  committed(group: string, topic: string): Promise<(number | null)[]>;

  /**
   * Stops every consumption, then releases its resources. Idempotent; calls afterwards fail with
   * `LogUnavailable`.
   */
  close(): Promise<void>;
}

export interface TopicSettings {
  readonly name: string;
  readonly partitions: number;
  /** null: kept forever. */
  readonly retentionMs: number | null;
  /** Only the newest record of a key must be kept. */
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
  /** Default: `partitionOf(key)`. */
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
  /** Retention has deleted all below it. Compaction leaves gaps and does not move it. Never decreases. */
  readonly begin: number;
  /** Never decreases, even when everything is deleted. */
  readonly end: number;
}

export interface ConsumeOptions {
  readonly topic: string;
  readonly group: string;
  readonly handler: PartitionHandler;
  /** Maximum of records in one batch. */
  readonly batchRecords: number;
  /**
   * The position of a partition in the handler's store, null where the store has nothing of it. Read at each
   * assignment, where its `lastRead` is compared with the record that lies there now, and every few seconds
   * while no batch is processed: where its `next` is behind the handler's last one, `assigned` is called
   * again. Not needed where the committed offset is all that is stored: its `lastRead` is kept beside it.
   */
  readonly storedPosition?: (partition: number) => Promise<StoredPosition | null>;
  /** Called when a partition stops for good: `cause` says why, in words for an operator. */
  readonly onStopped?: (partition: number, cause: Error) => void;
}

/** Up to where a partition was read, and in which log. */
export interface StoredPosition {
  /** Next offset to be processed. */
  readonly next: number;
  /** Fingerprint of the last record before it; null: none was read, or it was not kept. */
  readonly lastRead: string | null;
}

/**
 * What a stage does with its records. Calls for one partition never overlap; calls for different ones may.
 */
export interface PartitionHandler {
  /**
   * The partition is ours: returns the offset to begin at. Nothing of it is delivered before this resolves. A
   * rejection is lost infrastructure: called again, with back-off; but `WrongLog` stops the partition. An
   * offset outside of the partition's bounds, or in another log than the stored position (a truncated or
   * recreated topic, the store of another installation), stops the partition.
   */
  assigned(partition: number): Promise<number>;
  /**
   * A whole batch, records in offset order, never empty. Must not throw for anything expected: a rejection is
   * a broken invariant and stops the partition, so that nothing is skipped.
   */
  batch(batch: Batch): Promise<BatchResult>;
  /** The partition is no longer ours (also after `stop`): drop its cache. Never called during a batch. */
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
 * `done`: everything below `next` is processed (refused records included), continue there. `next` is above
 * the first record of the batch and at most one above its last.
 * `fenced`: another process has claimed the partition (a stale compare-and-set): call `assigned` again and
 * continue where it says.
 * `retry`: infrastructure is lost; pause the partition, back off, deliver again from the same record on.
 * Never for a bad record.
 */
export type BatchResult =
  | { readonly status: 'done'; readonly next: number }
  | { readonly status: 'fenced' }
  | { readonly status: 'retry'; readonly cause: Error };

export interface Consumption {
  /** Partitions that this member holds now, with their progress as far as known. */
  progress(): PartitionProgress[];
  /** Finishes the batches under way, commits, leaves the group. */
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
  /** When the partition last advanced or was last seen caught up, UTC epoch ms. */
  readonly progressedAt: number;
  /**
   * Why the partition does not advance: set by a `retry` until it has advanced again, and for good when it
   * stopped.
   */
  readonly pausedBy: Error | null;
  /** True when the partition stopped for good (`pausedBy` says why): only a new consumption continues. */
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

/**
 * Why a partition cannot go on in this log: something would be skipped, or counted that belongs to another
 * log. The message says what an operator must do; only a new consumption continues.
 */
export class WrongLog extends Error {
  override readonly name = 'WrongLog';
  readonly code: WrongLogCode;

  constructor(code: WrongLogCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Another record lies where the last one was read; records that were not yet read have been deleted; the
 * position is none of this log; what the log has left does not suffice to make a lost state again.
 */
export const wrongLogCodes = [
  'log-replaced',
  'log-truncated',
  'position-out-of-range',
  'states-incomplete',
] as const;

export type WrongLogCode = (typeof wrongLogCodes)[number];

/** A broken invariant of the caller: a wrong name, or `createTopics` was not called. */
export function unknownTopic(topic: string): Error {
  return new Error(`topic ${topic} does not exist: create it first`);
}

/** Whether it is that: the log was written by a version that has no such topic. */
export function isUnknownTopic(error: unknown, topic: string): boolean {
  return Error.isError(error) && error.message === unknownTopic(topic).message;
}

export type LogUnusableCode =
  /** The file of the embedded log is not a database, or not a whole one. */
  | 'log-damaged'
  | 'topic-settings-differ'
  /** Kafka cannot be reached as it is set up: certificates, user, password or rights. */
  | 'log-access'
  /** There is no log in the directory, or nothing in it yet. */
  | 'log-missing'
  /** Written by a newer version, or not by us. */
  | 'log-layout-unknown';
