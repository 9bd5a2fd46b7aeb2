import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogRecord } from '../log.js';

/**
 * One partition in one table, so that an append always writes at its end and a read gets neighbouring rows.
 * The offset is SQLite's row id. Calls that write must be made within a transaction.
 */
export class PartitionTable {
  readonly partition: number;
  /** Called when records have become readable. */
  readonly onGrowth = new Set<() => void>();
  readonly #readOnly: boolean;
  readonly #statements: Statements;
  readonly #topic: number;
  #extent: Extent | null = null;
  #pushed: (number | string)[] = [];

  constructor(database: DatabaseSync, topic: number, partition: number, readOnly: boolean) {
    this.#topic = topic;
    this.partition = partition;
    this.#readOnly = readOnly;
    this.#statements = prepare(database, tableName(topic, partition));
  }

  /** The only writer keeps it in memory; a read-only log loads it each time. */
  get bounds(): Extent {
    if (this.#extent === null || this.#readOnly) this.#extent = this.#load();
    return this.#extent;
  }

  /** Adds a record for `write` and returns its offset. Timestamps never decrease within a partition. */
  push(now: number, key: string, value: string): number {
    const { begin, end, timestamp } = this.bounds;
    const at = Math.max(now, timestamp);
    this.#pushed.push(end, at, key, value);
    this.#extent = { begin, end: end + 1, timestamp: at };
    return end;
  }

  write(): void {
    const { insertMany, insertOne } = this.#statements;
    const values = this.#pushed;
    this.#pushed = [];
    let from = 0;
    for (; from + INSERT_ROWS * COLUMNS <= values.length; from += INSERT_ROWS * COLUMNS) {
      insertMany.run(...values.slice(from, from + INSERT_ROWS * COLUMNS));
    }
    for (; from < values.length; from += COLUMNS) insertOne.run(...values.slice(from, from + COLUMNS));
  }

  /** After a transaction was rolled back: the state in memory may be wrong. */
  rollBack(): void {
    this.#pushed = [];
    this.#extent = null;
  }

  /** At most `limit` records; fewer where they are large. */
  read(from: number, limit: number): LogRecord[] {
    const records: LogRecord[] = [];
    // Before the begin lies what is blank already and not yet deleted.
    let [size, next] = [0, Math.max(from, this.bounds.begin)];
    while (records.length < limit && size < READ_CHARACTERS) {
      // Of rows as large as those before.
      const expected =
        size === 0 ? FIRST_ROWS : Math.ceil(((READ_CHARACTERS - size) * records.length) / size);
      const count = Math.min(expected, SELECT_ROWS, limit - records.length);
      const rows = this.#statements.select.all(next, count) as unknown as Row[];
      for (const [offset, timestamp, key, value] of rows) {
        records.push({ offset, timestamp, key, value });
        size += value.length;
        next = offset + 1;
      }
      if (rows.length < count) break;
    }
    return records;
  }

  /** Of the first record at or after the offset. */
  timestampAt(offset: number): number | null {
    return this.#firstFrom(offset)?.[1] ?? null;
  }

  /**
   * First offset with this timestamp or a later one, else the end. A binary search: timestamps never
   * decrease.
   */
  offsetAt(timestamp: number): number {
    const { begin, end } = this.bounds;
    let low = begin;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = this.#firstFrom(middle);
      if (found !== undefined && found[1] < timestamp) low = found[0] + 1;
      else high = middle;
    }
    return this.#firstFrom(low)?.[0] ?? end;
  }

  /**
   * Moves the begin for good, by at most `limit` records and some megabytes, towards the offset. What lies
   * before it is unreadable in the file (blankThenDelete). Returns how many records were lost.
   */
  expireTowards(until: number, limit: number): number {
    const { begin, end, timestamp } = this.bounds;
    const to = this.#stepFrom(begin, until, limit);
    this.#extent = null;
    this.#statements.saveExtent.run(this.#topic, this.partition, to, end, timestamp);
    return this.#blankThenDelete(begin, to);
  }

  /**
   * Puts the value, with spaces after it, in the place of the one at the offset, which is at least as long.
   */
  replace(offset: number, value: string): LogRecord {
    const { begin } = this.bounds;
    const [found] = offset < begin ? [] : this.read(offset, 1);
    if (found?.offset !== offset) throw new Error(`partition ${this.partition} has no record ${offset}`);
    const room = Buffer.byteLength(found.value) - Buffer.byteLength(value);
    if (room < 0) throw new Error(`record ${offset} is too short to be replaced`);
    const replaced = { ...found, value: value + ' '.repeat(room) };
    this.#statements.replace.run(replaced.value, offset);
    return replaced;
  }

  /**
   * SQLite leaves copies of rows behind in pages that it balances, also with secure_delete. So rows are
   * overwritten in their place first, which moves nothing; and those next to the begin stay, blank, until
   * they are far from it, so that no page with a row that is still needed is ever balanced.
   */
  #blankThenDelete(from: number, to: number): number {
    const blanked = Number(this.#statements.blank.run(from, to).changes);
    let [kept, keptFrom] = [0, to];
    const before = this.#statements.sizesBefore.all(to, MOST_BLANK_ROWS) as unknown as OffsetAndSize[];
    for (const [offset, size] of before) {
      if (kept >= BLANK_BYTES) break;
      kept += Math.min(size, LEAST_ROW_IN_PAGE);
      keptFrom = offset;
    }
    this.#statements.deleteBelow.run(keptFrom);
    return blanked;
  }

  #stepFrom(begin: number, until: number, limit: number): number {
    const sizes = this.#statements.sizesFrom.all(begin, until, limit) as unknown as OffsetAndSize[];
    let size = 0;
    for (const [offset, bytes] of sizes) {
      size += bytes;
      if (size >= STEP_BYTES) return offset + 1;
    }
    return sizes.length < limit ? until : (sizes.at(-1)?.[0] ?? until - 1) + 1;
  }

  /** Deletes at most `limit` records that have a newer one of the same key. Returns how many were deleted. */
  compact(limit: number): number {
    return Number(this.#statements.deleteOutdated.run(limit).changes);
  }

  #load(): Extent {
    const known = this.#statements.extent.get(this.#topic, this.partition) as unknown as
      StoredExtent | undefined;
    const last = this.#statements.last.get() as unknown as OffsetAndTimestamp | undefined;
    return {
      begin: known?.[0] ?? 0,
      end: Math.max(known?.[1] ?? 0, last === undefined ? 0 : last[0] + 1),
      timestamp: Math.max(known?.[2] ?? 0, last?.[1] ?? 0),
    };
  }

  #firstFrom(offset: number): OffsetAndTimestamp | undefined {
    return this.#statements.first.get(offset) as unknown as OffsetAndTimestamp | undefined;
  }
}

export interface Extent {
  readonly begin: number;
  readonly end: number;
  /** Of the newest record ever appended; 0 before the first. */
  readonly timestamp: number;
}

/** Keys before values, so that compaction does not read the long values. */
export function createPartitionTable(database: DatabaseSync, topic: number, partition: number): void {
  database.exec(
    `create table ${tableName(topic, partition)} (
      offset integer primary key, timestamp integer not null, key text not null, value text not null
    ) strict`,
  );
}

type Row = readonly [offset: number, timestamp: number, key: string, value: string];
type OffsetAndTimestamp = readonly [offset: number, timestamp: number];
type OffsetAndSize = readonly [offset: number, bytes: number];
type StoredExtent = readonly [begin: number, end: number, timestamp: number];

const COLUMNS = 4;
/** Rows in one insert statement: a quarter faster than one at a time. */
const INSERT_ROWS = 8;
/** Rows fetched before their size is checked: few at first, since they may be large. */
const FIRST_ROWS = 4;
const SELECT_ROWS = 64;
/** Written over in one step of retention. */
const STEP_BYTES = 4_000_000;
/**
 * Blank rows before the begin: more than the three neighbouring pages of 16 KB that SQLite balances at once.
 * Of a large row at least some 2 KB lie in its page.
 */
const BLANK_BYTES = 4 * 16_384;
const LEAST_ROW_IN_PAGE = 2_000;
const MOST_BLANK_ROWS = 5_000;
/** What a reader parses in some ten milliseconds, for it may do so in one go. */
const READ_CHARACTERS = 2_000_000;

interface Statements {
  readonly insertOne: StatementSync;
  readonly insertMany: StatementSync;
  readonly select: StatementSync;
  readonly first: StatementSync;
  readonly last: StatementSync;
  readonly extent: StatementSync;
  readonly saveExtent: StatementSync;
  readonly sizesFrom: StatementSync;
  readonly sizesBefore: StatementSync;
  readonly blank: StatementSync;
  readonly replace: StatementSync;
  readonly deleteBelow: StatementSync;
  readonly deleteOutdated: StatementSync;
}

function prepare(database: DatabaseSync, table: string): Statements {
  const rows = (count: number): string => Array.from({ length: count }, () => '(?, ?, ?, ?)').join(', ');
  const statement = (sql: string): StatementSync => {
    const prepared = database.prepare(sql);
    prepared.setReturnArrays(true);
    return prepared;
  };
  return {
    insertOne: statement(`insert into ${table} values ${rows(1)}`),
    insertMany: statement(`insert into ${table} values ${rows(INSERT_ROWS)}`),
    select: statement(
      `select offset, timestamp, key, value from ${table} where offset >= ? order by offset limit ?`,
    ),
    first: statement(`select offset, timestamp from ${table} where offset >= ? order by offset limit 1`),
    last: statement(`select offset, timestamp from ${table} order by offset desc limit 1`),
    extent: statement('select begin, end, timestamp from partitions where topic = ? and partition = ?'),
    saveExtent: statement('insert or replace into partitions values (?, ?, ?, ?, ?)'),
    sizesFrom: statement(
      `select offset, octet_length(key) + octet_length(value) from ${table}
       where offset >= ? and offset < ? order by offset limit ?`,
    ),
    sizesBefore: statement(
      `select offset, octet_length(key) + octet_length(value) from ${table}
       where offset < ? order by offset desc limit ?`,
    ),
    blank: statement(
      `update ${table} set key = ${blankOf('key')}, value = ${blankOf('value')} where offset >= ? and offset < ?`,
    ),
    replace: statement(`update ${table} set value = ? where offset = ?`),
    deleteBelow: statement(`delete from ${table} where offset < ?`),
    deleteOutdated: statement(
      `delete from ${table} where offset in (
        select offset from ${table}
        where offset not in (select max(offset) from ${table} group by key)
        order by offset limit ?
      )`,
    ),
  };
}

/** Of as many bytes: SQLite then writes into the place of the old text. */
function blankOf(column: string): string {
  return `case octet_length(${column}) when 0 then '' else printf('%.*c', octet_length(${column}), ' ') end`;
}

function tableName(topic: number, partition: number): string {
  return `records_${topic}_${partition}`;
}
