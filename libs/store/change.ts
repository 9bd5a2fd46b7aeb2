import type { Change, PartitionRef } from './store.js';

/**
 * Throws where a change could not be distinguished from its own repetition, or would not be stored exactly.
 * Every adapter calls this first, so that a change is refused before anything is written.
 */
export function checkChange(change: Change): void {
  const { expectedNext, next, guard } = change;
  if (!isOffset(expectedNext)) throw new RangeError(`expectedNext is ${expectedNext}: give an offset >= 0`);
  if (!isOffset(next) || next < expectedNext || (next === expectedNext && guard === undefined)) {
    throw new RangeError(`next is ${next}: give an offset above expectedNext, which is ${expectedNext}`);
  }
  const after = guard === undefined ? null : valueAfter(change, guard.key);
  if (guard !== undefined && next === expectedNext && (after === undefined || after === guard.value)) {
    throw new RangeError(
      `the guard ${JSON.stringify(guard.key)} stays as it is: put another value, or delete it`,
    );
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
      throw new SumTooLarge(key, field, `cannot grow by ${delta}: give an integer within 2^53 - 1`);
    }
  }
}

/** The value of a state that the change itself leaves; undefined: it does not touch it. */
function valueAfter({ puts, deletes }: Change, key: string): string | null | undefined {
  if (deletes.includes(key)) return null;
  const put = puts.findLast(([name]) => name === key);
  return put === undefined ? undefined : put[1];
}

/** A sum would not be exact any more; nothing was changed. */
export class SumTooLarge extends RangeError {
  override readonly name = 'SumTooLarge';
  readonly code = 'sum-too-large';

  constructor(
    readonly key: string,
    readonly field: string,
    why: string,
  ) {
    super(`the sum ${JSON.stringify(field)} of ${JSON.stringify(key)} ${why}`);
  }
}

export function tooLarge(key: string, field: string): SumTooLarge {
  const why = 'leaves the exact integers (2^53 - 1): sum a larger unit, or split the key';
  return new SumTooLarge(key, field, why);
}

export function partitionName(at: PartitionRef): string {
  return `${at.keyspace}/${at.partition}`;
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
