import { setTimeout as delay } from 'node:timers/promises';
import { DeliveryWriter, prepareDelivery } from '#pipeline/intake/delivery-writer.js';
import type { AdjustResult } from '#pipeline/close/adjust-period.js';
import type { CloseMode } from '#pipeline/close/close-period.js';
import { Periods } from '#pipeline/close/periods.js';
import {
  type AdherenceQuestion,
  type AdherenceReport,
  readAdherence,
} from '#pipeline/close/read-adherence.js';
import { readUnbilled, type UnbilledQuestion, type UnbilledReport } from '#pipeline/close/read-unbilled.js';
import { catchUp, type PipelineView, pipelineLag, type StageLag } from '#pipeline/pipeline-lag.js';
import { journalKpiReader } from '#pipeline/tally/journal-sums.js';
import { type KpiReader, kpiReader } from '#pipeline/tally/kpi-reader.js';
import { TallyReader } from '#pipeline/tally-reader.js';
import { CatalogueInForce, follow, type Following } from './catalogue-in-force.js';
import { brandsOf } from '#catalogue/brands.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { type Consumption, type Log, LogUnavailable, WrongLog } from '#log/log.js';
import { requireTopics } from '#log/require-topics.js';
import type { Store } from '#store/store.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import type { Actor } from '#wire/period-acts.js';
import { isTallyKeyspace, tallyStage } from '#wire/stages.js';
import { allStages, type StageObserver } from './stages.js';
import { topicSettings } from '#wire/topics.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { requireCustomerKey } from '#pipeline/customer-keys.js';

/** What the engine works on. It does not own log and store. */
export interface EngineParts {
  readonly log: Log;
  readonly store: Store;
  readonly partitions: number;
  /** What is in force, or was at the start: stages and figures follow what is put in force after it. */
  readonly catalogue: CatalogueInForce | Catalogue;
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

/** What reads figures as of one catalogue. */
export interface Readers {
  readonly lookup: CatalogueIndex;
  readonly tally: TallyReader;
  readonly kpis: KpiReader;
  readonly periods: Periods;
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
  readonly deliveryWriter: DeliveryWriter;
  readonly pipelineView: PipelineView;
  readonly stages: RunningStage[] = [];
  readonly #stallTimeoutMs: number;
  readonly #partitions: number;
  /** The catalogue in force, as far as this process knows. */
  readonly inForce: CatalogueInForce;
  readonly #asOf: CatalogueIndex | null;
  #readers: Readers | null = null;
  #following: Following | null = null;

  private constructor({ log, store, partitions, catalogue, asOf, stallTimeoutMs = 60_000 }: EngineParts) {
    this.log = log;
    this.store = store;
    this.#partitions = partitions;
    this.inForce =
      catalogue instanceof CatalogueInForce
        ? catalogue
        : new CatalogueInForce(new CatalogueLog(log), catalogueIndex(catalogue));
    this.catalogues = this.inForce.catalogues;
    this.#asOf = asOf === undefined ? null : catalogueIndex(asOf);
    this.deliveryWriter = new DeliveryWriter(log, Date.now);
    this.#stallTimeoutMs = stallTimeoutMs;
    this.pipelineView = { log, store };
  }

  /** To which brand something belongs, as of what figures are read as of. */
  readonly brandOf = brandsOf(() => this.lookup);

  /** What figures are read as of: the catalogue in force as far as known, or the one that was asked for. */
  get lookup(): CatalogueIndex {
    return this.#asOf ?? this.inForce.lookup;
  }

  /** As of the catalogue in force, or of the one that was asked for; without the log, as far as known. */
  async now(): Promise<Readers> {
    if (this.#asOf === null) {
      await this.inForce.look().catch((error: unknown) => {
        if (!(error instanceof LogUnavailable)) throw error;
      });
    }
    return this.#readersNow();
  }

  get periods(): Periods {
    return this.#readersNow().periods;
  }

  get kpis(): KpiReader {
    return this.#readersNow().kpis;
  }

  #readersNow(): Readers {
    const { log, store, catalogues, lookup } = this;
    if (this.#readers?.lookup === lookup) return this.#readers;
    const partitions = this.#partitions;
    const find = async (version: string) => catalogues.find(version);
    const tally = new TallyReader({ store, partitions, catalogue: lookup.catalogue, find });
    const kpis = this.#asOf === null ? kpiReader(tally, lookup) : journalKpiReader(log, lookup);
    const periods = new Periods({ log, store, lookup, partitions, catalogues });
    return (this.#readers = { lookup, tally, kpis, periods });
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
      catalogues: this.inForce,
      customerKey,
      observer,
      ...(archiveAfterMs !== undefined && { archiveAfterMs }),
    };
    const stages = allStages(parts);
    for (const { name: _, ...stage } of stages) {
      const { topic, group } = stage;
      const consumption = await log.consume({ ...stage, batchRecords: 1_000 });
      this.stages.push({ topic, group, consumption });
    }
    const [, , tally] = stages;
    this.#following = follow(async () => tally.handler.takeOver(), 50);
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
   * Resolves when everything accepted so far is in the tally. Throws why a partition stopped for good, and
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
      const timeout = `${this.#stallTimeoutMs / 1_000} s`;
      const state = begun ? `has made no progress for ${timeout}` : `has not begun within ${timeout}`;
      throw new PipelineBehind(
        `the ${stage.name} ${state}, with ${left} record(s) of ${stage.topic} to go: check that its process runs`,
      );
    }
    await this.#takenOver();
    onProgress(0);
  }

  /** Until the tally counts under the catalogue in force. */
  async #takenOver(): Promise<void> {
    if (this.#asOf !== null) return;
    let [movedAt, before] = [performance.now(), Infinity];
    for (;;) {
      const left = await (await this.now()).tally.leftToRecount();
      if (left === 0) return;
      if (left < before) [movedAt, before] = [performance.now(), left];
      this.#failWhereStopped();
      if (performance.now() - movedAt > this.#stallTimeoutMs) {
        throw new PipelineBehind(
          `the tally has not gone on to take over catalogue ${this.lookup.catalogue.version} for ` +
            `${this.#stallTimeoutMs / 1_000} s: check that its process runs`,
        );
      }
      await delay(20);
    }
  }

  #failWhereStopped(): void {
    for (const { topic, consumption } of this.stages) {
      const stuck = consumption.progress().find(({ stopped }) => stopped);
      if (stuck === undefined) continue;
      const { partition, pausedBy: cause } = stuck;
      if (cause instanceof WrongLog) throw cause;
      throw new Error(`${topic} partition ${partition} stopped: ${cause?.message ?? ''}`, { cause });
    }
  }

  /** What no contract line uses of a span, of the journal as it is. */
  async unbilled(question: UnbilledQuestion): Promise<UnbilledReport> {
    const { lookup } = await this.now();
    const { log, store } = this;
    return readUnbilled(question, { log, store, lookup, partitions: this.#partitions });
  }

  /** How agents of a programme kept to their schedules, of the journal as it is. */
  async adherence(question: AdherenceQuestion): Promise<AdherenceReport> {
    const { lookup } = await this.now();
    return readAdherence(question, { log: this.log, view: lookup });
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
    actor: Actor | null = null,
    reason: string | null = null,
  ): Promise<AdjustResult> {
    return this.periods.close(contract, period, mode, acceptOmissions, actor, reason);
  }

  /**
   * Drops tallies of earlier formats; not where the stages run elsewhere: some may still be of that release.
   */
  async dropOldTallies(): Promise<void> {
    if (this.stages.length === 0) return;
    for (const keyspace of await this.store.keyspaces()) {
      if (isTallyKeyspace(keyspace) && keyspace !== tallyStage.keyspace) await this.store.drop(keyspace);
    }
  }

  /** Finishes the batches under way. Log and store stay open: they are the caller's. */
  async stop(): Promise<void> {
    await this.deliveryWriter.drain();
    await this.#following?.stop();
    for (const { consumption } of this.stages) await consumption.stop();
  }
}
