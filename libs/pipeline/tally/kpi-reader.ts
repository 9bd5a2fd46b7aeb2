import type { Lookup } from '#catalogue/lookup.js';
import { unmapped } from '#domain/live/tally.js';
import type { Store } from '#store/store.js';
import { tallyKeyspace } from '#wire/stages.js';
import { type KpiQuery, type KpiReport, readKpis } from './read-kpis.js';

/**
 * KPIs of a programme (or `unmapped`) as of now, from the tally; null: the catalogue has no such programme.
 */
export type KpiReader = (programme: string, span: KpiSpan) => Promise<KpiReport | null>;

/** Local days of the programme, `YYYY-MM-DD`, both included, `from` not after `to`; and what to group by. */
export type KpiSpan = Omit<KpiQuery, 'programme' | 'contracts'>;

/** Reads the tally of the catalogue, whoever makes it. */
export function kpiReader(store: Store, lookup: Lookup, partitions: number): KpiReader {
  const keyspace = tallyKeyspace(lookup.catalogue.version);
  return async (id, span) => {
    const programme = id === unmapped ? unmapped : lookup.programme(id);
    if (programme === null) return null;
    const contracts = lookup.contractsOf(id);
    return readKpis(store, keyspace, partitions, { ...span, programme, contracts });
  };
}
