import {
  type Consumption,
  type Log,
  type LogRecord,
  LogUnavailable,
  type NewRecord,
  type PartitionBounds,
  type RecordPosition,
  type StoredPosition,
  type TopicReport,
  type TopicSettings,
  unknownTopic,
} from '#log/log.js';
import { partitionOf } from '#log/partition.js';

/** What a log holds: topics, and the positions of their groups. */
export interface LogContents {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly positions: ReadonlyMap<string, StoredPosition>;
}

/**
 * A log in memory, on the clock that it is given. Nothing expires by itself and nothing is compacted; what it
 * holds can be cut off at its beginning, or be replaced as a whole.
 */
export class MemoryLog implements Log {
  #topics = new Map<string, Topic>();
  #positions = new Map<string, StoredPosition>();
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
        const partitions = Array.from({ length: settings.partitions }, emptyPartition);
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
      const offset = endOf(kept);
      kept.records.push({ offset, timestamp: this.#now(), key, value });
      return { partition, offset };
    });
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    return this.recordsNow(topic, partition, from, limit);
  }

  /** The same at once. */
  recordsNow(topic: string, partition: number, from: number, limit: number): LogRecord[] {
    if (!(limit > 0)) throw new RangeError(`the limit is ${limit}: ask for at least one record`);
    const { begin, records } = this.#partition(topic, partition);
    const first = Math.max(0, from - begin);
    return records.slice(first, first + limit);
  }

  /** All that a partition ever held, what has expired included. */
  recordsEver(topic: string, partition: number): LogRecord[] {
    const { expired, records } = this.#partition(topic, partition);
    return [...expired, ...records];
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    return this.#topic(topic).partitions.map((_, partition) => this.boundsNow(topic, partition));
  }

  /** The same of one partition at once. */
  boundsNow(topic: string, partition: number): PartitionBounds {
    const kept = this.#partition(topic, partition);
    return { partition, begin: kept.begin, end: endOf(kept) };
  }

  /** The offset that the next record of each partition will get, at once. */
  endsNow(topic: string): number[] {
    return this.#topic(topic).partitions.map(endOf);
  }

  async offsetsAt(topic: string, timestamp: number): Promise<number[]> {
    return this.#topic(topic).partitions.map((kept) => {
      const found = kept.records.find((record) => record.timestamp >= timestamp);
      return found?.offset ?? endOf(kept);
    });
  }

  async consume(): Promise<Consumption> {
    throw new Error('the simulation drives the handlers itself');
  }

  async committed(group: string, topic: string): Promise<(number | null)[]> {
    return this.#topic(topic).partitions.map(
      (_, partition) => this.#positions.get(`${group}/${topic}/${partition}`)?.next ?? null,
    );
  }

  async committedPosition(group: string, topic: string, partition: number): Promise<StoredPosition | null> {
    return this.#positions.get(`${group}/${topic}/${partition}`) ?? null;
  }

  /** As the driver of a consumption does. */
  async commitPosition(
    group: string,
    topic: string,
    partition: number,
    position: StoredPosition,
  ): Promise<void> {
    this.#positions.set(`${group}/${topic}/${partition}`, position);
  }

  /** Retention deletes all below an offset. */
  expire(topic: string, partition: number, below: number): void {
    const kept = this.#partition(topic, partition);
    const begin = Math.min(Math.max(below, kept.begin), endOf(kept));
    kept.expired.push(...kept.records.splice(0, begin - kept.begin));
    kept.begin = begin;
  }

  contents(): LogContents {
    return copyOf({ topics: this.#topics, positions: this.#positions });
  }

  /** From now on it is another log. */
  replace(contents: LogContents): void {
    const { topics, positions } = copyOf(contents);
    this.#topics = new Map(topics);
    this.#positions = new Map(positions);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #partition(topic: string, partition: number): KeptPartition {
    const kept = this.#topic(topic).partitions[partition];
    if (kept === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
    return kept;
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
  readonly partitions: KeptPartition[];
}

interface KeptPartition {
  /** Offset of the first record that is kept. */
  begin: number;
  readonly records: LogRecord[];
  /** Those before, which no process sees any more. */
  readonly expired: LogRecord[];
}

function emptyPartition(): KeptPartition {
  return { begin: 0, records: [], expired: [] };
}

function endOf({ begin, records }: KeptPartition): number {
  return begin + records.length;
}

function copyOf({ topics, positions }: LogContents): LogContents {
  const copies = [...topics].map(([name, { settings, partitions }]): [string, Topic] => {
    return [
      name,
      {
        settings,
        partitions: partitions.map((kept) => ({
          ...kept,
          records: [...kept.records],
          expired: [...kept.expired],
        })),
      },
    ];
  });
  return { topics: new Map(copies), positions: new Map(positions) };
}
