import type { DatabaseSync } from 'node:sqlite';
import { checkChange, tooLarge } from '../change.js';
import { HighestNexts } from '../highest-nexts.js';
import {
  type Change,
  type Claim,
  type HeldClaim,
  type PartitionRef,
  type SetupWarning,
  StaleClaim,
  type Store,
  type StoredKeys,
  type Sums,
} from '../store.js';
import { integer, openDatabase, resultCode, SQLITE_CONSTRAINT, text, translateErrors } from './database.js';
import { prepareStatements, type Statements } from './statements.js';

export interface SqliteStoreOptions {
  /**
   * Where `store.db` is, or is created. One writing process at a time: the log's lock on the directory
   * ensures it.
   */
  readonly directory: string;
  /** For reading beside a running process: refuses to claim, commit and drop. */
  readonly readOnly?: boolean;
}

/**
 * The store in one SQLite file: WAL, `synchronous=FULL`, one commit = one transaction, synced when it
 * resolves. Calls run one after the other on the calling thread; a commit of 500 states and 300 sums takes
 * some 5 ms.
 */
export class SqliteStore implements Store {
  readonly #db: DatabaseSync;
  readonly #readOnly: boolean;
  readonly #sql: Statements;
  readonly #highestNexts = new HighestNexts();

  constructor(options: SqliteStoreOptions) {
    this.#readOnly = options.readOnly ?? false;
    this.#db = openDatabase(options.directory, this.#readOnly);
    this.#sql = prepareStatements(this.#db);
  }

  async claim(at: PartitionRef, known?: number): Promise<Claim> {
    const { before, epoch } = this.#write(() => {
      const before = this.#position(at);
      const epoch = integer(this.#sql.nextEpoch.get(), 'epoch');
      this.#sql.claim.run(at.keyspace, at.partition, epoch);
      return { before, epoch };
    });
    const found = this.#highestNexts.claimed(at, before?.next ?? null, known);
    return { next: before?.next ?? 0, epoch, state: found };
  }

  async load(at: PartitionRef, keys: readonly string[], claim?: HeldClaim): Promise<(string | null)[]> {
    return this.#transaction('BEGIN', () => {
      const position = this.#position(at);
      if (claim !== undefined && (position?.epoch !== claim.epoch || position.next !== claim.next)) {
        throw new StaleClaim(at);
      }
      return keys.map((key) => position && this.#state(position.id, key));
    });
  }

  async commit(at: PartitionRef, change: Change): Promise<'done' | 'stale'> {
    checkChange(change);
    const answer = this.#write(() => {
      const position = this.#position(at);
      if (position?.epoch !== change.epoch || position.next !== change.expectedNext) return 'stale';
      if (change.guard !== undefined && this.#state(position.id, change.guard.key) !== change.guard.value) {
        return 'stale';
      }
      for (const [key, value] of change.puts) this.#sql.put.run(position.id, key, value);
      for (const key of change.deletes) this.#sql.forget.run(position.id, key);
      this.#add(position.id, change.increments);
      this.#sql.advance.run(change.next, position.id);
      return 'done';
    });
    if (answer === 'done') this.#highestNexts.committed(at, change.next);
    return answer;
  }

  async sums(at: PartitionRef, keys: readonly string[]): Promise<Sums> {
    return this.#transaction('BEGIN', () => {
      const position = this.#position(at);
      const values = new Map<string, Map<string, number>>();
      for (const key of position ? keys : []) {
        const rows = this.#sql.fields.all(position?.id ?? null, key);
        const fields = rows.map((row) => [text(row, 'field'), integer(row, 'value')] as const);
        if (fields.length > 0) values.set(key, new Map(fields));
      }
      return { next: position?.next ?? 0, values };
    });
  }

  async nexts(keyspace: string, partitions: readonly number[]): Promise<(number | null)[]> {
    return this.#transaction('BEGIN', () =>
      partitions.map((partition) => this.#position({ keyspace, partition })?.next ?? null),
    );
  }

  async keys(at: PartitionRef): Promise<StoredKeys> {
    return this.#transaction('BEGIN', () => {
      const id = this.#position(at)?.id ?? null;
      return {
        states: this.#sql.stateKeys.all(id).map((row) => text(row, 'key')),
        sums: this.#sql.sumKeys.all(id).map((row) => text(row, 'key')),
      };
    });
  }

  async keyspaces(): Promise<string[]> {
    return this.#transaction('BEGIN', () => this.#sql.keyspaces.all().map((row) => text(row, 'keyspace')));
  }

  async drop(keyspace: string): Promise<void> {
    this.#write(() => {
      for (const statement of this.#sql.drop) statement.run(keyspace);
    });
    this.#highestNexts.forget(keyspace);
  }

  async check(): Promise<SetupWarning[]> {
    return [];
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  #position(at: PartitionRef): { id: number; next: number; epoch: number } | null {
    const row = this.#sql.position.get(at.keyspace, at.partition);
    return row ? { id: integer(row, 'id'), next: integer(row, 'next'), epoch: integer(row, 'epoch') } : null;
  }

  #state(place: number, key: string): string | null {
    const row = this.#sql.load.get(place, key);
    return row ? text(row, 'value') : null;
  }

  #add(place: number, increments: ReadonlyMap<string, ReadonlyMap<string, number>>): void {
    for (const [key, fields] of increments) {
      if (fields.size === 0) continue;
      const row = this.#sql.sumKey.get(place, key) ?? this.#sql.addSumKey.get(place, key);
      const id = integer(row, 'id');
      for (const [field, delta] of fields) {
        try {
          this.#sql.add.run(id, field, delta);
        } catch (error) {
          throw resultCode(error) === SQLITE_CONSTRAINT ? tooLarge(key, field) : error;
        }
      }
    }
    for (const row of this.#sql.removeZeros.all()) {
      const id = integer(row, 'sum_key');
      this.#sql.removeSumKey.run(id, id);
    }
  }

  #write<T>(work: () => T): T {
    if (this.#readOnly) throw new Error('this store was opened read-only: it cannot claim, commit or drop');
    return this.#transaction('BEGIN IMMEDIATE', work);
  }

  #transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
    return translateErrors(() => {
      this.#db.exec(begin);
      try {
        const result = work();
        this.#db.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk may have ended the transaction already; rolling back then would hide the cause.
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        throw error;
      }
    });
  }
}
