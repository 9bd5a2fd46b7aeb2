import { randomUUID } from 'node:crypto';
import type {
  Batch,
  ConsumeOptions,
  Consumption,
  Log,
  LogRecord,
  BatchResult,
  PartitionHandler,
  TopicSettings,
} from './log.js';

/** A log as an adapter gives it to the conformance suite. */
export interface LogUnderTest {
  readonly log: Log;
  /** Closes it and opens it again over the same data; answers the new one, which `log` is from then on. */
  restart(): Promise<Log>;
  /** Closes it and removes what it left. */
  dispose(): Promise<void>;
}

/**
 * Polls until the condition holds; fails with `what` after the deadline. A condition may throw: it does not
 * hold yet.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 15_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  let trouble = '';
  for (;;) {
    try {
      if (await condition()) return;
      trouble = '';
    } catch (error) {
      trouble = `: ${String(error)}`;
    }
    if (performance.now() > deadline)
      throw new Error(`still not so after ${deadlineMs} ms: ${what}${trouble}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function freshName(): string {
  return `conformance-${randomUUID()}`;
}

/** A new topic of its own for a test. */
export async function freshTopic(log: Log, settings: Partial<TopicSettings> = {}): Promise<string> {
  const name = freshName();
  await log.createTopics([{ name, partitions: 2, retentionMs: null, compacted: false, ...settings }]);
  return name;
}

/** Records `from` to `to` (exclusive) with their number as value, all for one partition. */
export function numbered(
  from: number,
  to: number,
  partition: number,
): { key: string; value: string; partition: number }[] {
  return Array.from({ length: to - from }, (_, index) => ({ key: 'k', value: `${from + index}`, partition }));
}

/** The whole partition. */
export async function readAll(log: Log, topic: string, partition: number): Promise<LogRecord[]> {
  const { begin } = (await log.bounds(topic))[partition]!;
  const records: LogRecord[] = [];
  for (let from = begin; ;) {
    const some = await log.read(topic, partition, from, 500);
    const last = some.at(-1);
    if (last === undefined) return records;
    records.push(...some);
    from = last.offset + 1;
  }
}

export const values = (records: readonly LogRecord[]): string[] => records.map((record) => record.value);

export function doneWith(batch: Batch): BatchResult {
  return { status: 'done', next: batch.records.at(-1)!.offset + 1 };
}

/** A handler that writes down what it is given, and checks what every adapter must never do. */
export class Recorder implements PartitionHandler {
  /** Says what comes of a batch. */
  decide: (batch: Batch) => BatchResult | Promise<BatchResult> = doneWith;
  /** Where a partition begins; null: with the oldest record there is. */
  begin: ((partition: number) => number | Promise<number>) | null = null;
  /** Set by `whileConsuming`. */
  oldest: readonly number[] = [];
  readonly batches: Batch[] = [];
  readonly assignments: number[] = [];
  readonly losses: number[] = [];
  readonly faults: string[] = [];
  readonly #inCall = new Set<number>();

  /** Values delivered of a partition, as often as they were. */
  received(partition: number): string[] {
    return values(
      this.batches.filter((batch) => batch.partition === partition).flatMap((batch) => batch.records),
    );
  }

  of(partition: number): Batch[] {
    return this.batches.filter((batch) => batch.partition === partition);
  }

  assigned(partition: number): Promise<number> {
    this.assignments.push(partition);
    const begin = this.begin ?? (() => this.oldest[partition]!);
    return this.#alone(partition, 'assigned', () => begin(partition));
  }

  batch(batch: Batch): Promise<BatchResult> {
    this.batches.push(batch);
    if (batch.records.length === 0) this.faults.push('an empty batch');
    if (batch.records.some((record, index) => record.offset <= (batch.records[index - 1]?.offset ?? -1))) {
      this.faults.push(`offsets do not rise in a batch of partition ${batch.partition}`);
    }
    if (batch.end <= batch.records.at(-1)!.offset) this.faults.push('a batch beyond its end');
    return this.#alone(batch.partition, 'batch', () => this.decide(batch));
  }

  lost(partition: number): void {
    this.losses.push(partition);
    if (this.#inCall.has(partition)) this.faults.push(`partition ${partition} lost during a call`);
  }

  async #alone<T>(partition: number, call: string, run: () => T | Promise<T>): Promise<T> {
    if (this.#inCall.has(partition))
      this.faults.push(`${call} of partition ${partition} during another call`);
    this.#inCall.add(partition);
    try {
      return await run();
    } finally {
      this.#inCall.delete(partition);
    }
  }
}

/** The oldest offset of each partition: not 0 in every log. */
export async function oldestOffsets(log: Log, topic: string): Promise<number[]> {
  return (await log.bounds(topic)).map(({ begin }) => begin);
}

/** Consumes with the recorder for as long as `during` runs; then stops. */
export async function whileConsuming(
  log: Log,
  options: Omit<ConsumeOptions, 'handler' | 'group' | 'batchRecords'> & {
    group?: string;
    batchRecords?: number;
  },
  handler: Recorder,
  during: (consumption: Consumption) => Promise<void>,
): Promise<void> {
  handler.oldest = await oldestOffsets(log, options.topic);
  const consumption = await log.consume({ group: freshName(), batchRecords: 100, ...options, handler });
  try {
    await during(consumption);
  } finally {
    await consumption.stop();
  }
}
