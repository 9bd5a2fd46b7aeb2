import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from './catalogue.js';
import { catalogueChanges } from './changes.js';
import { readCatalogue } from './load.js';

const base = `
tenant: atelier
connections:
  - { id: bpo, platform: axialys, timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true }
programmes:
  - id: aurore
    brand: Aurore
    timeZone: Europe/Paris
    queues:
      - { connection: bpo, native: sav, name: after-sales }
agents:
  - { code: alice, ids: [{ connection: bpo, native: '4711' }], grade: junior }
contracts:
  - id: aurore-calls
    scope: { programme: aurore }
    seller: { name: Atelier, countryCode: FR }
    buyer: { name: Aurore, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    measures: { handledCalls: { kind: count, of: handled } }
    lines: [{ id: calls, model: perUnit, measure: handledCalls, price: '2.35' }]
`;

function loaded(text: string): Catalogue {
  const read = readCatalogue([{ name: 'all.yaml', text }]);
  if ('catalogue' in read) return read.catalogue;
  throw new Error(JSON.stringify(read.faults));
}

/** What changes where each text is replaced by the other. */
function changesOf(...edits: readonly [old: string, text: string][]) {
  const edited = edits.reduce((text, [old, next]) => {
    if (!text.includes(old)) throw new Error(`the catalogue has no ${old}`);
    return text.replace(old, next);
  }, base);
  return catalogueChanges(loaded(base), loaded(edited));
}

describe('The changes between two catalogues', () => {
  it('are none where only the layout of the files differs', () => {
    expect(changesOf(['tenant: atelier', '# ours\ntenant:   atelier'])).toEqual([]);
  });

  it('name a price by its contract, version and line', () => {
    const [change, ...others] = changesOf(["'2.35'", "'2.40'"]);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ part: 'contract', id: 'aurore-calls', kind: 'changed' });
    const [field] = change?.fields ?? [];
    expect(field?.path).toMatch(/^versions\[0\]\.terms\.lines\[calls\]\./);
    expect([field?.before, field?.after]).toEqual(['2.35', '2.40']);
  });

  it('name a queue that moves to another programme where it was and where it is', () => {
    const moved = `  - id: boreal
    brand: Boreal
    timeZone: Europe/Paris
    queues: [{ connection: bpo, native: sav, name: after-sales }]
agents:`;
    const changes = changesOf(
      ['native: sav, name: after-sales', 'native: other, name: other'],
      ['agents:', moved],
    );
    expect(changes.map(({ part, id, kind }) => `${part} ${id} ${kind}`)).toEqual([
      'queue aurore/bpo:sav removed',
      'queue aurore/bpo:other added',
      'programme boreal added',
      'queue boreal/bpo:sav added',
    ]);
  });

  it('name an agent that is added, one that is renamed and what has changed of one', () => {
    const bob = "agents:\n  - { code: bob, ids: [{ connection: bpo, native: '4712' }] }";
    expect(changesOf(['agents:', bob])).toEqual([{ part: 'agent', id: 'bob', kind: 'added', fields: [] }]);
    expect(changesOf(['code: alice', 'code: alix'])).toEqual([
      { part: 'agent', id: 'alice', kind: 'removed', fields: [] },
      { part: 'agent', id: 'alix', kind: 'added', fields: [] },
    ]);
    expect(changesOf(['grade: junior', 'grade: senior'])).toEqual([
      {
        part: 'agent',
        id: 'alice',
        kind: 'changed',
        fields: [{ path: 'grade', before: 'junior', after: 'senior' }],
      },
    ]);
  });

  it('are all parts of the catalogue where there was none before', () => {
    const changes = catalogueChanges(null, loaded(base));
    expect(changes.map(({ part, kind }) => `${part} ${kind}`)).toEqual([
      'tenant added',
      'connection added',
      'programme added',
      'queue added',
      'agent added',
      'contract added',
    ]);
  });
});
