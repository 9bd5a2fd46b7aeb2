import { LogUnavailable, type NewRecord, type RecordPosition } from '#log/log.js';
import { partitionOf } from '#log/partition.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import type { MemoryLog } from '../ports/memory-log.js';
import type { ProcessLog } from '../ports/process-log.js';
import type { Random } from '../random.js';

/** A process of the simulation. What it does goes through gates; once it has died no gate opens for it. */
export interface SimProcess {
  readonly name: string;
  isDead: boolean;
}

/** What becomes of a call of a port. */
export type Fate =
  | 'pass'
  /** Nothing happens, and the caller learns that the port cannot be reached. */
  | 'refused'
  /** It takes effect, and the caller learns that it did not. */
  | 'lostAck'
  /** An append whose records arrive in part; the caller sees that it failed. */
  | 'torn'
  /** An append that the caller gives up, and that arrives later. */
  | 'delayed'
  /** The process dies before the call takes effect, or after it did. */
  | 'crashBefore'
  | 'crashAfter';

/** A call that waits until the scheduler decides what becomes of it. */
export interface PortCall {
  readonly process: SimProcess;
  readonly port: 'log' | 'store';
  /** An append can also be torn or delayed. */
  readonly isAppend: boolean;
  decide(fate: Fate): void;
}

/**
 * Ports as processes see them: every call stops at a gate, so the scheduler decides in which order calls take
 * effect and which of them fail. Between two gates nothing of a process runs beside anything else.
 */
export class Gates {
  readonly #log: MemoryLog;
  readonly #random: Random;
  /** Calls that wait, oldest first. */
  readonly waiting: PortCall[] = [];
  /** Appends that were given up and have not arrived yet. */
  readonly delayed: (() => Promise<unknown>)[] = [];

  constructor(log: MemoryLog, random: Random) {
    this.#log = log;
    this.#random = random;
  }

  open(call: PortCall, fate: Fate): void {
    this.waiting.splice(this.waiting.indexOf(call), 1);
    call.decide(fate);
    if (fate === 'crashBefore' || fate === 'crashAfter') this.kill(call.process);
  }

  kill(process: SimProcess): void {
    process.isDead = true;
    const others = this.waiting.filter((call) => call.process !== process);
    this.waiting.splice(0, this.waiting.length, ...others);
  }

  logOf(process: SimProcess): ProcessLog {
    const log = this.#log;
    const gate = async <T>(effect: () => Promise<T>): Promise<T> => this.#wait(process, 'log', effect);
    return {
      append: async (topic, records) => this.#append(process, topic, records),
      read: async (...asked) => gate(() => log.read(...asked)),
      bounds: async (topic) => gate(() => log.bounds(topic)),
      committed: async (...asked) => gate(() => log.committed(...asked)),
      committedPosition: async (...asked) => gate(() => log.committedPosition(...asked)),
      commitPosition: async (...asked) => gate(() => log.commitPosition(...asked)),
      createTopics: async (...asked) => log.createTopics(...asked),
      offsetsAt: async (...asked) => log.offsetsAt(...asked),
      consume: async () => log.consume(),
      close: async () => undefined,
    };
  }

  storeOf(process: SimProcess, store: Store): Store {
    const gate = async <T>(effect: () => Promise<T>): Promise<T> => this.#wait(process, 'store', effect);
    return {
      claim: async (...asked) => gate(() => store.claim(...asked)),
      load: async (...asked) => gate(() => store.load(...asked)),
      commit: async (...asked) => gate(() => store.commit(...asked)),
      sums: async (...asked) => gate(() => store.sums(...asked)),
      nexts: async (...asked) => gate(() => store.nexts(...asked)),
      keys: async (...asked) => gate(() => store.keys(...asked)),
      keyspaces: async () => store.keyspaces(),
      drop: async (...asked) => gate(() => store.drop(...asked)),
      check: async () => store.check(),
      close: async () => undefined,
    };
  }

  #append(process: SimProcess, topic: string, records: readonly NewRecord[]): Promise<RecordPosition[]> {
    const append = (some: readonly NewRecord[]): Promise<RecordPosition[]> => this.#log.append(topic, some);
    return this.#wait(process, 'log', () => append(records), {
      torn: () => append(this.#part(topic, records)),
      later: () => append(records),
    });
  }

  /** Of each partition's records the first ones: a partition keeps their order, whatever fails. */
  #part(topic: string, records: readonly NewRecord[]): NewRecord[] {
    const partitions = this.#log.endsNow(topic).length;
    const groups = Map.groupBy(records, ({ key, partition }) => partition ?? partitionOf(key, partitions));
    return [...groups.values()].flatMap((group) => group.slice(0, this.#random.integer(0, group.length)));
  }

  #wait<T>(
    process: SimProcess,
    port: PortCall['port'],
    effect: () => Promise<T>,
    append: { readonly torn: () => Promise<unknown>; readonly later: () => Promise<unknown> } | null = null,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (process.isDead) return;
      const fail = (): void => {
        reject(port === 'log' ? new LogUnavailable('simulated') : new StoreUnavailable('simulated'));
      };
      const decide = (fate: Fate): void => {
        switch (fate) {
          case 'pass':
            effect().then(resolve, reject);
            return;
          case 'refused':
            fail();
            return;
          case 'lostAck':
            effect().then(fail, fail);
            return;
          case 'torn':
            append?.torn().then(fail, fail);
            return;
          case 'delayed':
            if (append !== null) this.delayed.push(append.later);
            fail();
            return;
          case 'crashBefore':
            return;
          case 'crashAfter':
            void effect().catch(() => undefined);
            return;
        }
      };
      this.waiting.push({ process, port, isAppend: append !== null, decide });
    });
  }
}
