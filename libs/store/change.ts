import type { Change, PartitionRef } from './store.js';

/**
 * Throws where a change could not be distinguished from its own repetition, or would not be stored exactly.
 * Every adapter calls this first, so that a change is refused before anything is written.
 */
export function checkChange(change: Change): void {
  const { expectedNext, next } = change;
  if (!isOffset(expectedNext)) throw new RangeError(`expectedNext is ${expectedNext}: give an offset >= 0`);
  if (!isOffset(next) || next <= expectedNext) {
    throw new RangeError(`next is ${next}: give an offset above expectedNext, which is ${expectedNext}`);
  }
  for (const [key, value] of change.puts) {
    checkText('key', key);
    checkText(`value of ${JSON.stringify(key)}`, value);
  }
  for (const key of change.deletes) checkText('key', key);
  for (const [key, fields] of change.increments) {
    checkText('key', key);
    for (const [field, delta] of fields) {
      checkText('field', field);
      if (Number.isSafeInteger(delta)) continue;
      throw new RangeError(`${sumName(key, field)} cannot grow by ${delta}: give an integer within 2^53 - 1`);
    }
  }
}

export function tooLarge(key: string, field: string): RangeError {
  return new RangeError(
    `${sumName(key, field)} leaves the exact integers (2^53 - 1): sum a larger unit, or split the key`,
  );
}

export function partitionName(at: PartitionRef): string {
  return `${at.keyspace}/${at.partition}`;
}

function sumName(key: string, field: string): string {
  return `the sum ${JSON.stringify(field)} of ${JSON.stringify(key)}`;
}

function isOffset(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Half a surrogate pair has no UTF-8: two different texts would become one. */
function checkText(what: string, text: string): void {
  if (!text.isWellFormed()) {
    throw new TypeError(`the ${what} holds half a surrogate pair: ${JSON.stringify(text).slice(0, 120)}`);
  }
}
