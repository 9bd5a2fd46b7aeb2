/**
 * Why a partition cannot begin at an offset, null where it can: what lies before `begin` is gone, what lies
 * after `end` never was in this log. To start elsewhere by itself would skip records or count them twice.
 */
export function offsetOutOfRange(partition: string, next: number, begin: number, end: number): Error | null {
  if (!Number.isSafeInteger(next)) return new Error(`${partition}: to go on at ${next}: that is no offset`);
  if (next < begin) return truncated(partition, next, begin);
  if (next > end) {
    return new Error(
      `${partition}: to go on at ${next}, but the log ends at ${end}: the topic was cut or made anew, ` +
        'or the state belongs to another log. Restore the topic, or drop the state and rebuild it',
    );
  }
  return null;
}

export function truncated(partition: string, next: number, begin: number): Error {
  return new Error(
    `${partition}: to go on at ${next}, but the log begins at ${begin}: the records between are gone. ` +
      'Restore the topic, or rebuild the state from what is left',
  );
}
