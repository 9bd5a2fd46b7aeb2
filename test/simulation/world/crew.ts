import { catchUp } from '#pipeline/pipeline-lag.js';
import { TallyRecounting } from '#pipeline/tally-reader.js';
import { LogUnavailable } from '#log/log.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import { type ContractId, contractIds } from '../centre.js';
import type { Options } from '../plan.js';
import { MemoryStore } from '../ports/memory-store.js';
import type { ProcessLog } from '../ports/process-log.js';
import type { Random } from '../random.js';
import { closablePeriods } from '../records.js';
import type { Gates, SimProcess } from './gates.js';
import {
  centres,
  closeWith,
  groupOf,
  meterIn,
  normalizerIn,
  type StageKind,
  tallyIn,
} from './installation.js';
import { missingFacts } from './missing-facts.js';
import { reinterpretAll } from './reinterpret-all.js';
import type { Site } from './site.js';
import { logOfInvoicer, type Software } from './software.js';
import { type StageInProcess, StageProcess } from './stage-process.js';

/** The processes that there are now. */
export class Crew {
  stages: StageProcess[] = [];
  /** Of stages only. */
  readonly #software = new Map<StageProcess, Software>();
  readonly #closers = new Map<SimProcess, { readonly contract: ContractId; readonly period: string }>();
  /** Commands of the operator. */
  readonly #others: SimProcess[] = [];
  readonly #site: Site;
  readonly #gates: Gates;
  readonly #options: Options;
  readonly #random: Random;
  #names = 0;

  constructor(site: Site, gates: Gates, options: Options, random: Random) {
    this.#site = site;
    this.#gates = gates;
    this.#options = options;
    this.#random = random;
  }

  get closing(): number {
    return this.#closers.size;
  }

  get isAtWork(): boolean {
    return this.stages.some((stage) => stage.isBusy || stage.isPaused || stage.idle().length > 0);
  }

  /** Processes with a partition that stopped for good: an operator ends them. */
  endStopped(): void {
    for (const process of this.stages) if (process.stopped.length > 0) this.#gates.kill(process);
    this.forgetDead();
  }

  /** Those that have ended are forgotten. */
  forgetDead(): void {
    this.stages = this.stages.filter(({ isDead }) => !isDead);
    for (const process of this.#closers.keys()) if (process.isDead) this.#closers.delete(process);
  }

  killAll(): void {
    const others = this.#others.splice(0);
    for (const process of [...this.stages, ...this.#closers.keys(), ...others]) this.#gates.kill(process);
    // Of those that had left, a position may still be on its way: it reaches no log but the one it was sent
    // to.
    this.#gates.waiting.splice(0);
    this.forgetDead();
  }

  killOne(): void {
    if (this.stages.length > 0) this.#gates.kill(this.#random.pick(this.stages));
    this.forgetDead();
  }

  /** A process gives its partitions away: it ends, or others own them now. */
  leaveOne(): void {
    if (this.stages.length === 0) return;
    this.#random.pick(this.stages).leave(this.#random.pick(['stop', 'lose'] as const));
  }

  /** Stages with partitions that no process holds just now. */
  missing(): StageKind[] {
    return this.#kinds().filter((kind) => {
      const held = this.stages.filter(({ stage, isLeaving }) => stage.group === groupOf(kind) && !isLeaving);
      return new Set(held.flatMap(({ partitions }) => partitions)).size < this.#site.partitions;
    });
  }

  /** Starts a process with all partitions of a stage, or some of them. */
  start(kind: StageKind): void {
    const partitions = this.#random.chance(0.6) ? this.#all() : [this.#random.pick(this.#all())];
    const logOf = (process: SimProcess): ProcessLog => this.#gates.logOf(process);
    this.#startStage(kind, partitions, logOf, this.#anySoftware());
  }

  /** Around an upgrade some processes run the other version. */
  #anySoftware(): Software {
    const { software } = this.#site;
    if (!this.#options.troubles.includes('upgrade') || !this.#random.chance(0.25)) return software;
    return software === 'new' ? 'old' : 'new';
  }

  startAny(): void {
    if (this.stages.length < 10) this.start(this.#random.pick(this.#kinds()));
  }

  /** The processes that there are do undisturbed what is left to do; what no process holds is taken over. */
  async settle(): Promise<void> {
    this.#leaveSecondOwners();
    for (const stage of this.stages) stage.mustTakeOver = true;
    for (let [rounds, quiet] = [0, 0]; quiet < quietRounds && this.#site.alarms.length === 0; rounds++) {
      if (rounds > 20_000) this.#site.alarm('stuck', 'the processes do not come to an end');
      this.#startMissing();
      await microtasks();
      this.forgetDead();
      const idle = this.stages.filter((stage) => stage.idle().length > 0);
      const isTakenOver = this.stages.every(
        (stage) => stage.stage.takeOver === undefined || !stage.mustTakeOver,
      );
      quiet = this.isAtWork || !isTakenOver ? 0 : quiet + 1;
      if (idle.length === 0) for (const stage of this.stages) stage.takeOver();
      // A copy: opening takes out of the list.
      for (const call of this.#gates.waiting.slice()) this.#gates.open(call, 'pass');
      for (const stage of idle) for (const partition of stage.idle()) stage.start(partition, 50);
      if (idle.length === 0) for (const stage of this.stages) stage.passTime();
    }
  }

  /** Takes over the partitions that no process holds, and no others. */
  #startMissing(): void {
    for (const kind of this.missing()) {
      const own = this.stages.filter(({ stage, isLeaving }) => stage.group === groupOf(kind) && !isLeaving);
      const held = new Set(own.flatMap(({ partitions }) => partitions));
      const free = this.#all().filter((partition) => !held.has(partition));
      this.#startStage(kind, free, (process) => this.#gates.logOf(process));
    }
  }

  #all(): number[] {
    return Array.from({ length: this.#site.partitions }, (_, partition) => partition);
  }

  /** The group has come to an agreement who owns what. */
  #leaveSecondOwners(): void {
    const owned = new Set<string>();
    for (const process of this.stages) {
      const own = process.partitions.map((partition) => `${process.stage.group}/${partition}`);
      if (own.some((each) => owned.has(each))) process.leave('lose');
      else for (const each of own) owned.add(each);
    }
  }

  /**
   * What does not run with the catalogue or the program of today ends: normalizers, and those of the program
   * of before.
   */
  endOutdated(): void {
    for (const process of this.stages) {
      const isOld = this.#software.get(process) !== this.#site.software;
      if (isOld || process.stage.name === 'normalizer') this.#gates.kill(process);
    }
    this.forgetDead();
  }

  /** Fresh processes, one after the other, do undisturbed what is left to do. */
  async finish(): Promise<void> {
    for (const kind of this.#kinds()) {
      const stage = this.#startStage(kind, this.#all(), () => this.#site.log);
      await this.#drain(stage);
      stage.isDead = true;
      this.forgetDead();
    }
  }

  startClose(): void {
    const process: SimProcess = { name: `invoicer-${++this.#names}`, isDead: false };
    const { catalogues, inForce, partitions } = this.#site;
    const catalogue = this.#random.chance(0.8) ? inForce : this.#random.pick(catalogues);
    const [rival] = this.#closers.values();
    const asked = {
      // Two invoicers that close one period at once are of interest most.
      ...(rival !== undefined && this.#random.chance(0.7)
        ? rival
        : { contract: this.#random.pick(contractIds), period: this.#random.pick(closablePeriods) }),
      mode: this.#random.pick(['close', 'adjust', 'adjust'] as const),
    };
    if (!centres[catalogue].contracts.includes(asked.contract)) return;
    this.#closers.set(process, asked);
    const store = this.#gates.storeOf(process, new MemoryStore(this.#site.data));
    const failed = (what: string): void => {
      if (this.#site.wasElsewhere) return;
      this.#site.alarm('close-failed', `${asked.contract} ${asked.period}: ${what}`);
    };
    const software = this.#anySoftware();
    closeWith(logOfInvoicer(this.#gates.logOf(process), software), store, catalogue, partitions, asked)
      .then((result) => {
        if (result.status === 'disagree') failed(JSON.stringify(result));
      })
      .catch((error: unknown) => {
        if (!isExpected(error)) failed(textOf(error));
      })
      .finally(() => this.#closers.delete(process));
  }

  /** Posts again what the program of today takes to mean something else; may be cut short. */
  startReinterpretation(): void {
    const process = this.#command('reinterpret');
    const store = this.#gates.storeOf(process, new MemoryStore(this.#site.data));
    reinterpretAll(this.#gates.logOf(process), store, this.#site.now).catch((error: unknown) => {
      if (!isExpected(error)) this.#site.alarm('stopped', textOf(error));
    });
  }

  /** Asks as before a close whether all has been dealt with that was accepted. */
  startLook(): void {
    const process = this.#command('look');
    const { accepted, data, log } = this.#site;
    const before = [...accepted];
    const view = {
      log: this.#gates.logOf(process),
      store: this.#gates.storeOf(process, new MemoryStore(data)),
    };
    const now = { timeoutMs: -1, stallTimeoutMs: -1, pollMs: 0 };
    catchUp(view, now).then(
      ({ status }) => {
        const missing = status === 'caughtUp' ? missingFacts(log, before) : [];
        if (missing.length > 0) this.#site.alarm('not-caught-up', `without ${missing[0]}`);
      },
      () => undefined,
    );
  }

  #command(name: string): SimProcess {
    const process: SimProcess = { name: `${name}-${++this.#names}`, isDead: false };
    this.#others.push(process);
    return process;
  }

  #kinds(): StageKind[] {
    return ['normalizer', 'meter', 'tally'];
  }

  #startStage(
    kind: StageKind,
    partitions: readonly number[],
    logOf: (process: SimProcess) => ProcessLog,
    software = this.#site.software,
  ): StageProcess {
    const { log, data } = this.#site;
    const store = new MemoryStore(data);
    const stage = (process: SimProcess): StageInProcess => {
      const own = logOf(process);
      return this.#stageOf(kind, own, own === log ? store : this.#gates.storeOf(process, store), software);
    };
    const name = `${kind}-${++this.#names}`;
    const onStopped = (where: string, error: Error): void => {
      this.#site.stopped(started.stage, where, error);
    };
    const started = new StageProcess({ name, stage, partitions, log, logOf, onStopped }).begin();
    this.stages.push(started);
    this.#software.set(started, software);
    return started;
  }

  #stageOf(kind: StageKind, log: ProcessLog, store: Store, software: Software): StageInProcess {
    const onRefused = (): void => undefined;
    if (kind === 'normalizer') return normalizerIn(log, [...this.#site.connections], onRefused);
    if (kind === 'meter') return meterIn(log, store, this.#options, onRefused, software);
    return tallyIn(log, store, this.#options, onRefused);
  }

  async #drain(stage: StageProcess): Promise<void> {
    for (let rounds = 0; this.#site.alarms.length === 0; rounds++) {
      await microtasks();
      const idle = stage.idle();
      const isDone = idle.length === 0 && !stage.isPaused && !stage.isBusy;
      if (isDone && (stage.stage.takeOver === undefined || !stage.mustTakeOver)) return;
      if (isDone) stage.takeOver();
      if (rounds > 10_000) this.#site.alarm('stuck', `${stage.stage.group} does not come to an end`);
      for (const partition of idle) stage.start(partition, 50);
      if (idle.length === 0) stage.passTime();
    }
  }
}

/** In which the timers of each process come up, all partitions' checks among them. */
const quietRounds = 12;

/** Until every process waits at a gate or has nothing to do. */
export async function microtasks(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** What a close may throw while others work: it is asked again. */
function isExpected(error: unknown): boolean {
  return [LogUnavailable, StoreUnavailable, TallyRecounting].some((kind) => error instanceof kind);
}

function textOf(error: unknown): string {
  return Error.isError(error) ? (error.stack ?? error.message) : String(error);
}
