import type { ConsumeOptions } from '#log/log.js';
import type { Store } from '#store/store.js';

/** Key of the state that holds the fingerprint of the last record read; part of the stored format. */
export const lastReadKey = 'last-read';

/** Where a keyspace continues with a partition, as the driver of a stage asks; null: it has nothing of it. */
export function storedPosition(
  store: Pick<Store, 'nexts' | 'load'>,
  keyspace: string,
): NonNullable<ConsumeOptions['storedPosition']> {
  return async (partition) => {
    const [next = null] = await store.nexts(keyspace, [partition]);
    if (next === null) return null;
    const [lastRead = null] = await store.load({ keyspace, partition }, [lastReadKey]);
    return { next, lastRead };
  };
}
