import type { Catalogue } from './catalogue.js';
import { formatFault } from './fault.js';
import { loadCatalogue } from './load.js';

/** Everything that is wrong with the catalogue, one line each. */
export class CatalogueFaults extends Error {
  override readonly name = 'CatalogueFaults';
}

/** For a process that cannot go on without: the catalogue of the directory, or `CatalogueFaults`. */
export function requireCatalogue(directory: string): Catalogue {
  const loaded = loadCatalogue(directory);
  if ('catalogue' in loaded) return loaded.catalogue;
  const faults = loaded.faults.map((fault) => `\n  ${formatFault(fault)}`).join('');
  throw new CatalogueFaults(`the catalogue has ${loaded.faults.length} fault(s):${faults}`);
}
