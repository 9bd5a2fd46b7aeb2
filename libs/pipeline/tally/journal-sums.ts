import { catalogueView } from '#catalogue/view.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { changeChain, emptyChain, type RepeatChain } from '#domain/kpi/repeat-chain.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import { resolvingProgrammes } from '#domain/metering/resolving.js';
import type { Log } from '#log/log.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { chainKey } from './chain-codec.js';
import { countPosting, countRepeat, countingRules, Sums } from './counting.js';
import { type KpiReader, readerOf } from './kpi-reader.js';
import type { SumSource } from './read-kpis.js';

/**
 * KPIs as of a catalogue that is not in force: counted from the journal, in memory, each time they are read.
 * Nothing is written.
 */
export function journalKpiReader(log: Log, lookup: CatalogueIndex): KpiReader {
  const rules = {
    ...countingRules({ ...catalogueView(lookup), contracts: [] }),
    resolving: resolvingProgrammes(lookup.catalogue.contracts),
  };
  const counted = new Map<string, Promise<ReadonlyMap<string, ReadonlyMap<string, number>>>>();

  async function count(programme: string): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
    const sums = new Sums();
    const add: typeof sums.add = (key, field, delta) => {
      if (key.split('|')[1] === programme) sums.add(key, field, delta);
    };
    for (const { partition, begin, end } of await log.bounds(topics.postings.name)) {
      const seen: Watermark = new Map();
      const chains = new Map<string, RepeatChain>();
      for (let from = begin; from < end;) {
        const records = await log.read(topics.postings.name, partition, from, 2_000);
        for (const { value } of records) {
          for (const posting of decodeJournalRecord(value)?.postings ?? []) {
            if (!advance(seen, posting.position)) continue;
            countPosting(posting, rules, add);
            for (const contact of handledContacts(posting.content, rules.view, rules.resolving)) {
              if (contact.programme !== programme) continue;
              const key = chainKey(contact);
              const windows = rules.windowsOf(programme);
              const { chain, changes } = changeChain(
                chains.get(key) ?? emptyChain,
                contact,
                posting.sign,
                windows,
              );
              chains.set(key, chain);
              for (const change of changes) countRepeat(change, rules, add);
            }
          }
        }
        from = (records.at(-1)?.offset ?? end) + 1;
      }
    }
    return sums.increments();
  }

  const sourceOf = (programme: string): SumSource => {
    const known = counted.get(programme) ?? count(programme);
    counted.set(programme, known);
    return async (keys) => {
      const sums = await known;
      const found = keys.flatMap((key) => {
        const fields = sums.get(key);
        return fields === undefined ? [] : [[key, fields] as const];
      });
      return [new Map(found)];
    };
  };
  return readerOf(lookup, sourceOf);
}
