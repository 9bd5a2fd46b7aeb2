/**
 * Why a partition cannot begin at an offset, null where it can. Records before `begin` have been deleted,
 * offsets after `end` never were in this log: beginning elsewhere would skip records or count them twice.
 */
export function offsetOutOfRange(partition: string, next: number, begin: number, end: number): Error | null {
  if (!Number.isSafeInteger(next))
    return new Error(`${partition}: cannot continue at ${next}: not an offset`);
  if (next < begin) return truncatedBelow(partition, next, begin);
  if (next > end) {
    return new Error(
      `${partition}: cannot continue at ${next}, the log ends at ${end}: the topic was truncated or recreated, ` +
        'or the state belongs to another log. Restore the topic, or drop the state and rebuild it',
    );
  }
  return null;
}

/** The error of a partition whose next record was deleted. */
export function truncatedBelow(partition: string, next: number, begin: number): Error {
  return new Error(
    `${partition}: cannot continue at ${next}, the log begins at ${begin}: the records between were deleted. ` +
      'Restore the topic, or rebuild the state from the records that are left',
  );
}
