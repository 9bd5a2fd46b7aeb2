import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { unmapped } from '#domain/live/live-scope.js';
import type { Store } from '#store/store.js';
import { tallyKeyspace } from '#wire/stages.js';
import { type KpiQuery, type KpiReport, readKpis, unmappedTimeZone } from './read-kpis.js';

/** KPIs of a programme (or `unmapped`) as of now, from the tally. */
export interface KpiReader {
  /** IANA zone in which the programme's days are cut; null: the catalogue has no such programme. */
  timeZone(programme: string): string | null;
  /** Null: the catalogue has no such programme. */
  read(programme: string, span: KpiSpan): Promise<KpiReport | null>;
}

/** Local days of the programme, `YYYY-MM-DD`, both included, `from` not after `to`; and what to group by. */
export type KpiSpan = Omit<KpiQuery, 'programme' | 'contracts'>;

/** Reads the tally that a catalogue has, in whichever process that tally is kept. */
export function kpiReader(store: Store, lookup: CatalogueIndex, partitions: number): KpiReader {
  const keyspace = tallyKeyspace(lookup.catalogue.version);
  return {
    timeZone: (id) => (id === unmapped ? unmappedTimeZone : (lookup.programme(id)?.timeZone ?? null)),
    read: async (id, span) => {
      const programme = id === unmapped ? unmapped : lookup.programme(id);
      if (programme === null) return null;
      const contracts = lookup.contractsOf(id);
      return readKpis(store, keyspace, partitions, { ...span, programme, contracts });
    },
  };
}
