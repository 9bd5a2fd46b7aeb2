import type { Claim, Place, Store } from './store.js';

/** Told of claims and commits, for metrics. */
export interface StoreObserver {
  claimed(at: Place, claim: Claim): void;
  committed(at: Place, answer: 'done' | 'stale', tookMs: number): void;
  commitFailed(at: Place, error: unknown): void;
}

/** The same store, with somebody who is told what it does. */
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
    nexts: (space, partitions) => store.nexts(space, partitions),
    spaces: () => store.spaces(),
    drop: (space) => store.drop(space),
    check: () => store.check(),
    close: () => store.close(),
  };
}
