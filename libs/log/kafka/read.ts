import type { LogRecord } from '../log.js';
import type { Fetcher } from './fetch.js';
import type { ClusterAdmin } from './cluster-admin.js';

/**
 * Reads records by offset. Records fetched beyond the limit are kept for the next read, which usually
 * continues there.
 */
export class Reader {
  readonly #prefetched = new Map<string, readonly LogRecord[]>();
  readonly #fetcher: Fetcher;
  readonly #admin: ClusterAdmin;

  constructor(fetcher: Fetcher, admin: ClusterAdmin) {
    this.#fetcher = fetcher;
    this.#admin = admin;
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    const name = `${topic}/${partition}`;
    const maxBytes = limit <= FEW_RECORDS ? FEW_BYTES : MANY_BYTES;
    const found: LogRecord[] = [];
    for (let next = from, characters = 0; found.length < limit && characters < MAX_CHARACTERS;) {
      const records =
        this.#takePrefetched(name, next) ?? (await this.#fetchFrom(topic, partition, next, maxBytes));
      if (records.length === 0) break;
      const room = limit - found.length;
      for (const record of room < records.length ? records.slice(0, room) : records) {
        found.push(record);
        characters += record.value.length;
        next = record.offset + 1;
      }
      if (room < records.length) this.#keep(name, records.slice(room));
    }
    return found;
  }

  /** Empty only at the end of the partition. */
  async #fetchFrom(
    topic: string,
    partition: number,
    from: number,
    maxBytes: number,
  ): Promise<readonly LogRecord[]> {
    for (let next = from; ;) {
      const fetch = await this.#fetcher.fetch(topic, partition, next, maxBytes);
      if (fetch === null) {
        const bounds = (await this.#admin.bounds(topic))[partition];
        if (bounds === undefined || next >= bounds.begin) return [];
        next = bounds.begin;
      } else if (fetch.records.length > 0 || fetch.next === next) {
        return fetch.records;
      } else {
        next = fetch.next;
      }
    }
  }

  #takePrefetched(name: string, from: number): readonly LogRecord[] | null {
    const records = this.#prefetched.get(name);
    if (records === undefined || records[0]?.offset !== from) return null;
    this.#prefetched.delete(name);
    return records;
  }

  #keep(name: string, records: readonly LogRecord[]): void {
    this.#prefetched.delete(name);
    this.#prefetched.set(name, records);
    const [oldest] = this.#prefetched.keys();
    if (this.#prefetched.size > MAX_KEPT && oldest !== undefined) this.#prefetched.delete(oldest);
  }
}

const FEW_RECORDS = 100;
const FEW_BYTES = 64 * 1024;
const MANY_BYTES = 1024 * 1024;
/** One read returns at most some megabytes of values, however many records were requested. */
const MAX_CHARACTERS = 4 * 1024 * 1024;
const MAX_KEPT = 16;
