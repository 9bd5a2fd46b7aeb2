import type { Log, RecordPosition } from '#log/log.js';
import { type PartitionRef, StaleClaim } from '#store/store.js';
import { sourceOf } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

/**
 * An append of the owner before may be under way when a partition is claimed, and come to the journal after
 * it was read there: readers count what lies there first. Of the same version it is the same; of another one
 * the state would name a posting that was never counted, or know nothing of one that was. So as long as facts are
 * folded that there were at the claim, what lies between the end of the journal as it was known and one's own
 * records is looked at, and where there are none of these, up to the end as it is now.
 */
export class UnseenPostings {
  readonly #log: Log;
  readonly #source: number;
  /** By journal partition: below, all is known. */
  readonly #ends: number[];
  readonly #factsEnd: number;

  /** `ends`: of the journal, as it was read; `factsEnd`: of the facts, after the claim. */
  constructor(log: Log, source: number, ends: readonly number[], factsEnd: number) {
    this.#log = log;
    this.#source = source;
    this.#ends = [...ends];
    this.#factsEnd = factsEnd;
  }

  /**
   * Throws `StaleClaim`, so that the journal is read again, where another process has posted facts from
   * `next` on before these records of one's own.
   */
  async requireNone(appended: readonly RecordPosition[], next: number, at: PartitionRef): Promise<void> {
    if (next >= this.#factsEnd) return;
    const byPartition = Map.groupBy(appended, (each) => each.partition);
    for (const { partition, end } of await this.#log.bounds(topics.postings.name)) {
      const offsets = new Set(byPartition.get(partition)?.map(({ offset }) => offset));
      const last = offsets.size === 0 ? end - 1 : Math.max(...offsets);
      for (let from = this.#ends[partition] ?? 0; from <= last;) {
        const records = await this.#log.read(topics.postings.name, partition, from, recordsAtOnce);
        if (records.length === 0) break;
        for (const { offset, value } of records) {
          if (offset > last || offsets.has(offset)) continue;
          const source = sourceOf(value);
          if (source?.partition === this.#source && source.offset >= next) throw new StaleClaim(at);
        }
        from = (records.at(-1)?.offset ?? last) + 1;
      }
      this.#ends[partition] = last + 1;
    }
  }
}

const recordsAtOnce = 2_000;
