import type { Log, NewRecord, PartitionHandler } from '#log/log.js';
import { withoutAppends } from '#pipeline/without-appends.js';
import type { PartitionRef, Store } from '#store/store.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { meter } from '../meter.js';

/**
 * The state of a partition once more, in a scratch store: of kept states, journal and facts, as a meter makes
 * it that has lost its store. Writes nothing into the log.
 */
export class RebuiltMeter {
  readonly #log: Log;
  readonly #ref: PartitionRef;
  readonly #handler: PartitionHandler;
  readonly #pause: () => Promise<void>;
  #foldedTo = 0;
  #next = 0;

  /** `scratch`: empty, or what an earlier one for the same partition has left. */
  constructor(log: Log, scratch: Store, ref: PartitionRef, pause: () => Promise<void>) {
    this.#log = log;
    this.#ref = ref;
    this.#pause = pause;
    this.#handler = meter({
      log: withoutAppends(log, requireNoPostings),
      store: scratch,
      archiveAfterMs: Infinity,
      foldedTo: () => this.#foldedTo,
      onRefused: () => undefined,
    });
  }

  /** Goes on to an offset of facts up to which the running meter has committed. */
  async to(next: number): Promise<void> {
    if (next < this.#next) throw new Error(`the meter went back from ${this.#next} to ${next}: begin again`);
    const { partition } = this.#ref;
    const { topic } = meterStage;
    this.#foldedTo = next;
    // The journal has grown since: it is looked up again what was posted.
    this.#next = await this.#handler.assigned(partition);
    while (this.#next < next) {
      const read = await this.#log.read(topic, partition, this.#next, recordsAtOnce);
      const records = read.filter(({ offset }) => offset < next);
      if (records.length === 0) return;
      const result = await this.#handler.batch({ topic, partition, records, end: next });
      if (result.status === 'retry') throw result.cause;
      if (result.status === 'fenced') throw new Error('the scratch store of a rebuild has another user');
      this.#next = result.next;
      await this.#pause();
    }
  }
}

const recordsAtOnce = 1_000;

/** All postings are in the journal, so that none is made again. */
function requireNoPostings(topic: string, records: readonly NewRecord[]): void {
  if (topic !== topics.postings.name || records.length === 0) return;
  throw new Error('the hash chain of the journal is not whole: see `tallyline audit`');
}
