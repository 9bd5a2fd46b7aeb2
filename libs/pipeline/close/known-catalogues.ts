import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { CatalogueLog } from '#pipeline/catalogue-log.js';

/** Catalogues that cuts name, each read from the log and compiled once. */
export class KnownCatalogues {
  readonly #catalogues: CatalogueLog;
  readonly #known: Map<string, CatalogueIndex>;

  /** `own`: those that are compiled already. */
  constructor(catalogues: CatalogueLog, own: readonly CatalogueIndex[]) {
    this.#catalogues = catalogues;
    this.#known = new Map(own.map((lookup) => [lookup.catalogue.version, lookup]));
  }

  async of(version: string): Promise<CatalogueIndex> {
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const catalogue = await this.#catalogues.find(version);
    if (catalogue === null) throw new Error(`the log knows no catalogue ${version}`);
    const found = catalogueIndex(catalogue);
    this.#known.set(version, found);
    return found;
  }
}
