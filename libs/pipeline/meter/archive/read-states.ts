import { type Log, LogUnusable } from '#log/log.js';
import { decodeStateRecord, type KeptState } from '#wire/states.js';
import { topics } from '#wire/topics.js';

/**
 * Kept states at some offsets of a partition of `meter.states`, by offset. Those that lie near each other
 * come with one read; what lies between them is skipped. Throws `LogUnusable` where one is not there.
 */
export async function readStatesAt(
  log: Log,
  partition: number,
  offsets: readonly number[],
): Promise<ReadonlyMap<number, KeptState>> {
  const states = await statesThere(log, partition, offsets);
  const lost = offsets.find((offset) => !states.has(offset));
  if (lost === undefined) return states;
  throw new LogUnusable(
    'log-damaged',
    `${topic} partition ${partition} has no state at ${lost}, where the store of the meter says that it is: the ` +
      'topic was truncated or recreated; restore it',
  );
}

/** Those that are there. */
export async function statesThere(
  log: Log,
  partition: number,
  offsets: readonly number[],
): Promise<ReadonlyMap<number, KeptState>> {
  const states = new Map<number, KeptState>();
  for (const { offsets: needed, first, last } of runsOf(offsets)) {
    for (let from = first; from <= last;) {
      const records = await log.read(topic, partition, from, Math.min(last - from + 1, maxRecords));
      for (const { offset, value } of records) {
        const state = needed.has(offset) ? decodeStateRecord(value) : null;
        if (state?.kind === 'state') states.set(offset, state);
      }
      const reached = records.at(-1)?.offset;
      if (reached === undefined) break;
      from = reached + 1;
    }
  }
  return states;
}

const topic = topics.states.name;

/** Offsets that one sequence of reads covers. */
interface Run {
  readonly offsets: Set<number>;
  readonly first: number;
  last: number;
}

/** Reading one record costs about as much as skipping some hundreds. */
const maxGap = 300;
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
