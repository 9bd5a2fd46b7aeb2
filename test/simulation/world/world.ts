import { CloseLog } from '#pipeline/close/close-log.js';
import type { CloseMode, CloseResult } from '#pipeline/close/close-period.js';
import type { ContractId } from '../centre.js';
import type { Plan, Trouble } from '../plan.js';
import { MemoryStore } from '../ports/memory-store.js';
import { Random } from '../random.js';
import { Crew, microtasks } from './crew.js';
import { type Fate, Gates, type PortCall } from './gates.js';
import { closeWith } from './installation.js';
import { reinterpretAll } from './reinterpret-all.js';
import { Site } from './site.js';

/** Steps of one run, after which what is left is done undisturbed. */
const maxSteps = 2_500;

type Action =
  | 'gate'
  | 'work'
  | 'takeOver'
  | 'accept'
  | 'start'
  | 'trouble'
  | 'close'
  | 'look'
  | 'mend'
  | 'late'
  | 'pauseEnds'
  | 'check';

/**
 * A site, and processes that come and go. `run` brings in the deliveries step by step, in an order that the
 * seed decides, with everything that may go wrong; `finish` lets one process of each stage finish the work.
 */
export class World {
  readonly site: Site;
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #gates: Gates;
  readonly #crew: Crew;
  #closeLog: CloseLog | null = null;

  private constructor(plan: Plan, random: Random, site: Site) {
    this.#plan = plan;
    this.#random = random;
    this.site = site;
    this.#gates = new Gates(site.log, random);
    this.#crew = new Crew(site, this.#gates, plan.options, random);
  }

  static async create(plan: Plan): Promise<World> {
    const random = new Random(plan.seed ^ 0x5eed);
    return new World(plan, random, await Site.create(plan, random));
  }

  /** Whether two versions of the program took part. */
  get hasUpgrade(): boolean {
    return this.#may('upgrade');
  }

  async run(): Promise<void> {
    for (let step = 0; step < maxSteps && this.site.alarms.length === 0; step++) {
      if (this.site.isAllAccepted && this.#gates.waiting.length === 0 && !this.#crew.isAtWork) break;
      if (step % 20 === 0) this.site.remember();
      await this.#act();
      await microtasks();
      this.#crew.forgetDead();
    }
    this.#comeBack();
    while (!this.site.isAllAccepted) await this.site.accept();
  }

  /** All processes start again, connected to another log. */
  async #goElsewhere(): Promise<void> {
    this.#crew.killAll();
    for (const append of this.#gates.delayed.splice(0)) await append();
    this.site.wasElsewhere = true;
    await this.site.otherLog.connect(this.#plan.deliveries, this.site.now);
  }

  #comeBack(): void {
    if (!this.site.otherLog.isConnected) return;
    this.#crew.killAll();
    this.#gates.delayed.splice(0);
    this.site.otherLog.disconnect();
    this.site.stoppedGroups.clear();
  }

  /**
   * What the operator does about stages that stopped: the right log is connected, or their state is dropped.
   */
  async #mend(): Promise<void> {
    const { site } = this;
    if (site.otherLog.isConnected) {
      this.#comeBack();
      return;
    }
    this.#crew.endStopped();
    await site.dropStopped();
  }

  /** What is left to do is done without any trouble: by the processes that there are, or by fresh ones. */
  async finish(): Promise<void> {
    const { site } = this;
    const goesOn = this.#random.chance(0.5);
    if (!goesOn) this.#crew.killAll();
    for (const append of this.#gates.delayed.splice(0)) await append();
    if (this.#may('amend')) await site.amend();
    await site.connect();
    site.software = 'new';
    this.#crew.endOutdated();
    const work = async (): Promise<void> => {
      for (let stops = 0; stops < 5; stops++) {
        await (goesOn ? this.#crew.settle() : this.#crew.finish());
        await site.auditHeads();
        if (site.stoppedGroups.size === 0) return;
        await this.#mend();
      }
      site.alarm('stopped', 'a stage stops again and again, though its state was dropped');
    };
    await work();
    // What an old process refused after the connection was there.
    if ((await site.redriveRefusals()) > 0) await work();
    if (this.#may('upgrade')) {
      const store = new MemoryStore(site.data);
      if ((await reinterpretAll(site.log, store, site.now)).length > 0) await work();
      const [left] = await reinterpretAll(site.log, store, site.now);
      if (left !== undefined) site.alarm('still-different', JSON.stringify(left));
    }
    this.#crew.killAll();
  }

  /** Closes or adjusts undisturbed, under the catalogue in force. */
  async close(contract: ContractId, period: string, mode: CloseMode): Promise<CloseResult> {
    const { log, data, inForce, partitions } = this.site;
    this.#closeLog ??= new CloseLog(log);
    const asked = { contract, period, mode };
    return closeWith(log, new MemoryStore(data), inForce, partitions, asked, this.#closeLog);
  }

  #may(trouble: Trouble): boolean {
    return this.#plan.options.troubles.includes(trouble);
  }

  async #act(): Promise<void> {
    const { waiting, delayed } = this.#gates;
    const crew = this.#crew;
    const idle = crew.stages.filter((stage) => stage.idle().length > 0);
    const paused = crew.stages.filter(({ isPaused }) => isPaused);
    const takers = crew.stages.filter(({ canTakeOver }) => canTakeOver);
    const isElsewhere = this.site.otherLog.isConnected;
    const canClose = this.#may('close') && crew.closing < 2 && !isElsewhere;
    const action = this.#random.weighted<Action>([
      [waiting.length > 0 ? 14 : 0, 'gate'],
      [idle.length > 0 ? 5 : 0, 'work'],
      [takers.length > 0 && !isElsewhere ? 1 : 0, 'takeOver'],
      [this.site.isAllAccepted || isElsewhere ? 0 : 1.5, 'accept'],
      [crew.missing().length > 0 ? 3 : 0, 'start'],
      [paused.length > 0 ? 2 : 0, 'pauseEnds'],
      [delayed.length > 0 ? 0.5 : 0, 'late'],
      [canClose ? (crew.closing > 0 ? 1 : 0.4) : 0, 'close'],
      [isElsewhere ? 0 : 0.15, 'look'],
      [this.site.stoppedGroups.size > 0 || isElsewhere ? 0.3 : 0, 'mend'],
      [crew.stages.length > 0 ? 0.4 : 0, 'check'],
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
      case 'takeOver':
        this.#random.pick(takers).takeOver();
        return;
      case 'accept':
        return this.site.accept();
      case 'start':
        crew.start(this.#random.pick(crew.missing()));
        return;
      case 'pauseEnds':
        this.#random.pick(paused).passTime();
        return;
      case 'late':
        await delayed.splice(this.#random.integer(0, delayed.length - 1), 1)[0]?.();
        return;
      case 'close':
        crew.startClose();
        return;
      case 'look':
        crew.startLook();
        return;
      case 'mend':
        return this.#mend();
      case 'check':
        this.#random.pick(crew.stages).passTime();
        return;
      case 'trouble':
        return this.#trouble();
    }
  }

  #openGate(call: PortCall): void {
    this.#gates.open(call, this.#fateOf(call));
    this.#crew.forgetDead();
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

  async #trouble(): Promise<void> {
    const { site } = this;
    const trouble = this.#random.pick(this.#plan.options.troubles.concat(['refused']));
    if (site.otherLog.isConnected && isAct(trouble)) return;
    switch (trouble) {
      case 'secondOwner':
        this.#crew.startAny();
        return;
      case 'rewind':
        site.rewind();
        return this.#checkAll();
      case 'wipe':
        site.wipe();
        return this.#checkAll();
      case 'expire':
        this.#crew.killAll();
        site.expireFacts();
        return;
      case 'amend':
        if (this.#random.chance(0.3)) await site.amend();
        return;
      case 'crash':
        this.#crew.killOne();
        return;
      case 'rebalance':
        this.#crew.leaveOne();
        return;
      case 'poison':
        if (this.#random.chance(0.5)) await site.poison();
        else await site.connect();
        return;
      case 'otherLog':
        if (this.#random.chance(0.4)) await this.#goElsewhere();
        return;
      case 'upgrade':
        if (site.software === 'new') this.#crew.startReinterpretation();
        else if (this.#random.chance(0.3)) site.software = 'new';
        return;
      case 'refused':
      case 'lostAck':
      case 'torn':
      case 'delayed':
      case 'close':
        // Troubles of single calls; here it is only that partitions look what the store has.
        return this.#checkAll();
    }
  }

  /** Most processes look at log and store. */
  #checkAll(): void {
    for (const stage of this.#crew.stages) if (this.#random.chance(0.7)) stage.passTime();
  }
}

/** What an operator would do in the right log only. */
function isAct(trouble: Trouble): boolean {
  return trouble === 'amend' || trouble === 'poison' || trouble === 'upgrade' || trouble === 'otherLog';
}
