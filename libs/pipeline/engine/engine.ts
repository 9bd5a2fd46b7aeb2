import { DeliveryWriter, prepareDelivery } from '#pipeline/intake/delivery-writer.js';
import type { AdjustResult } from '#pipeline/close/adjust-period.js';
import type { CloseMode } from '#pipeline/close/close-period.js';
import { Periods } from '#pipeline/close/periods.js';
import { catchUp, type PipelineView, pipelineLag, type StageLag } from '#pipeline/pipeline-lag.js';
import { type KpiReader, kpiReader } from '#pipeline/tally/kpi-reader.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Consumption, Log } from '#log/log.js';
import { requireTopics } from '#log/require-topics.js';
import type { Store } from '#store/store.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { isTallyKeyspace, tallyKeyspace } from '#wire/stages.js';
import { allStages, type StageObserver } from './stages.js';
import { topicSettings } from '#wire/topics.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { requireCustomerKey } from '#pipeline/customer-keys.js';

/** What the engine works on. It does not own log and store. */
export interface EngineParts {
  readonly log: Log;
  readonly store: Store;
  readonly partitions: number;
  /** The one in force: what its stages work under. */
  readonly catalogue: Catalogue;
  /** Another one to read figures as of; default: the one in force. */
  readonly asOf?: Catalogue;
  /** How long `drained` waits (ms) while nothing moves; default a minute. */
  readonly stallTimeoutMs?: number;
}

export interface EngineOptions extends EngineParts, StageObserver {
  readonly customerKey: Uint8Array;
  /** See `MeterDeps`. */
  readonly archiveAfterMs?: number;
}

/** One stage's reading of one topic, as health and metrics look at it. */
export interface RunningStage {
  readonly group: string;
  readonly topic: string;
  readonly consumption: Consumption;
}

/** The stages have not processed what was there, and there was no progress for the stall timeout. */
export class PipelineBehind extends Error {
  override readonly name = 'PipelineBehind';
  readonly code = 'pipeline-behind';
}

/**
 * The whole pipeline as one thing: what goes in, what comes out, and how far it is. Its stages run in this
 * process (`start`), or somewhere else on the same log and store (`attach`).
 */
export class Engine {
  readonly log: Log;
  readonly store: Store;
  readonly catalogues: CatalogueLog;
  /** What figures are read as of. */
  readonly lookup: CatalogueIndex;
  readonly deliveryWriter: DeliveryWriter;
  readonly periods: Periods;
  readonly kpis: KpiReader;
  readonly pipelineView: PipelineView;
  readonly stages: RunningStage[] = [];
  readonly #stallTimeoutMs: number;
  readonly #working: CatalogueIndex;

  private constructor({ log, store, partitions, catalogue, asOf, stallTimeoutMs = 60_000 }: EngineParts) {
    this.log = log;
    this.store = store;
    this.lookup = catalogueIndex(asOf ?? catalogue);
    this.#working = asOf === undefined ? this.lookup : catalogueIndex(catalogue);
    this.deliveryWriter = new DeliveryWriter(log, Date.now);
    this.catalogues = new CatalogueLog(log);
    this.periods = new Periods({ log, store, lookup: this.lookup, partitions, catalogues: this.catalogues });
    this.kpis = kpiReader(store, this.lookup, partitions);
    this.#stallTimeoutMs = stallTimeoutMs;
    this.pipelineView = { log, store, catalogueVersion: this.lookup.catalogue.version };
  }

  /** The stages run elsewhere, or are run by the caller. */
  static attach(parts: EngineParts): Engine {
    return new Engine(parts);
  }

  /** Throws `LogUnusable` where settings of existing topics differ in a way that cannot be used. */
  static async start(options: EngineOptions): Promise<Engine> {
    await requireTopics(options.log, topicSettings(options.partitions));
    await requireCustomerKey(options.log, options.customerKey, Date.now);
    const engine = new Engine(options);
    await engine.#begin(options);
    return engine;
  }

  async #begin({ customerKey, archiveAfterMs, ...observer }: EngineOptions): Promise<void> {
    const { log, store } = this;
    const parts = {
      log,
      store,
      lookup: this.#working,
      tallied: this.lookup,
      customerKey,
      observer,
      ...(archiveAfterMs !== undefined && { archiveAfterMs }),
    };
    for (const { name: _, ...stage } of allStages(parts)) {
      const { topic, group } = stage;
      const consumption = await log.consume({ ...stage, batchRecords: 1_000 });
      this.stages.push({ topic, group, consumption });
    }
  }

  /** Like deliveries over HTTP. Throws where the log does not acknowledge: nothing may be lost on the way. */
  async accept(deliveries: readonly RecordedDelivery[]): Promise<void> {
    const prepared = deliveries.map(({ connection: id, headers, body, receivedAt, kind }) => {
      const connection = this.lookup.connection(id);
      if (connection === null) throw new Error(`connection ${id} is not in the catalogue`);
      return prepareDelivery(connection, headers, Buffer.from(body), receivedAt, kind);
    });
    const written = await this.deliveryWriter.accept(prepared);
    if (written.status !== 'accepted') throw new Error(`the log accepted nothing: ${written.status}`);
  }

  /**
   * Resolves when everything accepted so far is in the tally. Throws when a partition stopped for good, and
   * `PipelineBehind` when nothing moves for the stall timeout. `onProgress` is called with the number of
   * records still to be read.
   */
  async drained(onProgress: (left: number) => void = () => undefined): Promise<void> {
    await this.deliveryWriter.drain();
    const runsHere = this.stages.length > 0;
    const caughtUp = await catchUp(this.pipelineView, {
      timeoutMs: Infinity,
      stallTimeoutMs: this.#stallTimeoutMs,
      pollMs: runsHere ? 10 : 200,
      onProgress: (left) => {
        this.#failWhereStopped();
        onProgress(left);
      },
    });
    if (caughtUp.status === 'behind') {
      const { stage, left, begun } = caughtUp;
      const ofCatalogue = stage.name === 'tally' ? ` of catalogue ${this.lookup.catalogue.version}` : '';
      const timeout = `${this.#stallTimeoutMs / 1_000} s`;
      const state = begun ? `has made no progress for ${timeout}` : `has not begun within ${timeout}`;
      throw new PipelineBehind(
        `the ${stage.name}${ofCatalogue} ${state}, with ${left} record(s) of ${stage.topic} to go: check that its process runs`,
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

  /** The caller makes sure that the tally has caught up with what is to be closed. */
  async close(
    contract: Contract,
    period: string,
    mode: CloseMode = 'close',
    acceptOmissions: string | null = null,
  ): Promise<AdjustResult> {
    return this.periods.close(contract, period, mode, acceptOmissions);
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

  /** Finishes the batches under way. Log and store stay open: they are the caller's. */
  async stop(): Promise<void> {
    await this.deliveryWriter.drain();
    for (const { consumption } of this.stages) await consumption.stop();
  }
}
