import type { Log } from './log.js';

/** How many records a reader has not read yet. */
export interface PartitionLag {
  readonly partition: number;
  /** The next offset it reads; the oldest where it has read none. */
  readonly next: number;
  readonly end: number;
  readonly records: number;
  /** Log append time (UTC epoch ms) of the next unprocessed record; null when caught up. */
  readonly waitingSince: number | null;
}

/** `nexts`: the next offset of the reader per partition; null where it has read none. */
export async function lagBehind(
  log: Log,
  topic: string,
  nexts: readonly (number | null)[],
): Promise<PartitionLag[]> {
  const bounds = await log.bounds(topic);
  return Promise.all(
    bounds.map(async ({ partition, begin, end }) => {
      const next = nexts[partition] ?? begin;
      const records = Math.max(0, end - next);
      const [waiting] = records > 0 ? await log.read(topic, partition, next, 1) : [];
      return { partition, next, end, records, waitingSince: waiting?.timestamp ?? null };
    }),
  );
}
