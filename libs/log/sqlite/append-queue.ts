import type { DatabaseSync } from 'node:sqlite';
import { type RecordPosition, LogUnavailable, type NewRecord } from '../log.js';
import { partitionOf } from '../partition.js';
import type { Time } from '../time.js';
import { inTransaction } from './database.js';
import type { PartitionTable } from './partition-table.js';
import type { Positions } from './positions.js';

/**
 * Group commit: appends of one turn of the event loop share one synced transaction, since the sync costs more
 * than the writing. None of them resolves before it. Positions of groups are written with them.
 */
export class AppendQueue {
  #waiting: Call[] = [];
  readonly #database: DatabaseSync;
  readonly #positions: Positions;
  readonly #time: Time;

  constructor(database: DatabaseSync, positions: Positions, time: Time) {
    this.#database = database;
    this.#positions = positions;
    this.#time = time;
  }

  append(partitions: readonly PartitionTable[], records: readonly NewRecord[]): Promise<RecordPosition[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ partitions, records, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  flush(): void {
    const calls = this.#waiting;
    this.#waiting = [];
    if (calls.length > 0) this.#write(calls);
  }

  /** Writes the positions alone where no append has written them. */
  flushPositions(): void {
    if (this.#positions.areWritten) return;
    inTransaction(this.#database, () => this.#positions.write());
    this.#positions.written();
  }

  #write(calls: readonly Call[]): void {
    const touched = new Set<PartitionTable>();
    let done: WrittenCall[];
    try {
      done = inTransaction(this.#database, () => {
        const now = this.#time.now();
        const placed = calls.map((call) => ({ call, appended: pushRecords(call, now, touched) }));
        for (const table of touched) table.write();
        this.#positions.write();
        return placed;
      });
    } catch (error) {
      for (const table of touched) table.rollBack();
      this.#writeFailed(calls, error);
      return;
    }
    this.#positions.written();
    for (const { call, appended } of done) call.resolve(appended);
    for (const table of touched) for (const grown of table.onGrowth) grown();
  }

  /** The mistake of one call must not fail the others of the same turn. */
  #writeFailed(calls: readonly Call[], error: unknown): void {
    if (calls.length > 1) {
      for (const call of calls) this.#write([call]);
      return;
    }
    const reason = Error.isError(error) ? error.message : String(error);
    calls[0]?.reject(new LogUnavailable(`the records were not written: ${reason}`, { cause: error }));
  }
}

interface Call {
  readonly partitions: readonly PartitionTable[];
  readonly records: readonly NewRecord[];
  readonly resolve: (appended: RecordPosition[]) => void;
  readonly reject: (error: Error) => void;
}

interface WrittenCall {
  readonly call: Call;
  readonly appended: RecordPosition[];
}

function pushRecords(
  { partitions, records }: Call,
  now: number,
  touched: Set<PartitionTable>,
): RecordPosition[] {
  return records.map(({ key, value, partition = partitionOf(key, partitions.length) }) => {
    const table = partitions[partition];
    if (table === undefined) throw new Error(`there is no partition ${partition}`);
    touched.add(table);
    return { partition, offset: table.push(now, key, value) };
  });
}
