import type { CloseMode, CloseResult } from '#pipeline/close/close-period.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { LogUnavailable } from '#log/log.js';
import { StoreUnavailable } from '#store/store.js';
import { encodeFact } from '#wire/facts.js';
import { topics, topicSettings } from '#wire/topics.js';
import { type Centre, type ContractId, contractIds } from '../centre.js';
import type { Plan, Trouble } from '../plan.js';
import { MemoryLog } from '../ports/memory-log.js';
import { MemoryData, MemoryStore, type Snapshot } from '../ports/memory-store.js';
import { Random } from '../random.js';
import { closablePeriods } from '../records.js';
import { type Fate, Gates, type PortCall, type SimProcess } from './gates.js';
import { closeWith, groupOf, lookups, meterIn, tallyIn } from './installation.js';
import { type StageInProcess, StageProcess } from './stage-process.js';

/** What must never happen, whatever fails. */
export interface Alarm {
  readonly code: 'stopped' | 'refused' | 'close-failed' | 'stuck';
  readonly message: string;
}

const dawn = Date.UTC(2026, 2, 28);
/** Steps of one run, after which what is left is done undisturbed. */
const maxSteps = 1_500;

type Action = 'gate' | 'work' | 'produce' | 'start' | 'trouble' | 'close' | 'late';

/**
 * A log, a store, and processes that come and go. `run` brings in the facts step by step, in an order that
 * the seed decides, with everything that may go wrong; `finish` lets one process of each stage finish the
 * work.
 */
export class World {
  readonly log: MemoryLog;
  readonly data = new MemoryData();
  readonly alarms: Alarm[] = [];
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #gates: Gates;
  #now = dawn;
  #stages: StageProcess[] = [];
  readonly #closers = new Map<SimProcess, { readonly contract: ContractId; readonly period: string }>();
  #produced = 0;
  #closeLog: CloseLog | null = null;
  /** Earlier moments of the store, the latest first. */
  readonly #snapshots: Snapshot[] = [];
  #names = 0;
  /** Catalogues whose tallies are kept, the one in force last. */
  readonly catalogues: Centre['name'][] = ['first'];

  private constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = new Random(plan.seed ^ 0x5eed);
    this.log = new MemoryLog(() => this.#now);
    this.#gates = new Gates(this.log, this.#random);
  }

  static async create(plan: Plan): Promise<World> {
    const world = new World(plan);
    await world.log.createTopics(topicSettings(plan.options.partitions));
    await world.#putInForce('first');
    return world;
  }

  async run(): Promise<void> {
    const { deliveries } = this.#plan;
    for (let step = 0; step < maxSteps && this.alarms.length === 0; step++) {
      if (this.#produced === deliveries.length && !this.#hasWork()) break;
      if (step % 20 === 0) this.#remember();
      await this.#act();
      await microtasks();
    }
    while (this.#produced < deliveries.length) await this.#produce();
  }

  /** What is left to do is done by fresh processes, without any trouble. */
  async finish(): Promise<void> {
    for (const process of [...this.#stages, ...this.#closers.keys()]) this.#gates.kill(process);
    this.#stages = [];
    for (const append of this.#gates.delayed.splice(0)) await append();
    if (this.#plan.options.troubles.includes('amend')) await this.#amend();
    const store = new MemoryStore(this.data);
    const stages = [
      () => this.#meter(store),
      ...this.catalogues.map((each) => () => this.#tally(each, store)),
    ];
    for (const stage of stages)
      await this.#drain(new StageProcess('last', stage, this.#all(), this.log, this.#onStopped));
  }

  /** Closes or adjusts undisturbed, under the catalogue in force. */
  async close(contract: ContractId, period: string, mode: CloseMode): Promise<CloseResult> {
    const store = new MemoryStore(this.data);
    const asked = { contract, period, mode };
    this.#closeLog ??= new CloseLog(this.log);
    return closeWith(this.log, store, this.inForce, this.#plan.options.partitions, asked, this.#closeLog);
  }

  get inForce(): Centre['name'] {
    return this.catalogues.at(-1) ?? 'first';
  }

  readonly #onStopped = (where: string, error: unknown): void => {
    this.#alarm('stopped', `${where}: ${textOf(error)}`);
  };

  #alarm(code: Alarm['code'], message: string): void {
    this.alarms.push({ code, message });
  }

  #remember(): void {
    this.#snapshots.unshift(this.data.snapshot());
    this.#snapshots.splice(4);
  }

  #may(trouble: Trouble): boolean {
    return this.#plan.options.troubles.includes(trouble);
  }

  #hasWork(): boolean {
    const { waiting } = this.#gates;
    return waiting.length > 0 || this.#stages.some((stage) => stage.isBusy || stage.idle().length > 0);
  }

  async #act(): Promise<void> {
    const { waiting, delayed } = this.#gates;
    const idle = this.#stages.filter((stage) => stage.idle().length > 0);
    const isShort = this.#missing().length > 0;
    const canClose = this.#may('close') && this.#closers.size < 2;
    const action = this.#random.weighted<Action>([
      [waiting.length > 0 ? 12 : 0, 'gate'],
      [idle.length > 0 ? 5 : 0, 'work'],
      [this.#produced < this.#plan.deliveries.length ? 1.5 : 0, 'produce'],
      [isShort ? 3 : 0, 'start'],
      [delayed.length > 0 ? 0.5 : 0, 'late'],
      [canClose ? (this.#closers.size > 0 ? 1 : 0.4) : 0, 'close'],
      [0.3, 'trouble'],
    ]);
    switch (action) {
      case 'gate':
        this.#openGate(this.#random.pick(waiting));
        return;
      case 'work': {
        const stage = this.#random.pick(idle);
        const limit = this.#random.integer(1, this.#plan.options.batchRecords);
        stage.start(this.#random.pick(stage.idle()), limit);
        return;
      }
      case 'produce':
        return this.#produce();
      case 'start':
        this.#startStage(this.#random.pick(this.#missing()));
        return;
      case 'late':
        await delayed.splice(this.#random.integer(0, delayed.length - 1), 1)[0]?.();
        return;
      case 'close':
        this.#startClose();
        return;
      case 'trouble':
        return this.#trouble();
    }
  }

  #openGate(call: PortCall): void {
    this.#gates.open(call, this.#fateOf(call));
    if (call.process.isDead) this.#closers.delete(call.process);
    this.#stages = this.#stages.filter(({ isDead }) => !isDead);
  }

  #fateOf({ isAppend }: PortCall): Fate {
    if (!this.#random.chance(this.#plan.options.faultRate)) return 'pass';
    const fates = [
      [1, 'refused', 'refused'],
      [1, 'lostAck', 'lostAck'],
      [1, 'crash', 'crashBefore'],
      [1, 'crash', 'crashAfter'],
      [isAppend ? 3 : 0, 'torn', 'torn'],
      [isAppend ? 3 : 0, 'delayed', 'delayed'],
    ] as const;
    return this.#random.weighted<Fate>([
      [0.1, 'pass'],
      ...fates.map(([weight, trouble, fate]) => [this.#may(trouble) ? weight : 0, fate] as const),
    ]);
  }

  async #produce(): Promise<void> {
    for (let left = this.#random.integer(1, 4); left > 0; left--) {
      const fact = this.#plan.deliveries[this.#produced];
      if (fact === undefined) return;
      this.#now += this.#random.pick([0, 1, 1_000, 3_600_000]);
      await this.log.append(topics.facts.name, [{ key: fact.entity, value: encodeFact(fact) }]);
      this.#produced += 1;
    }
  }

  /** Stages whose partitions no process holds just now. */
  #missing(): ('meter' | Centre['name'])[] {
    const { partitions } = this.#plan.options;
    const wanted = ['meter', ...this.catalogues] as const;
    return wanted.filter((each) => {
      const held = this.#stages.filter(({ stage }) => stage.group === groupOf(each));
      return new Set(held.flatMap((stage) => stage.partitions)).size < partitions;
    });
  }

  /** A process with all partitions of a stage, or some of them. */
  #startStage(kind: 'meter' | Centre['name']): void {
    const own = this.#random.chance(0.6) ? this.#all() : [this.#random.pick(this.#all())];
    const store = new MemoryStore(this.data);
    const make = (process: SimProcess): StageInProcess => {
      const gated = this.#gates.storeOf(process, store);
      return kind === 'meter'
        ? meterIn(this.#gates.logOf(process), gated, this.#plan.options, this.#onRefused)
        : tallyIn(this.#gates.logOf(process), gated, kind, this.#plan.options, this.#onRefused);
    };
    const name = `${kind}-${++this.#names}`;
    this.#stages.push(new StageProcess(name, make, own, this.log, this.#onStopped));
  }

  readonly #onRefused = (reason: string): void => this.#alarm('refused', reason);

  #startClose(): void {
    const process: SimProcess = { name: `invoicer-${++this.#names}`, isDead: false };
    const store = this.#gates.storeOf(process, new MemoryStore(this.data));
    const catalogue = this.#random.chance(0.8) ? this.inForce : this.#random.pick(this.catalogues);
    const [rival] = this.#closers.values();
    const asked = {
      // Two invoicers that close one period at once are of interest most.
      ...(rival !== undefined && this.#random.chance(0.7)
        ? rival
        : { contract: this.#random.pick(contractIds), period: this.#random.pick(closablePeriods) }),
      mode: this.#random.pick(['close', 'adjust', 'adjust'] as const),
    };
    this.#closers.set(process, asked);
    closeWith(this.#gates.logOf(process), store, catalogue, this.#plan.options.partitions, asked)
      .then(
        (result) => {
          if (result.status !== 'disagree') return;
          this.#alarm('close-failed', `${asked.contract} ${asked.period}: ${JSON.stringify(result)}`);
        },
        (error: unknown) => {
          if (isExpected(error)) return;
          this.#alarm('close-failed', `${asked.contract} ${asked.period}: ${textOf(error)}`);
        },
      )
      .finally(() => this.#closers.delete(process))
      .catch(() => undefined);
  }

  async #trouble(): Promise<void> {
    const trouble = this.#random.pick(this.#plan.options.troubles.concat(['refused']));
    switch (trouble) {
      case 'secondOwner':
        if (this.#stages.length < 8) this.#startStage(this.#random.pick(['meter', ...this.catalogues]));
        return;
      case 'rewind':
        this.data.restore(this.#random.pick(this.#snapshots), this.#somePlaces());
        return this.#recheck();
      case 'wipe':
        this.data.restore(new Map(), this.#somePlaces());
        return this.#recheck();
      case 'amend':
        if (this.#random.chance(0.3)) await this.#amend();
        return;
      case 'crash':
        if (this.#stages.length === 0) return;
        this.#gates.kill(this.#random.pick(this.#stages));
        this.#stages = this.#stages.filter(({ isDead }) => !isDead);
        return;
      case 'refused':
      case 'lostAck':
      case 'torn':
      case 'delayed':
      case 'close':
        // Troubles of single calls; here it is only that partitions look what the store has.
        return this.#recheck();
    }
  }

  #somePlaces(): string[] | null {
    const names = [...this.data.places.keys()];
    return names.length === 0 || this.#random.chance(0.3) ? null : [this.#random.pick(names)];
  }

  async #recheck(): Promise<void> {
    const store = new MemoryStore(this.data);
    for (const stage of this.#stages) if (this.#random.chance(0.7)) await stage.recheck(store);
  }

  async #amend(): Promise<void> {
    if (this.catalogues.includes('amended')) return;
    await this.#putInForce('amended');
    this.catalogues.push('amended');
  }

  async #putInForce(name: Centre['name']): Promise<void> {
    const catalogues = new CatalogueLog(this.log);
    const act = { author: 'the centre', reason: null, at: this.#now };
    await catalogues.apply(lookups[name].catalogue, act, await catalogues.inForce());
  }

  #all(): number[] {
    return Array.from({ length: this.#plan.options.partitions }, (_, partition) => partition);
  }

  #meter(store: MemoryStore): StageInProcess {
    return meterIn(this.log, store, this.#plan.options, this.#onRefused);
  }

  #tally(catalogue: Centre['name'], store: MemoryStore): StageInProcess {
    return tallyIn(this.log, store, catalogue, this.#plan.options, this.#onRefused);
  }

  async #drain(stage: StageProcess): Promise<void> {
    for (let rounds = 0; stage.idle().length > 0 && this.alarms.length === 0; rounds++) {
      if (rounds > 10_000) {
        this.#alarm('stuck', `${stage.stage.group} does not come to an end`);
        return;
      }
      for (const partition of stage.idle()) stage.start(partition, 50);
      while (stage.isBusy && this.alarms.length === 0) await microtasks();
    }
  }
}

/** Until every process waits at a gate or has nothing to do. */
async function microtasks(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** What a close may throw while others work: it is asked again. */
function isExpected(error: unknown): boolean {
  return error instanceof LogUnavailable || error instanceof StoreUnavailable;
}

function textOf(error: unknown): string {
  return Error.isError(error) ? (error.stack ?? error.message) : String(error);
}
