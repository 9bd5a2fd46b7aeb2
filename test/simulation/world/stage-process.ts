import { PartitionDriver } from '#log/driver.js';
import type { PartitionSource } from '#log/partition-source.js';
import {
  type ConsumeOptions,
  type LogRecord,
  LogUnavailable,
  type PartitionHandler,
  type StoredPosition,
  WrongLog,
} from '#log/log.js';
import { StoreUnavailable } from '#store/store.js';
import type { MemoryLog } from '../ports/memory-log.js';
import type { ProcessLog } from '../ports/process-log.js';
import type { SimProcess } from './gates.js';
import { SimTime } from './sim-time.js';

/** What a process runs. */
export interface StageInProcess {
  readonly name: 'normalizer' | 'meter' | 'tally';
  readonly topic: string;
  readonly group: string;
  readonly handler: PartitionHandler;
  /** Of a tally: one step towards the catalogue in force. */
  readonly takeOver?: () => Promise<boolean>;
  /** As the stage's driver asks for it; absent: its position is the committed one. */
  readonly storedPosition?: ConsumeOptions['storedPosition'];
}

/** Called where a partition stops for good. */
export type OnStopped = (where: string, error: Error) => void;

export interface StageProcessOptions {
  readonly name: string;
  readonly stage: (process: SimProcess) => StageInProcess;
  readonly partitions: readonly number[];
  /** What there is. */
  readonly log: MemoryLog;
  /** How the process reaches it. */
  readonly logOf: (process: SimProcess) => ProcessLog;
  readonly onStopped: OnStopped;
}

/**
 * A process with one stage. Its partitions are driven by the product's own driver; when something is fetched
 * and when a timer is due, the scheduler says.
 */
export class StageProcess implements SimProcess {
  readonly name: string;
  isDead = false;
  /** It gives its partitions away, and may have a batch under way still. */
  isLeaving = false;
  readonly stage: StageInProcess;
  readonly #time = new SimTime(0);
  readonly #readers: ReadonlyMap<number, PartitionReader>;
  readonly #onStopped: OnStopped;
  #isTakingOver = false;
  /** It has to take over what is in force, as far as is known. */
  mustTakeOver = true;

  constructor({ name, stage, partitions, log, logOf, onStopped }: StageProcessOptions) {
    this.name = name;
    this.stage = stage(this);
    this.#onStopped = onStopped;
    const own = logOf(this);
    const stopped = (partition: number, error: Error): void => {
      if (!this.isDead) onStopped(`${this.name} ${this.stage.topic}/${partition}`, error);
    };
    this.#readers = new Map(
      partitions.map((partition) => {
        const options = { partition, stage: this.stage, log, own, time: this.#time, onStopped: stopped };
        return [partition, new PartitionReader(options)];
      }),
    );
  }

  /** It has its partitions from now on. */
  begin(): this {
    for (const reader of this.#readers.values()) reader.start();
    return this;
  }

  get partitions(): readonly number[] {
    return [...this.#readers.keys()];
  }

  /** Partitions with records that may be delivered. */
  idle(): number[] {
    if (this.isDead || this.isLeaving) return [];
    return [...this.#readers.values()].filter(({ isIdle }) => isIdle).map(({ partition }) => partition);
  }

  /** Whether a call of a handler, or what comes before it, is under way. */
  get isBusy(): boolean {
    return !this.isDead && [...this.#readers.values()].some((reader) => reader.isBusy);
  }

  /** Whether a partition waits for its time. */
  get isPaused(): boolean {
    return !this.isDead && !this.isLeaving && [...this.#readers.values()].some((reader) => reader.isPaused);
  }

  /** Partitions that go on with nothing more. */
  get stopped(): number[] {
    return [...this.#readers.values()].filter(({ isStopped }) => isStopped).map(({ partition }) => partition);
  }

  get canTakeOver(): boolean {
    return !this.isDead && this.stage.takeOver !== undefined && !this.#isTakingOver;
  }

  /** One step towards the catalogue in force, beside all else. */
  takeOver(): void {
    if (!this.canTakeOver) return;
    this.#isTakingOver = true;
    const ended = (isMore: boolean): void => {
      this.#isTakingOver = false;
      this.mustTakeOver = isMore;
    };
    this.stage.takeOver?.().then(ended, (error: unknown) => {
      ended(true);
      const kinds = [LogUnavailable, StoreUnavailable, WrongLog];
      if (this.isDead || kinds.some((kind) => error instanceof kind)) return;
      this.#onStopped(`${this.name} taking over`, Error.isError(error) ? error : new Error(String(error)));
    });
  }

  /** Delivers the next records of a partition, at most `limit`. */
  start(partition: number, limit: number): void {
    const reader = this.#readers.get(partition);
    if (reader === undefined) throw new Error(`${this.name} does not hold partition ${partition}`);
    reader.deliver(limit);
  }

  /** The next timer is due: a pause ends, or a partition is compared with log and store. */
  passTime(): void {
    if (!this.isDead) this.#time.passToNext();
  }

  /** Ends as it should, or because others own its partitions now; afterwards it is dead. */
  leave(how: 'stop' | 'lose'): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    const left = Promise.all([...this.#readers.values()].map(async (reader) => reader.end(how)));
    void left.then(() => {
      this.isDead = true;
    });
  }
}

interface ReaderOptions {
  readonly partition: number;
  readonly stage: StageInProcess;
  readonly log: MemoryLog;
  readonly own: ProcessLog;
  readonly time: SimTime;
  readonly onStopped: (partition: number, error: Error) => void;
}

class PartitionReader implements PartitionSource {
  readonly partition: number;
  readonly #options: ReaderOptions;
  readonly #driver: PartitionDriver;
  #isWanted = false;
  #isDelivering = false;

  constructor(options: ReaderOptions) {
    this.partition = options.partition;
    this.#options = options;
    const { stage, partition, time, onStopped } = options;
    const { topic, handler, storedPosition } = stage;
    const from = storedPosition === undefined ? {} : { storedPosition };
    const initial = { next: 0, end: 0 };
    this.#driver = new PartitionDriver({
      topic,
      partition,
      handler,
      source: this,
      time,
      initial,
      onStopped,
      ...from,
    });
  }

  start(): void {
    this.#driver.start();
  }

  async end(how: 'stop' | 'lose'): Promise<void> {
    await (how === 'stop' ? this.#driver.stop() : this.#driver.lose());
  }

  get isIdle(): boolean {
    return this.#isWanted && !this.#isDelivering && this.#driver.next < this.#bounds().end;
  }

  get isBusy(): boolean {
    return this.#isDelivering || (!this.#isWanted && !this.isPaused && !this.isStopped);
  }

  get isPaused(): boolean {
    const { pausedBy, stopped } = this.#driver.progress();
    return !this.#isWanted && !this.#isDelivering && !stopped && pausedBy !== null;
  }

  get isStopped(): boolean {
    return this.#driver.progress().stopped;
  }

  deliver(limit: number): void {
    const { log, stage } = this.#options;
    const { begin, end } = this.#bounds();
    const records = log.recordsNow(stage.topic, this.partition, this.#driver.next, limit);
    const next = (records.at(-1)?.offset ?? end - 1) + 1;
    this.#isDelivering = true;
    const delivering = this.#driver.deliver({ records, next, begin, end });
    void delivering
      .catch(() => undefined)
      .then(() => {
        this.#isDelivering = false;
      });
  }

  deliverFrom(): void {
    this.#isWanted = true;
  }

  stopDelivery(): void {
    this.#isWanted = false;
  }

  async bounds(): Promise<{ readonly begin: number; readonly end: number }> {
    const all = await this.#options.own.bounds(this.#options.stage.topic);
    const own = all[this.partition];
    if (own === undefined) throw new Error(`there is no partition ${this.partition}`);
    return own;
  }

  async recordFrom(offset: number): Promise<LogRecord | null> {
    const { own, stage } = this.#options;
    return (await own.read(stage.topic, this.partition, offset, 1))[0] ?? null;
  }

  async committed(): Promise<StoredPosition | null> {
    const { own, stage } = this.#options;
    return own.committedPosition(stage.group, stage.topic, this.partition);
  }

  /** A hint: no one waits for it, and it may be lost. */
  commit(position: StoredPosition): void {
    const { own, stage } = this.#options;
    own.commitPosition(stage.group, stage.topic, this.partition, position).catch(() => undefined);
  }

  #bounds(): { readonly begin: number; readonly end: number } {
    return this.#options.log.boundsNow(this.#options.stage.topic, this.partition);
  }
}
