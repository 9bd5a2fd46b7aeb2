import type { Log, LogRecord } from '#log/log.js';
import { truncatedBelow } from '#log/offset-checks.js';
import { requireOwnLog } from '#pipeline/own-log.js';
import { lastReadKey } from '#pipeline/stored-position.js';
import type { Store } from '#store/store.js';
import { topics } from '#wire/topics.js';
import type { TallyState } from './tally-state.js';

/** @throws {WrongLog} where the tally has counted another journal. */
export async function requireOwnJournal(
  { ref, epoch, next }: TallyState,
  { log, store }: { readonly log: Log; readonly store: Store },
): Promise<void> {
  const [lastRead = null] = await store.load(ref, [lastReadKey], { epoch, next });
  await requireOwnLog(log, topics.postings.name, new Map([[ref.partition, { next, lastRead }]]));
}

/**
 * The next records from an offset on that the tally has counted.
 * @throws {WrongLog} where the log has lost the first of them.
 */
export async function recordsBelow(
  log: Log,
  { ref, next: end }: TallyState,
  from: number,
  { takeoverRecords = 2_000 }: { readonly takeoverRecords?: number | undefined },
): Promise<readonly LogRecord[]> {
  if (from >= end) return [];
  const topic = topics.postings.name;
  const records = await log.read(topic, ref.partition, from, takeoverRecords);
  if (records[0]?.offset !== from) {
    const { begin = 0 } = (await log.bounds(topic))[ref.partition] ?? {};
    if (from < begin) throw truncatedBelow(`${topic}/${ref.partition}`, from, begin);
  }
  return records.filter(({ offset }) => offset < end);
}
