import { fingerprintOffset } from '#log/fingerprint.js';
import type { Log, LogRecord } from '#log/log.js';
import { anotherLog, offsetOutOfRange, truncatedBelow } from '#log/offset-checks.js';
import { lastReadKey } from '#pipeline/stored-position.js';
import type { Store } from '#store/store.js';
import { topics } from '#wire/topics.js';
import type { TallyState } from './tally-state.js';

/**
 * What was read is to be of the log that the tally counts: it holds the last record that was counted. A
 * driver finds that out of its own, and later.
 * @throws {WrongLog} where it is another one, also where that ends before the record.
 */
export async function requireOwnJournal(
  { ref, epoch, next }: TallyState,
  { log, store }: { readonly log: Log; readonly store: Store },
): Promise<void> {
  const [lastRead = null] = await store.load(ref, [lastReadKey], { epoch, next });
  const offset = lastRead === null ? null : fingerprintOffset(lastRead);
  if (lastRead === null || offset === null) return;
  const topic = topics.postings.name;
  const name = `${topic}/${ref.partition}`;
  const [record = null] = await log.read(topic, ref.partition, offset, 1);
  const { begin = 0, end = 0 } = record === null ? ((await log.bounds(topic))[ref.partition] ?? {}) : {};
  const fault =
    record === null ? offsetOutOfRange(name, next, begin, end) : anotherLog(name, lastRead, record, 0);
  if (fault !== null) throw fault;
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
