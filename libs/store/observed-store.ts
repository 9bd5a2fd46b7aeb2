import type { Claim, PartitionRef, Store } from './store.js';

/** Is notified of claims and commits, for metrics. */
export interface StoreObserver {
  claimed(at: PartitionRef, claim: Claim): void;
  committed(at: PartitionRef, answer: 'done' | 'stale', tookMs: number): void;
  commitFailed(at: PartitionRef, error: unknown): void;
}

/** The same store with an observer. */
export function observedStore(store: Store, observer: StoreObserver): Store {
  return {
    claim: async (at, known) => {
      const claim = await store.claim(at, known);
      observer.claimed(at, claim);
      return claim;
    },
    load: (at, keys, claim) => store.load(at, keys, claim),
    commit: async (at, change) => {
      const started = performance.now();
      try {
        const answer = await store.commit(at, change);
        observer.committed(at, answer, performance.now() - started);
        return answer;
      } catch (error) {
        observer.commitFailed(at, error);
        throw error;
      }
    },
    sums: (at, keys) => store.sums(at, keys),
    nexts: (keyspace, partitions) => store.nexts(keyspace, partitions),
    keys: (at) => store.keys(at),
    keyspaces: () => store.keyspaces(),
    drop: (keyspace) => store.drop(keyspace),
    check: () => store.check(),
    close: () => store.close(),
  };
}
