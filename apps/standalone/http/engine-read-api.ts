import type { Engine } from '#apps/standalone/engine.js';
import { readKpis } from '#apps/tally/read-kpis.js';
import { unmapped } from '#domain/kpi/tally.js';
import { price } from '#domain/pricing/price.js';
import type { ReadApi } from './read-api.js';

/** The read API over the embedded engine's tally. */
export function engineReadApi(engine: Engine): ReadApi {
  const { lookup, store, space, partitions } = engine;
  return {
    kpis: async ({ programme: id, ...span }) => {
      const programme = id === unmapped ? unmapped : lookup.programme(id);
      return programme === null ? null : readKpis(store, space, partitions, { ...span, programme });
    },
    period: async (id, period) => {
      const contract = lookup.contract(id);
      if (contract === null) return null;
      const { offsets, quantities } = await engine.tallied(id, period);
      return { offsets, quantities, invoice: price(contract, { contract: id, period, quantities }) };
    },
  };
}
