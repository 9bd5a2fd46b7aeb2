import { encodeFact } from '#wire/facts.js';
import { encodeRaw } from '#wire/raw.js';
import { topics } from '#wire/topics.js';
import { connection } from '../centre.js';
import type { LogContents, MemoryLog } from '../ports/memory-log.js';
import type { Random } from '../random.js';
import type { Delivery } from '../workload/deliveries.js';
import { rawOf } from './sim-platform.js';

/**
 * By mistake processes are connected to another log for a while: to a new one, which may have grown by other
 * records. (To a copy of their own: libs/pipeline/meter/another-log.spec.ts.)
 */
export class OtherLog {
  readonly #log: MemoryLog;
  readonly #random: Random;
  /** With the topics, and nothing in them. */
  #empty: LogContents | null = null;
  /** null: the right log is connected. */
  #own: LogContents | null = null;

  constructor(log: MemoryLog, random: Random) {
    this.#log = log;
    this.#random = random;
  }

  get isConnected(): boolean {
    return this.#own !== null;
  }

  /** The log as it is now, before anything is in it. */
  begin(): void {
    this.#empty = this.#log.contents();
  }

  /** `deliveries`: what the other log may hold, in part. */
  async connect(deliveries: readonly Delivery[], now: number): Promise<void> {
    if (this.#own !== null || this.#empty === null) return;
    this.#own = this.#log.contents();
    this.#log.replace(this.#empty);
    for (const [index, delivery] of deliveries.slice(0, this.#random.integer(0, 12)).entries()) {
      const raw = rawOf(delivery, 1_000 + index, connection, now);
      await this.#log.append(topics.raw.name, [{ key: raw.id, value: encodeRaw(raw) }]);
      const facts = delivery.facts.map((fact) => ({ key: fact.entity, value: encodeFact(fact, now + 7) }));
      await this.#log.append(topics.facts.name, facts);
    }
  }

  /** The right log is connected again, as it was. */
  disconnect(): void {
    if (this.#own !== null) this.#log.replace(this.#own);
    this.#own = null;
  }
}
