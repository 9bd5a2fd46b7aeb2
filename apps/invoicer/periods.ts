import { decodeCatalogue } from '#catalogue/version.js';
import { compileLookup, type Lookup } from '#catalogue/lookup.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { price } from '#domain/pricing/price.js';
import type { Log } from '#log/log.js';
import { topicValues } from '#log/topic-values.js';
import type { Store } from '#store/store.js';
import { contractKey, tallySpace } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { type Closed, closePeriod, type Tallied } from './close.js';

export interface PeriodsDeps {
  readonly log: Log;
  readonly store: Store;
  readonly lookup: Lookup;
  readonly view: CatalogueView;
  /** Of the journal. */
  readonly partitions: number;
}

export interface LivePeriod {
  /** Journal offsets per partition that the quantities stand for. */
  readonly offsets: readonly number[];
  /** Sums of the tally by quantity key. */
  readonly quantities: ReadonlyMap<string, number>;
  /** The quantities priced as a close would price them now. */
  readonly invoice: Invoice;
}

/** Periods of contracts over the tally of one catalogue: what they hold so far, and their close. */
export class Periods {
  readonly #deps: PeriodsDeps;

  constructor(deps: PeriodsDeps) {
    this.#deps = deps;
  }

  /** What a period holds and amounts to so far; null: the catalogue has no such contract. */
  async live(id: string, period: string): Promise<LivePeriod | null> {
    const contract = this.#deps.lookup.contract(id);
    if (contract === null) return null;
    const { offsets, quantities } = await this.tallied(id, period);
    return { offsets, quantities, invoice: price(contract, { contract: id, period, quantities }) };
  }

  /** The caller sees to it that the tally has caught up with what he wants closed. */
  async close(contract: Contract, period: string): Promise<Closed> {
    const { log, view } = this.#deps;
    return closePeriod(contract, period, {
      log,
      view,
      tallied: async (id, month) => this.tallied(id, month),
      viewOf: async (version) => this.#viewOf(version),
      now: Date.now,
    });
  }

  /** Live quantities of a contract and period, with the journal offsets that they stand for. */
  async tallied(contract: string, period: string): Promise<Tallied> {
    const { store, partitions, view } = this.#deps;
    const space = tallySpace(view.catalogueVersion);
    const key = contractKey(contract, period);
    const places = Array.from({ length: partitions }, (_, partition) => ({ space, partition }));
    const found = await Promise.all(places.map((place) => store.sums(place, [key])));
    const quantities = new Map<string, number>();
    for (const { values } of found) {
      for (const [field, sum] of values.get(key) ?? [])
        quantities.set(field, (quantities.get(field) ?? 0) + sum);
    }
    for (const [field, sum] of quantities) if (sum === 0) quantities.delete(field);
    return { offsets: found.map(({ next }) => next), quantities };
  }

  async #viewOf(version: string): Promise<CatalogueView> {
    const { log, view } = this.#deps;
    if (version === view.catalogueVersion) return view;
    const recorded = (await topicValues(log, topics.catalogue.name)).map(decodeCatalogue);
    const catalogue = recorded.find((each) => each.version === version);
    if (catalogue === undefined) throw new Error(`the log knows no catalogue ${version}`);
    return catalogueView(compileLookup(catalogue));
  }
}
