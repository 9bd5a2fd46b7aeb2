import { readAll } from '#log/log.harness.js';
import type { Batch, BatchResult, Log, NewRecord, PartitionHandler, RecordPosition } from '#log/log.js';

export interface Acknowledgement extends RecordPosition {
  readonly key: string;
}

/** Writers that append call after call, each over all partitions, and record what was acknowledged. */
export class Writers {
  readonly acknowledged: Acknowledgement[] = [];
  readonly failures: unknown[] = [];
  #isStopped = false;
  readonly #writers: Promise<void>[];

  constructor(log: Log, topic: string, partitions: number, count: number) {
    this.#writers = Array.from({ length: count }, (_, writer) =>
      this.#write(log, topic, partitions, `w${writer}`),
    );
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#writers);
  }

  /** Ends with the first failure. */
  async #write(log: Log, topic: string, partitions: number, writer: string): Promise<void> {
    try {
      let call = 0;
      while (!this.#isStopped) {
        call += 1;
        this.acknowledged.push(...(await append(log, topic, tenForEach(partitions, `${writer}-${call}`))));
      }
    } catch (error) {
      this.failures.push(error);
    }
  }
}

/** Ten records for each partition, whose keys begin with `name` and are unique. */
export function tenForEach(partitions: number, name: string): NewRecord[] {
  return Array.from({ length: 10 * partitions }, (_, index) => ({
    key: `${name}-${index}`,
    value: JSON.stringify({ index, pad: 'x'.repeat(200) }),
    partition: index % partitions,
  }));
}

export async function append(
  log: Log,
  topic: string,
  records: readonly NewRecord[],
): Promise<Acknowledgement[]> {
  const positions = await log.append(topic, records);
  return positions.map((position, index) => ({ ...position, key: records[index]?.key ?? '' }));
}

/** Acknowledged records that are nowhere in the topic. */
export async function lostOf(
  log: Log,
  topic: string,
  acknowledged: readonly Acknowledgement[],
): Promise<string[]> {
  const there = new Set((await keysOf(log, topic)).flat());
  return acknowledged.map(({ key }) => key).filter((key) => !there.has(key));
}

/** Acknowledged records that are not where the log said. */
export async function wrongPositionsOf(
  log: Log,
  topic: string,
  acknowledged: readonly Acknowledgement[],
): Promise<Acknowledgement[]> {
  const partitions = await Promise.all(
    (await log.bounds(topic)).map(({ partition }) => readAll(log, topic, partition)),
  );
  const keys = partitions.map((records) => new Map(records.map(({ offset, key }) => [offset, key])));
  return acknowledged.filter(({ partition, offset, key }) => keys[partition]?.get(offset) !== key);
}

/** Keys of each partition, in its order. */
export async function keysOf(log: Log, topic: string): Promise<string[][]> {
  const bounds = await log.bounds(topic);
  return Promise.all(
    bounds.map(async ({ partition }) => (await readAll(log, topic, partition)).map(({ key }) => key)),
  );
}

/**
 * A stage with a store of its own: processes each record once, however often it is delivered, and notices
 * when one is left out.
 */
export class Stage implements PartitionHandler {
  readonly processed: string[][] = [];
  readonly faults: string[] = [];
  readonly #next: number[] = [];

  async assigned(partition: number): Promise<number> {
    return this.#next[partition] ?? 0;
  }

  async batch({ partition, records }: Batch): Promise<BatchResult> {
    const expected = this.#next[partition] ?? 0;
    const first = records[0]?.offset ?? expected;
    const next = (records.at(-1)?.offset ?? expected) + 1;
    if (first < expected) return { status: 'fenced' };
    if (first > expected)
      this.faults.push(`partition ${partition} continued at ${first}, not at ${expected}`);
    (this.processed[partition] ??= []).push(...records.map(({ key }) => key));
    this.#next[partition] = next;
    return { status: 'done', next };
  }

  lost(): void {}

  get count(): number {
    return this.processed.flat().length;
  }
}
