import { type Log, LogUnavailable, WrongLog } from '#log/log.js';
import type { JournalState } from '#pipeline/journal-state.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

/**
 * Throws `WrongLog` where the record that was posted last, of the facts of a partition, does not lie in this
 * journal: the facts may be the same, as in a copy of the log in which this meter has worked for a while, but
 * what it posted of them would be missing here for good. A record that retention has deleted is not looked
 * for.
 */
export async function requireLastPosted(
  log: Log,
  partition: number,
  { head, headAt }: Pick<JournalState, 'head' | 'headAt'>,
): Promise<void> {
  if (headAt === null) return;
  const bounds = (await log.bounds(topics.postings.name))[headAt.partition];
  if (bounds !== undefined && headAt.offset < bounds.begin) return;
  const isBelowEnd = bounds !== undefined && headAt.offset < bounds.end;
  const [record] = isBelowEnd ? await log.read(topics.postings.name, headAt.partition, headAt.offset, 1) : [];
  if (isBelowEnd && record === undefined) throw new LogUnavailable(`${nameOf(headAt)} cannot be read yet`);
  if (record?.offset === headAt.offset && decodeJournalRecord(record.value)?.link === head) return;
  throw new WrongLog(
    'log-replaced',
    `${nameOf(headAt)}: what was posted last of facts partition ${partition} does not lie there: this is another log ` +
      'than the one that was written, or an older copy of it. Connect the log that was written before, or, if this one is ' +
      'to be used, drop the state of this installation (docs/faults.md, "Another log")',
  );
}

function nameOf({ partition, offset }: { readonly partition: number; readonly offset: number }): string {
  return `${topics.postings.name}/${partition} at ${offset}`;
}
