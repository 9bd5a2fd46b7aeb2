import type { CatalogueLog } from '#pipeline/catalogue-log.js';

/** When contracts came into force here for the first time. Each entry of the catalogue is read once. */
export class ContractsSince {
  readonly #catalogues: CatalogueLog;
  readonly #since = new Map<string, number>();
  #read = 0;

  constructor(catalogues: CatalogueLog) {
    this.#catalogues = catalogues;
  }

  /** By contract, UTC epoch ms. */
  async all(): Promise<ReadonlyMap<string, number>> {
    const history = await this.#catalogues.history();
    for (const entry of history.slice(this.#read)) {
      const { contracts } = await this.#catalogues.catalogueOf(entry);
      for (const { id } of contracts) if (!this.#since.has(id)) this.#since.set(id, entry.at);
      this.#read++;
    }
    return this.#since;
  }
}
