import type { Engine } from '#apps/standalone/engine.js';
import { price } from '#domain/pricing/price.js';
import type { ReadApi } from './read-api.js';

/** The read API over the embedded engine's tally. */
export function engineReadApi(engine: Engine): ReadApi {
  return {
    kpis: async ({ programme, ...span }) => engine.kpis(programme, span),
    period: async (id, period) => {
      const contract = engine.lookup.contract(id);
      if (contract === null) return null;
      const { offsets, quantities } = await engine.tallied(id, period);
      return { offsets, quantities, invoice: price(contract, { contract: id, period, quantities }) };
    },
  };
}
