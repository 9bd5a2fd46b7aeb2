import { fingerprintOffset } from './fingerprint.js';
import type { ConsumeOptions, WrongLog } from './log.js';
import { anotherLog } from './offset-checks.js';
import type { PartitionSource } from './partition-source.js';

/** Fingerprint beside the stored position of a partition; null: none is. */
export async function storedLastRead(
  partition: number,
  storedPosition: ConsumeOptions['storedPosition'],
  source: Pick<PartitionSource, 'committed'>,
): Promise<string | null> {
  const stored = storedPosition === undefined ? await source.committed() : await storedPosition(partition);
  return stored?.lastRead ?? null;
}

/**
 * Why the log is another one than that in which the record of the fingerprint was read; null: it is not, or
 * there was none. `begin`: of the partition now.
 */
export async function comparedWithLog(
  name: string,
  lastRead: string | null,
  begin: number,
  source: Pick<PartitionSource, 'recordFrom' | 'bounds'>,
): Promise<WrongLog | null> {
  if (lastRead === null) return null;
  const offset = fingerprintOffset(lastRead);
  const record = offset === null || offset < begin ? null : await source.recordFrom(offset);
  // Retention may have deleted it since the bounds were read.
  const isGone = record !== null && record.offset !== offset;
  return anotherLog(name, lastRead, record, isGone ? (await source.bounds()).begin : begin);
}
