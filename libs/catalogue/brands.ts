import type { CatalogueIndex } from './catalogue-index.js';

/** The brand that a programme or a contract belongs to; null: the catalogue has none of that id. */
export function brandsOf(
  current: () => CatalogueIndex,
): (about: 'programme' | 'contract', id: string) => string | null {
  return (about, id) => {
    const lookup = current();
    const programme = about === 'programme' ? id : lookup.contract(id)?.programme;
    return programme === undefined ? null : (lookup.programme(programme)?.brand ?? null);
  };
}
