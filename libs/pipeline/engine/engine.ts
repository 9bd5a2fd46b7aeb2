import { DeliveryWriter, prepareDelivery } from '#pipeline/intake/delivery-writer.js';
import type { CloseMode, CloseResult } from '#pipeline/close/close-period.js';
import { Periods } from '#pipeline/close/periods.js';
import { catchUp, type PipelineView, pipelineLag, type StageLag } from '#pipeline/pipeline-lag.js';
import { meter } from '#pipeline/meter/meter.js';
import { normalizer } from '#pipeline/normalize/normalizer.js';
import { type KpiReader, kpiReader } from '#pipeline/tally/kpi-reader.js';
import { tally } from '#pipeline/tally/tally.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import { catalogueView } from '#catalogue/view.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Consumption, Log, PartitionHandler } from '#log/log.js';
import { requireTopics } from '#log/require-topics.js';
import type { Warning } from '#platforms/warning.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import type { Store } from '#store/store.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import type { RefusedRecord } from '#wire/refused.js';
import {
  isTallyKeyspace,
  meterStage,
  normalizerStage,
  type Stage,
  tallyKeyspace,
  tallyStage,
} from '#wire/stages.js';
import { topicSettings } from '#wire/topics.js';
import { recordCatalogue } from '#pipeline/catalogue-log.js';

/** What the engine works on. It does not own log and store. */
export interface EngineParts {
  readonly log: Log;
  readonly store: Store;
  readonly partitions: number;
  readonly catalogue: Catalogue;
  /** How long `drained` waits (ms) while nothing moves; a minute unless said. */
  readonly stallTimeoutMs?: number;
}

export interface EngineOptions extends EngineParts {
  readonly customerKey: Uint8Array;
  readonly onWarning: (connection: string, warning: Warning) => void;
  readonly onRefused: (refused: RefusedRecord) => void;
}

/** One stage's reading of one topic, as health and metrics look at it. */
export interface RunningStage {
  readonly group: string;
  readonly topic: string;
  readonly consumption: Consumption;
}

/** The stages did not deal with what was there, within the patience of whoever waited. */
export class PipelineBehind extends Error {
  override readonly name = 'PipelineBehind';
}

/**
 * The whole pipeline as one thing: what goes in, what comes out, and how far it is. Its stages run in this
 * process (`start`), or somewhere else on the same log and store (`attach`).
 */
export class Engine {
  readonly log: Log;
  readonly store: Store;
  readonly lookup: CatalogueIndex;
  readonly deliveryWriter: DeliveryWriter;
  readonly periods: Periods;
  readonly kpis: KpiReader;
  readonly pipelineView: PipelineView;
  readonly stages: RunningStage[] = [];
  readonly #patienceMs: number;

  private constructor({
    log,
    store,
    partitions,
    catalogue,
    stallTimeoutMs: patienceMs = 60_000,
  }: EngineParts) {
    this.log = log;
    this.store = store;
    this.lookup = catalogueIndex(catalogue);
    this.deliveryWriter = new DeliveryWriter(log, Date.now);
    this.periods = new Periods({ log, store, lookup: this.lookup, partitions });
    this.kpis = kpiReader(store, this.lookup, partitions);
    this.#patienceMs = patienceMs;
    this.pipelineView = { log, store, catalogueVersion: catalogue.version };
  }

  /** The stages run elsewhere, or are run by the caller. */
  static attach(parts: EngineParts): Engine {
    return new Engine(parts);
  }

  /** Throws where the topics that are there were made otherwise. */
  static async start(options: EngineOptions): Promise<Engine> {
    await requireTopics(options.log, topicSettings(options.partitions));
    await recordCatalogue(options.log, options.catalogue);
    const engine = new Engine(options);
    await engine.#begin(options);
    return engine;
  }

  async #begin({ customerKey, onWarning, onRefused }: EngineOptions): Promise<void> {
    const { log, store, lookup } = this;
    const translate = normalizer({
      log,
      connection: (id) => lookup.connection(id),
      platform: (name) => platforms[name],
      outcomes: lookup.catalogue.outcomes,
      pseudonym: pseudonymizer(customerKey),
      onWarning,
      onRefused,
    });
    const view = catalogueView(lookup);
    await this.#run(normalizerStage, translate);
    await this.#run(meterStage, meter({ log, store, onRefused }));
    await this.#run(tallyStage(lookup.catalogue.version), tally({ log, store, view, onRefused }));
  }

  async #run({ topic, group }: Stage, handler: PartitionHandler): Promise<void> {
    const consumption = await this.log.consume({ topic, group, handler, batchRecords: 1_000 });
    this.stages.push({ topic, group, consumption });
  }

  /** The same door as HTTP. Throws where the log does not acknowledge: nothing may be lost on the way. */
  async accept(deliveries: readonly RecordedDelivery[]): Promise<void> {
    const prepared = deliveries.map(({ connection: id, headers, body, receivedAt, kind }) => {
      const connection = this.lookup.connection(id);
      if (connection === null) throw new Error(`connection ${id} is not in the catalogue`);
      return prepareDelivery(connection, headers, Buffer.from(body), receivedAt, kind);
    });
    const acceptance = await this.deliveryWriter.accept(prepared);
    if (acceptance.status !== 'accepted') throw new Error(`the log took nothing in: ${acceptance.status}`);
  }

  /**
   * Resolves when everything accepted so far is in the tally. Throws when a partition stopped for good, and
   * `PipelineBehind` when nothing moves for as long as the patience is. `onProgress` hears how many records
   * are still to be read.
   */
  async drained(onProgress: (left: number) => void = () => undefined): Promise<void> {
    await this.deliveryWriter.drain();
    const runsHere = this.stages.length > 0;
    const caughtUp = await catchUp(this.pipelineView, {
      timeoutMs: Infinity,
      stallTimeoutMs: this.#patienceMs,
      pollMs: runsHere ? 10 : 200,
      onProgress: (left) => {
        this.#failWhereStopped();
        onProgress(left);
      },
    });
    if (caughtUp.status === 'behind') {
      const { stage, left, begun } = caughtUp;
      const ofCatalogue = stage.name === 'tally' ? ` of catalogue ${this.lookup.catalogue.version}` : '';
      const patience = `${this.#patienceMs / 1_000} s`;
      const state = begun ? `has not moved for ${patience}` : `has not begun within ${patience}`;
      throw new PipelineBehind(
        `the ${stage.name}${ofCatalogue} ${state}, with ${left} record(s) of ${stage.topic} to go: does it run?`,
      );
    }
    onProgress(0);
  }

  #failWhereStopped(): void {
    for (const { topic, consumption } of this.stages) {
      const stuck = consumption.progress().find(({ stopped }) => stopped);
      if (stuck !== undefined) {
        throw new Error(`${topic} partition ${stuck.partition} stopped`, { cause: stuck.pausedBy });
      }
    }
  }

  /** How far each stage is behind, wherever it runs. */
  async lag(): Promise<StageLag[]> {
    return pipelineLag(this.pipelineView);
  }

  /** The caller sees to it that the tally has caught up with what he wants closed. */
  async close(contract: Contract, period: string, asked: CloseMode = 'close'): Promise<CloseResult> {
    return this.periods.close(contract, period, asked);
  }

  /**
   * Drops tallies of earlier catalogues once the present one has caught up; they could be rebuilt at any
   * time. Not where the stages run elsewhere: some of them may still work under another catalogue.
   */
  async dropOldTallies(): Promise<void> {
    if (this.stages.length === 0) return;
    const present = tallyKeyspace(this.lookup.catalogue.version);
    for (const keyspace of await this.store.keyspaces()) {
      if (isTallyKeyspace(keyspace) && keyspace !== present) await this.store.drop(keyspace);
    }
  }

  /** Finishes what is in hand. Log and store stay open: they are the caller's. */
  async stop(): Promise<void> {
    await this.deliveryWriter.drain();
    for (const { consumption } of this.stages) await consumption.stop();
  }
}
