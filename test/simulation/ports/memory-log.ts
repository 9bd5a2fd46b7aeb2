import {
  type Consumption,
  type Log,
  type LogRecord,
  LogUnavailable,
  type NewRecord,
  type PartitionBounds,
  type RecordPosition,
  type TopicReport,
  type TopicSettings,
  unknownTopic,
} from '#log/log.js';
import { partitionOf } from '#log/partition.js';

/** A log in memory, on the clock that it is given. Nothing expires and nothing is compacted. */
export class MemoryLog implements Log {
  readonly #topics = new Map<string, Topic>();
  readonly #committed = new Map<string, number>();
  readonly #now: () => number;
  #isClosed = false;

  /** `now`: UTC epoch ms, never falling. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async createTopics(topics: readonly TopicSettings[]): Promise<TopicReport[]> {
    return topics.map((settings) => {
      const { name } = settings;
      const known = this.#topics.get(name);
      if (known === undefined) {
        const partitions = Array.from({ length: settings.partitions }, (): LogRecord[] => []);
        this.#topics.set(name, { settings, partitions });
        return { name, status: 'created', differences: [] };
      }
      const differences = (['partitions', 'retentionMs', 'compacted'] as const)
        .filter((setting) => known.settings[setting] !== settings[setting])
        .map((setting) => {
          const [actual, expected] = [known.settings[setting], settings[setting]];
          return { setting, actual: String(actual), expected: String(expected) };
        });
      return { name, status: differences.length === 0 ? 'exists' : 'differs', differences };
    });
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<RecordPosition[]> {
    const { partitions } = this.#topic(topic);
    const placed = records.map((record) => {
      const partition = record.partition ?? partitionOf(record.key, partitions.length);
      return { record, partition, kept: this.#partition(topic, partition) };
    });
    return placed.map(({ record: { key, value }, partition, kept }) => {
      const offset = kept.length;
      kept.push({ offset, timestamp: this.#now(), key, value });
      return { partition, offset };
    });
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    return this.recordsNow(topic, partition, from, limit);
  }

  /** The same at once. */
  recordsNow(topic: string, partition: number, from: number, limit: number): LogRecord[] {
    if (!(limit > 0)) throw new RangeError(`the limit is ${limit}: ask for at least one record`);
    return this.#partition(topic, partition).slice(from, from + limit);
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    return this.endsNow(topic).map((end, partition) => ({ partition, begin: 0, end }));
  }

  /** The offset that the next record of each partition will get, at once. */
  endsNow(topic: string): number[] {
    return this.#topic(topic).partitions.map(({ length }) => length);
  }

  async offsetsAt(topic: string, timestamp: number): Promise<number[]> {
    return this.#topic(topic).partitions.map((records) => {
      const index = records.findIndex((record) => record.timestamp >= timestamp);
      return index < 0 ? records.length : index;
    });
  }

  async consume(): Promise<Consumption> {
    throw new Error('the simulation drives the handlers itself');
  }

  async committed(group: string, topic: string): Promise<(number | null)[]> {
    return this.#topic(topic).partitions.map(
      (_, partition) => this.#committed.get(`${group}/${topic}/${partition}`) ?? null,
    );
  }

  /** Writes the group's committed offset, as the driver of a consumption does. */
  commit(group: string, topic: string, partition: number, next: number): void {
    this.#committed.set(`${group}/${topic}/${partition}`, next);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #partition(topic: string, partition: number): LogRecord[] {
    const records = this.#topic(topic).partitions[partition];
    if (records === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
    return records;
  }

  #topic(topic: string): Topic {
    if (this.#isClosed) throw new LogUnavailable('the log is closed');
    const found = this.#topics.get(topic);
    if (found === undefined) throw unknownTopic(topic);
    return found;
  }
}

interface Topic {
  readonly settings: TopicSettings;
  readonly partitions: LogRecord[][];
}
