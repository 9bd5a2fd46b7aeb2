import { catalogueIn } from '#catalogue/version.js';
import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { topics } from '#wire/topics.js';

/** Catalogues that cuts name, each read from the log and compiled once. */
export class KnownCatalogues {
  readonly #log: Log;
  readonly #known: Map<string, CatalogueIndex>;

  /** `own`: those that are compiled already. */
  constructor(log: Log, own: readonly CatalogueIndex[]) {
    this.#log = log;
    this.#known = new Map(own.map((lookup) => [lookup.catalogue.version, lookup]));
  }

  async of(version: string): Promise<CatalogueIndex> {
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const recorded = await readTopicValues(this.#log, topics.catalogue.name);
    const catalogue = recorded
      .flatMap((text) => catalogueIn(text) ?? [])
      .find((each) => each.version === version);
    if (catalogue === undefined) throw new Error(`the log knows no catalogue ${version}`);
    const found = catalogueIndex(catalogue);
    this.#known.set(version, found);
    return found;
  }
}
