import type { Log } from '#log/log.js';
import { readJournalState } from '#pipeline/journal-state.js';
import type { Store } from '#store/store.js';
import { meterStage } from '#wire/stages.js';
import type { KnownHead } from './source-chain.js';

/** Heads of the chains that something else than the journal names, by source partition. */
export async function knownHeads(
  log: Pick<Log, 'bounds'>,
  store: Pick<Store, 'load'>,
): Promise<ReadonlyMap<number, readonly KnownHead[]>> {
  const known = new Map<number, KnownHead[]>();
  for (const { partition } of await log.bounds(meterStage.topic)) {
    const { next, head } = await readJournalState(store, { keyspace: meterStage.keyspace, partition });
    known.set(partition, [{ name: `the meter's state of facts partition ${partition}`, offset: next, head }]);
  }
  return known;
}
