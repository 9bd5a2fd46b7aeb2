import { Acceptor, type Prepared } from '#apps/intake/accept.js';
import { type Closed, closePeriod, type Tallied } from '#apps/invoicer/close.js';
import { meter, meterGroup } from '#apps/meter/meter.js';
import { normalizer, normalizerGroup } from '#apps/normalizer/normalizer.js';
import { contractKey, tally, tallyGroup, tallySpace } from '#apps/tally/tally.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import { compileLookup, type Lookup } from '#catalogue/lookup.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Consumption, PartitionHandler } from '#log/log.js';
import { type DirectoryLock, lockDirectory } from '#log/sqlite/directory-lock.js';
import { openSqliteLog, type SqliteLog } from '#log/sqlite/sqlite-log.js';
import type { Warning } from '#platforms/platform.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Refused } from '#wire/refused.js';
import { topics, topicSettings } from '#wire/topics.js';
import { recordCatalogue, recordedCatalogues } from './recorded-catalogue.js';

export interface EngineOptions {
  readonly directory: string;
  readonly partitions: number;
  readonly catalogue: Catalogue;
  readonly customerKey: Uint8Array;
  readonly onWarning: (connection: string, warning: Warning) => void;
  readonly onRefused: (refused: Refused) => void;
}

/** One stage's reading of one topic, as health and metrics look at it. */
export interface RunningStage {
  readonly group: string;
  readonly topic: string;
  readonly consumption: Consumption;
}

/**
 * The whole pipeline in one process, on the embedded log and store. A data directory belongs to one engine at a time.
 */
export class Engine {
  readonly log: SqliteLog;
  readonly store: SqliteStore;
  readonly lookup: Lookup;
  readonly view: CatalogueView;
  readonly space: string;
  readonly partitions: number;
  readonly acceptor: Acceptor;
  readonly stages: RunningStage[] = [];
  /** What this process refused, rows that it met again included. */
  refusedCount = 0;
  readonly #lock: DirectoryLock;

  private constructor(lock: DirectoryLock, partitions: number, options: EngineOptions) {
    this.#lock = lock;
    this.log = openSqliteLog({ directory: options.directory, lock });
    this.store = new SqliteStore({ directory: options.directory });
    this.lookup = compileLookup(options.catalogue);
    this.view = catalogueView(this.lookup);
    this.space = tallySpace(options.catalogue.version);
    this.partitions = partitions;
    this.acceptor = new Acceptor(this.log, Date.now);
  }

  /** Throws `DirectoryInUse`, or an error that says what of the directory does not fit. */
  static async start(options: EngineOptions): Promise<Engine> {
    const lock = lockDirectory(options.directory);
    try {
      const engine = new Engine(lock, options.partitions, options);
      await engine.#begin(options);
      return engine;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async #begin(options: EngineOptions): Promise<void> {
    const reports = await this.log.createTopics(topicSettings(this.partitions));
    const differing = reports.filter((report) => report.status === 'differs');
    if (differing.length > 0) {
      const faults = differing.map(({ name, differences }) => `${name}: ${differences.join(', ')}`);
      throw new Error(`the data directory ${options.directory} was made otherwise: ${faults.join('; ')}`);
    }
    await recordCatalogue(this.log, options.catalogue);
    const { log, store, view, lookup } = this;
    const { onWarning } = options;
    const onRefused = (refused: Refused): void => {
      this.refusedCount++;
      options.onRefused(refused);
    };
    const pseudonym = pseudonymizer(options.customerKey);
    const translate = normalizer({
      log,
      connection: (id) => lookup.connection(id),
      platform: (name) => platforms[name],
      pseudonym,
      onWarning,
      onRefused,
    });
    await this.#run(topics.raw.name, normalizerGroup, translate);
    await this.#run(topics.facts.name, meterGroup, meter({ log, store, onRefused }));
    await this.#run(topics.postings.name, tallyGroup, tally({ log, store, view, onRefused }));
  }

  async #run(topic: string, group: string, handler: PartitionHandler): Promise<void> {
    const consumption = await this.log.consume({ topic, group, handler, batchRecords: 1_000 });
    this.stages.push({ topic, group, consumption });
  }

  /** The same door as HTTP. Throws where the log does not acknowledge: nothing may be lost on the way. */
  async accept(deliveries: readonly Prepared[]): Promise<void> {
    const acceptance = await this.acceptor.accept(deliveries);
    if (acceptance.status !== 'accepted') throw new Error(`the log took nothing in: ${acceptance.status}`);
  }

  /**
   * Resolves when everything accepted so far is in the tally. Throws when a partition stopped for good. `onProgress`
   * hears how many records are still to be read, at most every 50 ms.
   */
  async drained(onProgress: (left: number) => void = () => undefined): Promise<void> {
    await this.acceptor.drain();
    for (const { topic, consumption } of this.stages) {
      const ends = (await this.log.bounds(topic)).map(({ end }) => end);
      for (;;) {
        const progress = consumption.progress();
        const stuck = progress.find(({ stopped }) => stopped);
        if (stuck !== undefined) {
          throw new Error(`${topic} partition ${stuck.partition} stopped`, { cause: stuck.pausedBy });
        }
        const left = progress.reduce(
          (sum, { partition, next }) => sum + Math.max(0, (ends[partition] ?? 0) - next),
          0,
        );
        onProgress(left);
        if (left === 0 && progress.length === ends.length) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    onProgress(0);
  }

  /** The caller sees to it that the tally has caught up with what he wants closed. */
  async close(contract: Contract, period: string): Promise<Closed> {
    return closePeriod(contract, period, {
      log: this.log,
      view: this.view,
      tallied: async (id, month) => this.tallied(id, month),
      viewOf: async (version) => this.#viewOf(version),
      now: Date.now,
    });
  }

  /** Live quantities of a contract and period, with the journal offsets that they stand for. */
  async tallied(contract: string, period: string): Promise<Tallied> {
    const key = contractKey(contract, period);
    const offsets: number[] = [];
    const quantities = new Map<string, number>();
    for (let partition = 0; partition < this.partitions; partition++) {
      const { next, values } = await this.store.sums({ space: this.space, partition }, [key]);
      offsets.push(next);
      for (const [field, sum] of values.get(key) ?? [])
        quantities.set(field, (quantities.get(field) ?? 0) + sum);
    }
    for (const [field, sum] of quantities) if (sum === 0) quantities.delete(field);
    return { offsets, quantities };
  }

  async #viewOf(version: string): Promise<CatalogueView> {
    if (version === this.view.catalogueVersion) return this.view;
    const catalogue = (await recordedCatalogues(this.log)).find((each) => each.version === version);
    if (catalogue === undefined) throw new Error(`the log knows no catalogue ${version}`);
    return catalogueView(compileLookup(catalogue));
  }

  /** Drops tallies of earlier catalogues once the present one has caught up; they could be rebuilt at any time. */
  async dropOldTallies(): Promise<void> {
    for (const space of await this.store.spaces()) {
      if (space.startsWith('tally-') && space !== this.space) await this.store.drop(space);
    }
  }

  async stop(): Promise<void> {
    await this.acceptor.drain();
    for (const { consumption } of this.stages) await consumption.stop();
    await this.store.close();
    await this.log.close();
    this.#lock.release();
  }
}
