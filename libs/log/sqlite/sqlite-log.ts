import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  type RecordPosition,
  type ConsumeOptions,
  type Consumption,
  type Log,
  type LogRecord,
  LogUnavailable,
  type NewRecord,
  type PartitionBounds,
  type StoredPosition,
  type TopicReport,
  type TopicSettings,
  unknownTopic,
} from '../log.js';
import { fingerprintOf } from '../fingerprint.js';
import { systemTime, type Time } from '../time.js';
import { AppendQueue } from './append-queue.js';
import { SqliteConsumption } from './consumption.js';
import { emptyWriteAheadLog, inTransaction, openDatabase, sqliteCode } from './database.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import type { PartitionTable } from './partition-table.js';
import { Positions } from './positions.js';
import { prune, type PruneCounts } from './prune.js';
import { type Topic, Topics } from './topics.js';

export interface SqliteLogOptions {
  /** The data directory. The log is `log.db` in it. */
  readonly directory: string;
  /**
   * The directory's lock, held by the caller. Default: the log locks the directory for as long as it is open.
   */
  readonly lock?: DirectoryLock;
  /** For tools that read while another process writes: takes no lock; nothing can be written or consumed. */
  readonly readOnly?: boolean;
  readonly time?: Time;
}

/** Opens the embedded log. Throws `DirectoryInUse` where another process has locked the directory. */
export function openSqliteLog(options: SqliteLogOptions): SqliteLog {
  const { directory, readOnly = false, time = systemTime } = options;
  if (options.lock !== undefined && resolve(options.lock.directory) !== resolve(directory)) {
    throw new Error(`the lock is for ${options.lock.directory}, the log is to be opened in ${directory}`);
  }
  const own = readOnly || options.lock !== undefined ? null : lockDirectory(directory);
  try {
    return new SqliteLog(openDatabase(directory, readOnly), own, directory, readOnly, time);
  } catch (error) {
    own?.release();
    throw error;
  }
}

/**
 * Topics in one SQLite file, one table per partition. An append blocks the event loop for the sync: 1 to 5
 * ms.
 */
export class SqliteLog implements Log {
  readonly #database: DatabaseSync;
  readonly #lock: DirectoryLock | null;
  readonly #directory: string;
  readonly #readOnly: boolean;
  readonly #time: Time;
  readonly #topics: Topics;
  readonly #positions: Positions;
  readonly #appends: AppendQueue;
  readonly #consumptions = new Map<string, SqliteConsumption>();
  #cancelFlush: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    database: DatabaseSync,
    lock: DirectoryLock | null,
    directory: string,
    readOnly: boolean,
    time: Time,
  ) {
    this.#database = database;
    this.#lock = lock;
    this.#directory = directory;
    this.#readOnly = readOnly;
    this.#time = time;
    this.#topics = new Topics(database, readOnly);
    this.#positions = new Positions(database);
    this.#appends = new AppendQueue(database, this.#positions, time);
  }

  async createTopics(topics: readonly TopicSettings[]): Promise<TopicReport[]> {
    this.#requireWritable();
    return this.#translateErrors(() => topics.map((topic) => this.#topics.create(topic)));
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<RecordPosition[]> {
    this.#requireWritable();
    const { partitions } = this.#topic(topic);
    for (const { partition } of records) if (partition !== undefined) tableOf(topic, partitions, partition);
    return records.length === 0 ? [] : this.#appends.append(partitions, records);
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    const table = tableOf(topic, this.#topic(topic).partitions, partition);
    if (!(limit > 0)) throw new Error(`limit is ${limit}: it must be above 0`);
    return this.#translateErrors(() => table.read(from, limit));
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    const { partitions } = this.#topic(topic);
    return this.#translateErrors(() =>
      partitions.map((table) => {
        const { begin, end } = table.bounds;
        return { partition: table.partition, begin, end };
      }),
    );
  }

  async offsetsAt(topic: string, timestamp: number): Promise<number[]> {
    const { partitions } = this.#topic(topic);
    return this.#translateErrors(() => partitions.map((table) => table.offsetAt(timestamp)));
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    this.#requireWritable();
    const { group, topic, batchRecords } = options;
    if (!(batchRecords > 0)) throw new Error(`batchRecords is ${batchRecords}: it must be above 0`);
    const { id, partitions } = this.#topic(topic);
    const key = `${id}/${group}`;
    if (this.#consumptions.has(key)) throw new Error(`group ${group} already consumes ${topic} here`);

    const reader = {
      consume: options,
      time: this.#time,
      commit: (partition: number, position: StoredPosition) =>
        this.#commit({ group, topic: id, partition, position }),
      committed: (partition: number) => this.#positions.get(group, id, partition),
    };
    const consumption = new SqliteConsumption(reader, partitions, () => {
      this.#consumptions.delete(key);
      this.#translateErrors(() => this.#appends.flushPositions());
    });
    this.#consumptions.set(key, consumption);
    consumption.start();
    return consumption;
  }

  async committed(group: string, topic: string): Promise<(number | null)[]> {
    const { id, partitions } = this.#topic(topic);
    return this.#translateErrors(() =>
      partitions.map(({ partition }) => this.#positions.get(group, id, partition)?.next ?? null),
    );
  }

  /**
   * Deletes what is older than its topic's retention at the instant (ms), as far as every group has read it,
   * and, in compacted topics, what has a newer record of its key; in steps with a turn of the event loop
   * between them. What has expired is unreadable in the files afterwards. They do not shrink: the space is
   * used again.
   */
  async prune(now: number): Promise<PruneCounts & { readonly isErased: boolean }> {
    this.#requireWritable();
    const topics = this.#translateErrors(() => this.#topics.all());
    try {
      const counts = await prune(this.#database, topics, now, {
        isOver: () => this.#closing !== null,
        unread: (topic, partition) => this.#firstUnread(topic, partition),
      });
      return { ...counts, isErased: this.isClosing || emptyWriteAheadLog(this.#database) };
    } catch (error) {
      throw this.#translated(error);
    }
  }

  /**
   * Replaces the values at these places for good, by one that is not longer than any of them; what they were
   * is unreadable in the files afterwards. Positions of groups follow. False: a process that reads keeps the
   * old values readable in the write-ahead log until it ends.
   */
  replace(topic: string, places: readonly RecordPosition[], value: string): boolean {
    this.#requireWritable();
    const { id, partitions } = this.#topic(topic);
    return this.#translateErrors(() => {
      inTransaction(this.#database, () => {
        for (const { partition, offset } of places) {
          const replaced = tableOf(topic, partitions, partition).replace(offset, value);
          this.#readAs(id, partition, replaced);
        }
        this.#positions.write();
      });
      this.#positions.written();
      return emptyWriteAheadLog(this.#database);
    });
  }

  /**
   * Writes the file as a new one: what earlier versions deleted without writing over it is gone, and so is
   * unused space. Takes as much room again as the log while it runs, and blocks the process.
   */
  vacuum(): void {
    this.#requireWritable();
    this.#translateErrors(() => {
      this.#database.exec('vacuum');
      emptyWriteAheadLog(this.#database);
    });
  }

  /** A group whose last record it was, finds the new one there. */
  #readAs(topic: number, partition: number, record: LogRecord): void {
    for (const [group, position] of this.#positions.ofPartition(topic, partition)) {
      if (position.next !== record.offset + 1) continue;
      const lastRead = fingerprintOf(record);
      this.#positions.set({ group, topic, partition, position: { ...position, lastRead } });
    }
  }

  #firstUnread(topic: number, partition: number): number | null {
    const nexts = [...this.#positions.ofPartition(topic, partition).values()].map(({ next }) => next);
    return nexts.length === 0 ? null : Math.min(...nexts);
  }

  get isClosing(): boolean {
    return this.#closing !== null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    try {
      await Promise.all([...this.#consumptions.values()].map((consumption) => consumption.stop()));
    } finally {
      this.#cancelFlush?.();
      this.#appends.flush();
      this.#database.close();
      this.#lock?.release();
    }
  }

  /** Written with the next append, or after a second without any. */
  #commit(position: Parameters<Positions['set']>[0]): void {
    this.#positions.set(position);
    this.#cancelFlush ??= this.#time.after(POSITIONS_FLUSH_MS, () => {
      this.#cancelFlush = null;
      try {
        this.#appends.flushPositions();
      } catch {
        // Still in memory and written with the next append, whose caller gets the error.
      }
    });
  }

  #topic(name: string): Topic {
    const topic = this.#translateErrors(() => this.#topics.named(name));
    if (topic === null) throw unknownTopic(name);
    return topic;
  }

  #requireWritable(): void {
    if (this.#readOnly) throw new Error(`the log in ${this.#directory} is open for reading only`);
  }

  /** Any error of SQLite on a well-formed statement is lost infrastructure. */
  #translateErrors<T>(run: () => T): T {
    if (!this.#database.isOpen) throw new LogUnavailable(`the log in ${this.#directory} is closed`);
    try {
      return run();
    } catch (error) {
      throw this.#translated(error);
    }
  }

  #translated(error: unknown): unknown {
    if (sqliteCode(error) === null || !Error.isError(error)) return error;
    return new LogUnavailable(`the log in ${this.#directory}: ${error.message}`, { cause: error });
  }
}

const POSITIONS_FLUSH_MS = 1_000;

function tableOf(topic: string, partitions: readonly PartitionTable[], partition: number): PartitionTable {
  const table = partitions[partition];
  if (table === undefined) {
    throw new Error(`topic ${topic} has partitions 0 to ${partitions.length - 1}, there is no ${partition}`);
  }
  return table;
}
