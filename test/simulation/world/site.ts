import { auditJournal } from '#pipeline/audit/audit-journal.js';
import { closedCuts } from '#pipeline/audit/closed-cuts.js';
import { knownHeads } from '#pipeline/audit/known-heads.js';
import { CatalogueFaults } from '#catalogue/load.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { openRefusals, redrive } from '#pipeline/redrive.js';
import { encodeRaw } from '#wire/raw.js';
import { meterStage } from '#wire/stages.js';
import { decodeStateRecord } from '#wire/states.js';
import { topics, topicSettings } from '#wire/topics.js';
import { LogUnusable, WrongLog } from '#log/log.js';
import { type Centre, connection } from '../centre.js';
import type { Plan } from '../plan.js';
import { MemoryLog } from '../ports/memory-log.js';
import { MemoryData, MemoryStore, type Snapshot } from '../ports/memory-store.js';
import type { Random } from '../random.js';
import type { Delivery } from '../workload/deliveries.js';
import { centreNames, lookups } from './installation.js';
import { lateConnection, rawOf } from './sim-platform.js';
import type { Software } from './software.js';
import { OtherLog } from './other-log.js';
import type { StageInProcess } from './stage-process.js';

/** What must never happen, whatever fails. */
export interface Alarm {
  readonly code: 'stopped' | 'close-failed' | 'stuck' | 'not-caught-up' | 'still-different' | 'head-differs';
  readonly message: string;
}

const dawn = Date.UTC(2026, 2, 28);

/** What lasts while processes come and go: log, store, and what the operator has put in force. */
export class Site {
  readonly log: MemoryLog;
  readonly data = new MemoryData();
  readonly alarms: Alarm[] = [];
  /** Catalogues that were put in force, one after the other; the last of them is. */
  readonly catalogues: Centre['name'][] = [];
  /** In the catalogue in force. */
  readonly connections: string[] = [connection];
  /** Deliveries that the intake has acknowledged. */
  readonly accepted: Delivery[] = [];
  /** What is refused for good: `delivery row reason`, or `topic partition offset reason`. */
  readonly unusable = new Set<string>();
  readonly partitions: number;
  readonly otherLog: OtherLog;
  /** Groups whose stages stopped because their position is in another log, and wait for an operator. */
  readonly stoppedGroups = new Set<string>();
  /** Whether another log was ever connected: until its traces are gone, closes may stop. */
  wasElsewhere = false;
  /** What processes start with. */
  software: Software;
  now = dawn;
  readonly #plan: Plan;
  readonly #random: Random;
  /** Earlier moments of the store, the latest first. */
  readonly #snapshots: Snapshot[] = [];

  private constructor(plan: Plan, random: Random) {
    this.#plan = plan;
    this.#random = random;
    this.partitions = plan.options.partitions;
    this.log = new MemoryLog(() => this.now);
    this.otherLog = new OtherLog(this.log, random);
    this.software = plan.options.troubles.includes('upgrade') ? 'old' : 'new';
  }

  static async create(plan: Plan, random: Random): Promise<Site> {
    const site = new Site(plan, random);
    await site.log.createTopics(topicSettings(site.partitions));
    site.otherLog.begin();
    await site.#putInForce('first');
    return site;
  }

  get inForce(): Centre['name'] {
    return this.catalogues.at(-1) ?? 'first';
  }

  alarm(code: Alarm['code'], message: string): void {
    this.alarms.push({ code, message });
  }

  /** A partition stops for good: as it must where its position is in another log, else that is an alarm. */
  stopped({ name, group }: Pick<StageInProcess, 'name' | 'group'>, where: string, error: Error): void {
    const isNamed = error instanceof WrongLog || error instanceof LogUnusable;
    if (this.wasElsewhere && isNamed) this.stoppedGroups.add(group);
    else this.alarm('stopped', `${name} ${where}: ${error.stack ?? error.message}`);
  }

  /**
   * `tallyline audit`: where the meter's state names another journal than this one, its state is to be
   * dropped. Without another log no head ever differs, and that of a close in no case.
   */
  async auditHeads(): Promise<void> {
    const known = await knownHeads(this.log, new MemoryStore(this.data), await closedCuts(this.log));
    const { faults } = await auditJournal(this.log, known);
    for (const fault of faults) {
      if (fault.code !== 'head-differs' || fault.known.close === null) continue;
      this.alarm('head-differs', `the audit finds another journal than that of ${fault.known.name}`);
    }
    const isOfState = faults.some((fault) => fault.code === 'head-differs' && fault.known.close === null);
    if (!isOfState) return;
    if (this.wasElsewhere) this.stoppedGroups.add(meterStage.group);
    else this.alarm('head-differs', 'the audit finds another journal than that of the meter');
  }

  /**
   * docs/faults.md, "Another log": the state of stages that stopped in this log is dropped, and they make it
   * again.
   */
  async dropStopped(): Promise<void> {
    const store = new MemoryStore(this.data);
    for (const keyspace of await store.keyspaces()) {
      const group = keyspace === meterStage.keyspace ? meterStage.group : keyspace;
      if (this.stoppedGroups.has(group)) await store.drop(keyspace);
    }
    this.stoppedGroups.clear();
  }

  get isAllAccepted(): boolean {
    return this.accepted.length === this.#plan.deliveries.length;
  }

  /** Takes the next deliveries; one whose sender got no answer comes again. */
  async accept(): Promise<void> {
    for (let left = this.#random.integer(1, 4); left > 0; left--) {
      const number = this.accepted.length;
      const delivery = this.#plan.deliveries[number];
      if (delivery === undefined) return;
      this.now += this.#random.pick([0, 1, 1_000, 3_600_000]);
      const raw = rawOf(delivery, number, connection, this.now);
      const record = { key: raw.id, value: encodeRaw(raw) };
      const times = this.#random.chance(0.1) ? 2 : 1;
      for (let time = 0; time < times; time++) await this.log.append(topics.raw.name, [record]);
      for (let row = 0; row < delivery.badRows; row++) this.unusable.add(`${raw.id} ${row} invalid-field`);
      if (delivery.kind === 'noConnection') this.unusable.add(`${raw.id} null unknown-connection`);
      if (delivery.kind === 'notText') this.unusable.add(`${raw.id} null unreadable`);
      this.accepted.push(delivery);
    }
  }

  /** A record that no one can read, in some topic. */
  async poison(): Promise<void> {
    const read = [topics.raw, topics.facts, topics.postings];
    const others = [topics.refused, topics.closes, topics.invoiceReady, topics.catalogue];
    const { name } = this.#random.pick([...read, ...read, ...others]);
    const value = this.#random.pick(['', 'not JSON', '{}', '[1,', '[99,"x",1]', '["\\ud800"]', 'null']);
    const partition = this.#random.integer(0, this.log.endsNow(name).length - 1);
    const [at] = await this.log.append(name, [{ key: 'poison', value, partition }]);
    if (read.some((topic) => topic.name === name)) {
      this.unusable.add(`${name} ${partition} ${at?.offset} unreadable`);
    }
  }

  /**
   * Another catalogue, or one that was in force before; where closed periods forbid it, it stays as it was.
   */
  async amend(): Promise<void> {
    const others = centreNames.filter((name) => name !== this.inForce);
    await this.#putInForce(this.#random.pick(others)).catch((error: unknown) => {
      if (!(error instanceof CatalogueFaults)) throw error;
    });
  }

  /** The missing connection is added, and what was refused for it is sent through again. */
  async connect(): Promise<void> {
    if (!this.connections.includes(lateConnection)) this.connections.push(lateConnection);
    await this.redriveRefusals();
  }

  /** Sends through again what an unknown connection was the reason for; returns how many. */
  async redriveRefusals(): Promise<number> {
    const open = await openRefusals(this.log);
    const refusals = open.filter(({ reason }) => reason === 'unknown-connection');
    return (await redrive(this.log, refusals, { actor: null, at: this.now, reason: null })).redriven;
  }

  remember(): void {
    this.#snapshots.unshift(this.data.snapshot());
    this.#snapshots.splice(4);
  }

  /** The store, or one place of it, goes back to an earlier moment. */
  rewind(): void {
    if (this.#snapshots.length > 0) this.data.restore(this.#random.pick(this.#snapshots), this.#somePlaces());
  }

  /** The store, or one place of it, is lost. */
  wipe(): void {
    this.data.restore(new Map(), this.#somePlaces());
  }

  /**
   * While no process runs, facts expire as far as kept states suffice, and the meter's store is lost. It goes
   * back to no moment before.
   */
  expireFacts(): void {
    if (this.otherLog.isConnected) return;
    for (let partition = 0; partition < this.partitions; partition++) {
      const states = this.log.recordsNow(topics.states.name, partition, 0, Infinity);
      const covered = states.reduce((to, { value }) => {
        const record = decodeStateRecord(value);
        return record?.kind === 'covered' ? Math.max(to, record.from) : to;
      }, 0);
      this.log.expire(topics.facts.name, partition, this.#random.integer(0, covered));
    }
    this.#snapshots.splice(0);
    const places = [...this.data.places.keys()].filter((name) => name.startsWith(meterStage.keyspace));
    this.data.restore(new Map(), places);
  }

  #somePlaces(): string[] | null {
    const names = [...this.data.places.keys()];
    return names.length === 0 || this.#random.chance(0.3) ? null : [this.#random.pick(names)];
  }

  async #putInForce(name: Centre['name']): Promise<void> {
    const catalogues = new CatalogueLog(this.log);
    const act = { author: 'the centre', reason: null, at: this.now };
    await catalogues.apply(lookups[name].catalogue, act, await catalogues.inForce());
    this.catalogues.push(name);
  }
}
