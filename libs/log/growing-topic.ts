import { fingerprintOf } from './fingerprint.js';
import type { Log, LogRecord } from './log.js';
import { anotherLog } from './offset-checks.js';

/**
 * Reads a topic of one partition that only grows: once, and then what is new. The last record that was read
 * is read again each time: in a topic that was recreated, or restored from a copy, another one lies there.
 */
export class GrowingTopic {
  readonly #log: Pick<Log, 'read'>;
  readonly #topic: string;
  #last: LogRecord | null = null;

  constructor(log: Pick<Log, 'read'>, topic: string) {
    this.#log = log;
    this.#topic = topic;
  }

  /** Passes on what is new, in order. Throws `WrongLog` where it is another log than before. */
  async readOn(take: (record: LogRecord) => void): Promise<void> {
    for (;;) {
      const before = this.#last;
      const records = await this.#log.read(this.#topic, 0, before?.offset ?? 0, recordsAtOnce);
      const [first] = records;
      if (first === undefined) return;
      const fault = before === null ? null : anotherLog(`${this.#topic}/0`, fingerprintOf(before), first, 0);
      if (fault !== null) throw fault;
      const added = before === null ? records : records.slice(1);
      for (const record of added) take(record);
      const last = added.at(-1);
      if (last === undefined) return;
      this.#last = last;
    }
  }
}

const recordsAtOnce = 200;
