import type { Log } from '#log/log.js';
import { decodeClose } from '#wire/closes.js';
import { topics } from '#wire/topics.js';

/**
 * Offset of facts below which a close says that the meter had committed: whatever was to be posted of them is
 * in the journal. Whatever closes, never closes at less than was closed before, so that the last closes have
 * the highest cuts; those of invoicers at work at one moment may lie in any order. 0: no close is known, or
 * its cut lies beyond `end`, where the facts end: then it is of another log.
 */
export async function closedFacts(log: Log, partition: number, end: number): Promise<number> {
  const [bounds = { begin: 0, end: 0 }] = await log.bounds(topics.closes.name);
  for (let to = bounds.end; to > bounds.begin; to -= recordsAtOnce) {
    const from = Math.max(bounds.begin, to - recordsAtOnce);
    const records = await log.read(topics.closes.name, 0, from, recordsAtOnce);
    const closes = records.flatMap(({ offset, value }) => (offset < to ? (decodeClose(value) ?? []) : []));
    if (closes.length === 0) continue;
    const closed = Math.max(...closes.map(({ cut }) => cut.facts[partition] ?? 0));
    return closed <= end ? closed : 0;
  }
  return 0;
}

/** More than there are invoicers at one moment. */
const recordsAtOnce = 50;
