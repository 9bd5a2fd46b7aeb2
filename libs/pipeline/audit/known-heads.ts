import type { Log } from '#log/log.js';
import { readJournalState } from '#pipeline/journal-state.js';
import type { Store } from '#store/store.js';
import { meterStage } from '#wire/stages.js';
import type { ClosedCut } from './closed-cuts.js';
import type { KnownHead } from './source-chain.js';

/** Heads of the chains that something else than the journal names, by source partition. */
export async function knownHeads(
  log: Pick<Log, 'bounds'>,
  store: Pick<Store, 'load'>,
  cuts: readonly ClosedCut[],
): Promise<ReadonlyMap<number, readonly KnownHead[]>> {
  const known = new Map<number, KnownHead[]>();
  for (const { partition } of await log.bounds(meterStage.topic)) {
    const { next, head } = await readJournalState(store, { keyspace: meterStage.keyspace, partition });
    known.set(partition, [
      ...cuts.flatMap(({ name, facts, heads }): KnownHead[] => {
        const closed = heads?.[partition];
        return closed === undefined
          ? []
          : [{ name: `the close ${name}`, close: name, offset: facts[partition] ?? 0, head: closed }];
      }),
      { name: `the meter's state of facts partition ${partition}`, close: null, offset: next, head },
    ]);
  }
  return known;
}
