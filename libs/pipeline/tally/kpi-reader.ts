import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { affectsProgramme } from '#catalogue/difference.js';
import { agentName, unmapped } from '#domain/live/live-scope.js';
import type { TallyReader } from '#pipeline/tally-reader.js';
import { type KpiQuery, type KpiReport, readKpis, type SumSource, unmappedTimeZone } from './read-kpis.js';

/** KPIs of a programme (or `unmapped`) as of now, from the tally. */
export interface KpiReader {
  /** IANA zone in which the programme's days are cut; null: the catalogue has no such programme. */
  timeZone(programme: string): string | null;
  /** Null: the catalogue has no such programme. Throws `TallyRecounting` while its sums are recounted. */
  read(programme: string, span: KpiSpan): Promise<KpiReport | null>;
}

/** Local days of the programme, `YYYY-MM-DD`, both included, `from` not after `to`; and what to group by. */
export type KpiSpan = Omit<KpiQuery, 'programme' | 'contracts'>;

/** Reads the tally as of a catalogue, in whichever process it is kept. */
export function kpiReader(tally: TallyReader, lookup: CatalogueIndex): KpiReader {
  return readerOf(lookup, (programme) => async (keys) => {
    return (await tally.read(keys, (difference) => affectsProgramme(difference, programme))).values;
  });
}

/** `sourceOf`: where the sums of a programme are. */
export function readerOf(lookup: CatalogueIndex, sourceOf: (programme: string) => SumSource): KpiReader {
  return {
    timeZone: (id) => (id === unmapped ? unmappedTimeZone : (lookup.programme(id)?.timeZone ?? null)),
    read: async (id, span) => {
      const programme = id === unmapped ? unmapped : lookup.programme(id);
      if (programme === null) return null;
      const contracts = lookup.contractsOf(id);
      return readKpis(sourceOf(id), { ...span, programme, contracts }, (agent) => agentName(agent, lookup));
    },
  };
}
