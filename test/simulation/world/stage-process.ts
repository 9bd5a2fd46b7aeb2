import type { BatchResult, PartitionHandler } from '#log/log.js';
import type { MemoryLog } from '../ports/memory-log.js';
import type { MemoryStore } from '../ports/memory-store.js';
import type { SimProcess } from './gates.js';

/** What a process runs. */
export interface StageInProcess {
  readonly name: 'meter' | 'tally';
  readonly topic: string;
  readonly group: string;
  readonly keyspace: string;
  readonly handler: PartitionHandler;
}

interface PartitionRun {
  state: 'unassigned' | 'busy' | 'ready';
  /** Where it goes on; in `ready` what the handler said last. */
  next: number;
}

/** What is needed of a handler that stopped a partition: that is never expected. */
export type OnStopped = (where: string, error: unknown) => void;

/**
 * A process with one stage, driven step by step as `libs/log/driver.ts` drives it: assigned, batch after
 * batch, assigned again where it was fenced or where the store is behind. One call per partition at a time.
 */
export class StageProcess implements SimProcess {
  readonly name: string;
  isDead = false;
  readonly stage: StageInProcess;
  readonly #log: MemoryLog;
  readonly #onStopped: OnStopped;
  readonly #runs = new Map<number, PartitionRun>();

  constructor(
    name: string,
    stage: (process: SimProcess) => StageInProcess,
    partitions: readonly number[],
    log: MemoryLog,
    onStopped: OnStopped,
  ) {
    this.name = name;
    this.stage = stage(this);
    this.#log = log;
    this.#onStopped = onStopped;
    for (const partition of partitions) this.#runs.set(partition, { state: 'unassigned', next: 0 });
  }

  get partitions(): readonly number[] {
    return [...this.#runs.keys()];
  }

  /** Partitions with something to do. */
  idle(): number[] {
    if (this.isDead) return [];
    const ends = this.#log.endsNow(this.stage.topic);
    return [...this.#runs].flatMap(([partition, { state, next }]) => {
      const isIdle = state === 'unassigned' || (state === 'ready' && next < (ends[partition] ?? 0));
      return isIdle ? [partition] : [];
    });
  }

  get isBusy(): boolean {
    return !this.isDead && [...this.#runs.values()].some(({ state }) => state === 'busy');
  }

  /** Starts the next call of a partition; a batch has at most `limit` records. */
  start(partition: number, limit: number): void {
    const run = this.#run(partition);
    const isNew = run.state === 'unassigned';
    run.state = 'busy';
    const work = isNew ? this.#assign(partition, run) : this.#deliver(partition, run, limit);
    work.catch((error: unknown) => {
      if (!this.isDead) this.#onStopped(`${this.name} ${this.stage.topic}/${partition}`, error);
    });
  }

  /** Where the store has less than the handler said last, the partition is assigned again. */
  async recheck(store: MemoryStore): Promise<void> {
    for (const [partition, run] of this.#runs) {
      if (run.state !== 'ready') continue;
      const [stored = null] = await store.nexts(this.stage.keyspace, [partition]);
      if (stored === null || stored < run.next) run.state = 'unassigned';
    }
  }

  async #assign(partition: number, run: PartitionRun): Promise<void> {
    let next: number;
    try {
      next = await this.stage.handler.assigned(partition);
    } catch {
      // Lost infrastructure: asked again.
      if (!this.isDead) run.state = 'unassigned';
      return;
    }
    if (this.isDead) return;
    const end = this.#log.endsNow(this.stage.topic)[partition] ?? 0;
    if (next > end) throw new Error(`it goes on at ${next}, and the log ends at ${end}`);
    Object.assign(run, { state: 'ready', next });
  }

  async #deliver(partition: number, run: PartitionRun, limit: number): Promise<void> {
    const { topic, handler, group } = this.stage;
    const records = this.#log.recordsNow(topic, partition, run.next, limit);
    const end = this.#log.endsNow(topic)[partition] ?? 0;
    const result: BatchResult = await handler.batch({ topic, partition, records, end });
    if (this.isDead) return;
    switch (result.status) {
      case 'done':
        Object.assign(run, { state: 'ready', next: result.next });
        this.#log.commit(group, topic, partition, result.next);
        return;
      case 'fenced':
        run.state = 'unassigned';
        return;
      case 'retry':
        run.state = 'ready';
        return;
    }
  }

  #run(partition: number): PartitionRun {
    const run = this.#runs.get(partition);
    if (run === undefined) throw new Error(`${this.name} does not hold partition ${partition}`);
    return run;
  }
}
