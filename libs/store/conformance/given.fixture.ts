import { expect } from '@jest/globals';
import type { Change, PartitionRef, Store } from '../store.js';

/** What a case of the conformance suite starts from. */
export interface Given {
  readonly store: Store;
  /** A partition that no other case writes. */
  readonly at: PartitionRef;
  /** A second client of the same data, as another process would have. */
  another(): Promise<Store>;
}

/** A change as cases write it: increments in a list. */
export type ChangeDraft = Partial<Omit<Change, 'increments'> & { readonly increments: readonly Increment[] }>;
type Increment = readonly [key: string, field: string, delta: number];

/** Claims, and commits the changes one after the other; returns the epoch. */
export async function write(store: Store, at: PartitionRef, ...changes: ChangeDraft[]): Promise<number> {
  const { epoch, next } = await store.claim(at);
  let from = next;
  for (const change of changes) {
    const whole = changeFrom(epoch, from, change);
    expect(await store.commit(at, whole)).toBe('done');
    from = whole.next;
  }
  return epoch;
}

/** A whole change from a draft; `next` is one above `expectedNext` by default. */
export function changeFrom(epoch: number, expectedNext: number, change: ChangeDraft): Change {
  const increments = incrementsOf(change.increments ?? []);
  return { epoch, expectedNext, next: expectedNext + 1, puts: [], deletes: [], ...change, increments };
}

/** Increments as the store takes them, from a list. */
export function incrementsOf(list: readonly Increment[]): Change['increments'] {
  const increments = new Map<string, Map<string, number>>();
  for (const [key, field, delta] of list) {
    const fields = increments.get(key) ?? new Map<string, number>();
    increments.set(key, fields.set(field, (fields.get(field) ?? 0) + delta));
  }
  return increments;
}

/** The sums of the keys as plain objects, for comparing. */
export async function sumsOf(store: Store, at: PartitionRef, ...keys: string[]) {
  return plain((await store.sums(at, keys)).values);
}

export function plain(values: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  return Object.fromEntries([...values].map(([key, fields]) => [key, Object.fromEntries(fields)]));
}
