import type { Fact } from '#domain/fact/fact.js';
import { type Log, LogUnusable } from '#log/log.js';
import { decodeFact } from '#wire/facts.js';
import { meterStage } from '#wire/stages.js';

/**
 * Facts at some offsets of a partition, by offset. Those that lie near each other come with one read; what
 * lies between them is skipped. What is not in the answer has left the log.
 */
export async function readFactsAt(
  log: Log,
  partition: number,
  offsets: readonly number[],
): Promise<ReadonlyMap<number, Fact>> {
  const begin = await beginOf(log, partition);
  const facts = new Map<number, Fact>();
  for (const { offsets: needed, first, last } of runsOf(offsets.filter((offset) => offset >= begin))) {
    for (let from = first; from <= last;) {
      const records = await log.read(topic, partition, from, Math.min(last - from + 1, maxRecords));
      for (const { offset, value } of records) {
        if (!needed.has(offset)) continue;
        const decoded = decodeFact(value);
        if (decoded !== null) facts.set(offset, decoded.fact);
      }
      const reached = records.at(-1)?.offset;
      if (reached === undefined) break;
      from = reached + 1;
    }
  }
  const lost = offsets.filter((offset) => offset >= begin && !facts.has(offset));
  if (lost.length === 0 || Math.max(...lost) < (await beginOf(log, partition))) return facts;
  throw new LogUnusable(
    'log-damaged',
    `${topic} partition ${partition} has no fact at ${lost[0]}, which was there before and has not expired: ` +
      'the topic was truncated or recreated; restore it, or drop the state and rebuild it',
  );
}

async function beginOf(log: Log, partition: number): Promise<number> {
  return (await log.bounds(topic))[partition]?.begin ?? 0;
}

const { topic } = meterStage;

/** Offsets that one sequence of reads covers. */
interface Run {
  readonly offsets: Set<number>;
  readonly first: number;
  last: number;
}

/** Reading one record costs about as much as skipping some hundreds. */
const maxGap = 500;
const maxRecords = 1_000;

function runsOf(offsets: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    const before = runs.at(-1);
    if (before !== undefined && offset - before.last <= maxGap) {
      before.offsets.add(offset);
      before.last = offset;
    } else {
      runs.push({ offsets: new Set([offset]), first: offset, last: offset });
    }
  }
  return runs;
}
