import { fingerprintOf, fingerprintOffset } from './fingerprint.js';
import { type LogRecord, WrongLog } from './log.js';

/**
 * Why a partition cannot begin at an offset, null where it can. Records before `begin` have been deleted,
 * offsets after `end` never were in this log: beginning elsewhere would skip records or count them twice.
 */
export function offsetOutOfRange(
  partition: string,
  next: number,
  begin: number,
  end: number,
): WrongLog | null {
  if (!Number.isSafeInteger(next))
    return new WrongLog('position-out-of-range', `${partition}: cannot continue at ${next}: not an offset`);
  if (next < begin) return truncatedBelow(partition, next, begin);
  if (next > end) {
    return new WrongLog(
      'position-out-of-range',
      `${partition}: cannot continue at ${next}, the log ends at ${end}: the topic was truncated or recreated, ` +
        'or the state belongs to another log. Restore the topic, or drop the state and rebuild it',
    );
  }
  return null;
}

/** The error of a partition whose next record was deleted. */
export function truncatedBelow(partition: string, next: number, begin: number): WrongLog {
  return new WrongLog(
    'log-truncated',
    `${partition}: cannot continue at ${next}, the log begins at ${begin}: the records between were deleted. ` +
      'Restore the topic, or rebuild the state from the records that are left',
  );
}

/**
 * Why a position is not in this log, null where it is, or where this is not known: there is no record at or
 * after the last one that was read (it is compared with the end elsewhere), or retention has deleted it.
 *
 * @param lastRead fingerprint of the last record before the position
 * @param now the first record there is at or after its offset
 */
export function anotherLog(
  partition: string,
  lastRead: string,
  now: LogRecord | null,
  begin: number,
): WrongLog | null {
  const offset = fingerprintOffset(lastRead);
  if (offset === null) {
    return new WrongLog(
      'log-replaced',
      `${partition}: the fingerprint '${lastRead}' beside the position is none`,
    );
  }
  if (offset < begin || now === null || fingerprintOf(now) === lastRead) return null;
  return new WrongLog(
    'log-replaced',
    `${partition}: this is another log than the one that was read: at offset ${offset} lay the record ${lastRead}, ` +
      `now ${now.offset === offset ? `it is ${fingerprintOf(now)}` : 'there is none'}. The topic was recreated, a ` +
      'backup restored, or another data directory or cluster connected; nothing of it was read. Connect the log that ' +
      'was read before, or, if this one is to be used, drop the state of this installation (docs/faults.md, "Another log")',
  );
}
