import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueDifference, type CatalogueDifference, withReported } from '#catalogue/difference.js';
import type { Store, Sums } from '#store/store.js';
import { tallyStage } from '#wire/stages.js';
import { reportedIn, reportedKey, tallyCatalogueIn, tallyCatalogueKey } from './tally-catalogue.js';

export interface TallyReaderDeps {
  readonly store: Store;
  /** Of the journal. */
  readonly partitions: number;
  /** Figures are read as of this one. */
  readonly catalogue: Catalogue;
  /** An earlier one; null: it never was in force. */
  readonly find: (version: string) => Promise<Catalogue | null>;
}

export interface TalliedSums {
  /** Of the journal, per partition: where the sums were read. */
  readonly offsets: readonly number[];
  /** Per partition: key -> field -> sum. */
  readonly values: readonly ReadonlyMap<string, ReadonlyMap<string, number>>[];
}

/**
 * The sums asked for are those of another catalogue, or between two: the tally is taking over the one in
 * force, or has not begun to. All that the two count in the same way can be read meanwhile.
 */
export class TallyRecounting extends Error {
  override readonly name = 'TallyRecounting';
  readonly code = 'tally-recounting';

  constructor(
    readonly partition: number,
    readonly own: string,
    readonly of: string,
    /** Records of the journal still to be recounted; null: it has not begun. */
    readonly left: number | null,
  ) {
    const progress = left === null ? 'it has not begun' : `${left} record(s) to go`;
    super(
      `sums are being recounted under catalogue ${own}, from ${of}, in partition ${partition}: ${progress}`,
    );
  }
}

/** Reads sums of the tally, as of one catalogue or not at all. */
export class TallyReader {
  readonly #deps: TallyReaderDeps;
  readonly #differences = new Map<string, CatalogueDifference>();

  constructor(deps: TallyReaderDeps) {
    this.#deps = deps;
  }

  /**
   * `isAffected`: whether the sums may differ where two catalogues do.
   * @throws {TallyRecounting} where they are not, or not yet, those of the catalogue.
   */
  async read(
    keys: readonly string[],
    isAffected: (difference: CatalogueDifference) => boolean,
  ): Promise<TalliedSums> {
    const read = await Promise.all(
      this.#partitions().map(async (each) => this.#readPartition(each, keys, isAffected)),
    );
    return { offsets: read.map(({ next }) => next), values: read.map(({ values }) => values) };
  }

  /**
   * About how many records are to be recounted until all of the tally counts under the catalogue; 0: it does.
   */
  async leftToRecount(): Promise<number> {
    const { store, catalogue } = this.#deps;
    const left = await Promise.all(
      this.#partitions().map(async (partition) => {
        const at = { keyspace: tallyStage.keyspace, partition };
        const { next, values } = await store.sums(at, [tallyCatalogueKey]);
        const found = tallyCatalogueIn(values);
        if (found === null || (found.of === catalogue.version && found.to === null)) return 0;
        // what is under way towards another catalogue comes before all of this one
        const before = found.to === null || found.to.version === catalogue.version ? 0 : next;
        return before + 1 + (found.to === null ? next : Math.max(0, next - found.to.at));
      }),
    );
    return left.reduce((sum, each) => sum + each, 0);
  }

  #partitions(): number[] {
    return Array.from({ length: this.#deps.partitions }, (_, partition) => partition);
  }

  async #readPartition(
    partition: number,
    keys: readonly string[],
    isAffected: (difference: CatalogueDifference) => boolean,
  ): ReturnType<Store['sums']> {
    const { store } = this.#deps;
    const at = { keyspace: tallyStage.keyspace, partition };
    const sums = await store.sums(at, [...keys, tallyCatalogueKey, reportedKey]);
    await this.#requireUnaffected(partition, sums, isAffected);
    const values = new Map(sums.values);
    for (const key of [tallyCatalogueKey, reportedKey]) values.delete(key);
    return { next: sums.next, values };
  }

  async #requireUnaffected(
    partition: number,
    { next, values }: Sums,
    isAffected: (difference: CatalogueDifference) => boolean,
  ): Promise<void> {
    const found = tallyCatalogueIn(values);
    const own = this.#deps.catalogue.version;
    if (found === null || (found.of === own && found.to === null)) return;
    const left = found.to === null ? null : Math.max(0, next - found.to.at);
    for (const other of new Set([own, found.to?.version ?? own])) {
      if (other === found.of) continue;
      const difference = withReported(await this.#difference(found.of, other), reportedIn(values));
      if (isAffected(difference)) throw new TallyRecounting(partition, own, found.of, left);
    }
  }

  async #difference(one: string, other: string): Promise<CatalogueDifference> {
    const name = `${one} ${other}`;
    const known = this.#differences.get(name);
    if (known !== undefined) return known;
    const found = catalogueDifference(await this.#find(one), await this.#find(other));
    this.#differences.set(name, found);
    return found;
  }

  async #find(version: string): Promise<Catalogue> {
    const { catalogue, find } = this.#deps;
    const found = version === catalogue.version ? catalogue : await find(version);
    if (found === null)
      throw new Error(`the tally counts under catalogue ${version}, which the log does not know`);
    return found;
  }
}
