import { expect, it } from '@jest/globals';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { readCatalogue } from '#catalogue/load.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { Sums } from './counting.js';
import { Recount } from './recount.js';

/** A contract counts sales of the queues that are called `special`; shop calls its queue by a name. */
function viewWhere(name: string): CatalogueView {
  const text = `
tenant: t
connections: [{ id: c, platform: axialys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true }]
agents: []
programmes:
  - { id: care, brand: B, timeZone: Europe/Paris, queues: [{ connection: c, native: own, name: special }] }
  - { id: shop, brand: B, timeZone: Europe/Paris, queues: [{ connection: c, native: q, name: ${name} }] }
contracts:
  - id: k
    scope: { programme: care, queues: [special] }
    seller: { name: S, countryCode: FR }
    buyer: { name: B, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    measures: { sales: { kind: events, name: sale.made } }
    lines: [{ id: sold, model: perUnit, measure: sales, price: '4' }]`;
  const loaded = readCatalogue([{ name: 'all.yaml', text }]);
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return catalogueView(catalogueIndex(loaded.catalogue));
}

const sale: OutcomeContent = {
  kind: 'outcome',
  outcome: 'c:sale',
  connection: 'c',
  programme: 'care',
  queue: 'c:q',
  agent: null,
  contact: null,
  customer: null,
  events: [{ name: 'sale.made', at: Date.UTC(2026, 2, 10), data: {} }],
};

it('counts a sale that was reported for a programme beside the renamed queue of another', () => {
  // The sale is of care, in a queue of shop. It counts where the queue is called as the contract says.
  const value = journalWriter()([
    { position: { partition: 0, offset: 0, index: 0 }, sign: 1, content: sale },
  ]);
  const contractSums = (before: CatalogueView, after: CatalogueView): unknown => {
    const sums = new Sums();
    new Recount(before, after).read([{ offset: 0, value }], 0, new Map(), sums);
    const found = [...sums.increments()].filter(([key]) => key.startsWith('contract|'));
    return Object.fromEntries(found.map(([key, fields]) => [key, [...fields.values()]]));
  };
  const [plain, special] = [viewWhere('plain'), viewWhere('special')];
  expect(contractSums(plain, special)).toEqual({ 'contract|k|2026-03': [1] });
  expect(contractSums(special, plain)).toEqual({ 'contract|k|2026-03': [-1] });
});
