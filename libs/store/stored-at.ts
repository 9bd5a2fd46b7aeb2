import type { Store } from './store.js';

/** Where a space stands with a partition, for whoever drives it; null: nothing of it is there. */
export function storedAt(
  store: Pick<Store, 'nexts'>,
  keyspace: string,
): (partition: number) => Promise<number | null> {
  return async (partition) => (await store.nexts(keyspace, [partition]))[0] ?? null;
}
