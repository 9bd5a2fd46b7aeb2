import { Acceptor, prepare } from '#apps/intake/accept.js';
import { type Closed, closePeriod, type Tallied } from '#apps/invoicer/close.js';
import { meter } from '#apps/meter/meter.js';
import { normalizer } from '#apps/normalizer/normalizer.js';
import { type KpiQuery, type KpiReport, readKpis } from '#apps/tally/read-kpis.js';
import { tally } from '#apps/tally/tally.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import { compileLookup, type Lookup } from '#catalogue/lookup.js';
import type { Contract } from '#domain/contract/contract.js';
import { unmapped } from '#domain/kpi/tally.js';
import type { Consumption, Log, PartitionHandler } from '#log/log.js';
import type { Warning } from '#platforms/platform.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import type { Store } from '#store/store.js';
import type { RecordedDelivery } from '#wire/recorded.js';
import type { Refused } from '#wire/refused.js';
import {
  contractKey,
  meterStage,
  normalizerStage,
  type Stage,
  tallySpace,
  tallyStage,
} from '#wire/stages.js';
import { topicSettings } from '#wire/topics.js';
import { recordCatalogue, recordedCatalogues } from './recorded-catalogue.js';

export type { KpiGrouping, KpiReport } from '#apps/tally/read-kpis.js';
export type KpiSpan = Omit<KpiQuery, 'programme'>;

export interface EngineOptions {
  readonly log: Log;
  readonly store: Store;
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

/** The whole pipeline in one process: what `standalone` serves and the command line replays through. */
export class Engine {
  readonly log: Log;
  readonly store: Store;
  readonly lookup: Lookup;
  readonly view: CatalogueView;
  readonly space: string;
  readonly partitions: number;
  readonly acceptor: Acceptor;
  readonly stages: RunningStage[] = [];
  /** What this process refused, rows that it met again included. */
  refusedCount = 0;

  private constructor({ log, store, partitions, catalogue }: EngineOptions) {
    this.log = log;
    this.store = store;
    this.lookup = compileLookup(catalogue);
    this.view = catalogueView(this.lookup);
    this.space = tallySpace(catalogue.version);
    this.partitions = partitions;
    this.acceptor = new Acceptor(log, Date.now);
  }

  /**
   * Throws where the topics that are there were made otherwise. The engine does not own the log and the
   * store.
   */
  static async start(options: EngineOptions): Promise<Engine> {
    const reports = await options.log.createTopics(topicSettings(options.partitions));
    const differing = reports.filter((report) => report.status === 'differs');
    if (differing.length > 0) {
      const faults = differing.map(({ name, differences }) => `${name}: ${differences.join(', ')}`);
      throw new Error(`the topics were made otherwise: ${faults.join('; ')}`);
    }
    await recordCatalogue(options.log, options.catalogue);
    const engine = new Engine(options);
    await engine.#begin(options);
    return engine;
  }

  async #begin(options: EngineOptions): Promise<void> {
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
      outcomes: options.catalogue.outcomes,
      pseudonym,
      onWarning,
      onRefused,
    });
    await this.#run(normalizerStage, translate);
    await this.#run(meterStage, meter({ log, store, onRefused }));
    await this.#run(tallyStage(view.catalogueVersion), tally({ log, store, view, onRefused }));
  }

  async #run({ topic, group }: Stage, handler: PartitionHandler): Promise<void> {
    const consumption = await this.log.consume({ topic, group, handler, batchRecords: 1_000 });
    this.stages.push({ topic, group, consumption });
  }

  /** The same door as HTTP. Throws where the log does not acknowledge: nothing may be lost on the way. */
  async accept(deliveries: readonly RecordedDelivery[]): Promise<void> {
    const prepared = deliveries.map(({ connection: id, kind, headers, body, receivedAt }) => {
      const connection = this.lookup.connection(id);
      if (connection === null) throw new Error(`connection ${id} is not in the catalogue`);
      return prepare(connection, headers, Buffer.from(body), receivedAt, kind);
    });
    const acceptance = await this.acceptor.accept(prepared);
    if (acceptance.status !== 'accepted') throw new Error(`the log took nothing in: ${acceptance.status}`);
  }

  /**
   * Resolves when everything accepted so far is in the tally. Throws when a partition stopped for good.
   * `onProgress` hears how many records are still to be read, at most every 50 ms.
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

  /** Null: there is no such programme. */
  async kpis(id: string, span: KpiSpan): Promise<KpiReport | null> {
    const programme = id === unmapped ? unmapped : this.lookup.programme(id);
    if (programme === null) return null;
    return readKpis(this.store, this.space, this.partitions, { ...span, programme });
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

  /**
   * Drops tallies of earlier catalogues once the present one has caught up; they could be rebuilt at any
   * time.
   */
  async dropOldTallies(): Promise<void> {
    for (const space of await this.store.spaces()) {
      if (space.startsWith('tally-') && space !== this.space) await this.store.drop(space);
    }
  }

  /** Finishes what is in hand. Log and store stay open: they are the caller's. */
  async stop(): Promise<void> {
    await this.acceptor.drain();
    for (const { consumption } of this.stages) await consumption.stop();
  }
}
