import { setTimeout as delay } from 'node:timers/promises';
import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import type { CatalogueLog } from '#pipeline/catalogue-log.js';
import type { TallyCatalogues } from '#pipeline/tally/tally-state.js';

/**
 * The catalogue in force, compiled, as far as this process knows; and earlier ones, for what still counts
 * under them. All that look follow it: no process has to be started again for another catalogue.
 */
export class CatalogueInForce implements TallyCatalogues {
  readonly catalogues: CatalogueLog;
  readonly #onChange: (lookup: CatalogueIndex) => void;
  #lookup: CatalogueIndex;
  #number = 0;
  readonly #views = new Map<string, CatalogueView>();

  /** `lookup`: of what was in force at the start. `onChange`: called once for each later one that is seen. */
  constructor(
    catalogues: CatalogueLog,
    lookup: CatalogueIndex,
    onChange: (lookup: CatalogueIndex) => void = () => undefined,
  ) {
    this.catalogues = catalogues;
    this.#lookup = lookup;
    this.#onChange = onChange;
  }

  /** As of the last look. */
  get lookup(): CatalogueIndex {
    return this.#lookup;
  }

  /** Looks whether another one was put in force since. */
  async look(): Promise<CatalogueIndex> {
    const entry = await this.catalogues.inForce();
    if (entry === null || entry.number <= this.#number) return this.#lookup;
    const isOther = entry.version !== this.#lookup.catalogue.version;
    const found = isOther ? catalogueIndex(await this.catalogues.catalogueOf(entry)) : this.#lookup;
    // Of two that look at once, the one who saw more may be the first.
    if (entry.number > this.#number) {
      this.#number = entry.number;
      this.#lookup = found;
      if (isOther) this.#onChange(found);
    }
    return this.#lookup;
  }

  async inForce(): Promise<CatalogueView> {
    return this.#viewOf(await this.look());
  }

  async find(version: string): Promise<CatalogueView> {
    const known = this.#views.get(version);
    if (known !== undefined) return known;
    if (version === this.#lookup.catalogue.version) return this.#viewOf(this.#lookup);
    const catalogue = await this.catalogues.find(version);
    if (catalogue === null) {
      throw new Error(
        `the tally counts under catalogue ${version}, which this log does not know: the store belongs to another ` +
          'log, or drop the tally to have it rebuilt',
      );
    }
    return this.#viewOf(catalogueIndex(catalogue));
  }

  /** The last few are kept: between two, one is taken over from the other. */
  #viewOf(lookup: CatalogueIndex): CatalogueView {
    const { version } = lookup.catalogue;
    const view = this.#views.get(version) ?? catalogueView(lookup);
    this.#views.delete(version);
    this.#views.set(version, view);
    for (const each of this.#views.keys()) if (this.#views.size > keptViews) this.#views.delete(each);
    return view;
  }
}

const keptViews = 4;

export interface Following {
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

/**
 * Repeats a step for as long as there is more to do, and again after each pause. A step that fails is
 * reported and tried again after the pause.
 */
export function follow(
  step: () => Promise<boolean>,
  pauseMs: number,
  onError: (error: unknown) => void = () => undefined,
): Following {
  const ending = new AbortController();
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      let more = false;
      try {
        more = await step();
      } catch (error) {
        onError(error);
      }
      if (!more) await delay(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}
