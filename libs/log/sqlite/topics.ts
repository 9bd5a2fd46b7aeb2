import type { DatabaseSync } from 'node:sqlite';
import type { SettingDifference, TopicReport, TopicSettings } from '../log.js';
import { inTransaction } from './database.js';
import { createPartitionTable, PartitionTable } from './partition-table.js';

/** The topics of one database. */
export class Topics {
  readonly #known = new Map<string, Topic>();
  readonly #database: DatabaseSync;
  readonly #readOnly: boolean;

  constructor(database: DatabaseSync, readOnly: boolean) {
    this.#database = database;
    this.#readOnly = readOnly;
  }

  named(name: string): Topic | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row = this.#database.prepare('select * from topics where name = ?').get(name);
    return row === undefined ? null : this.#open(row as unknown as TopicRow);
  }

  all(): Topic[] {
    const names = this.#database.prepare('select name from topics order by id').all();
    return names.map(({ name }) => this.named(String(name))).filter((topic) => topic !== null);
  }

  create(settings: TopicSettings): TopicReport {
    if (!Number.isSafeInteger(settings.partitions) || settings.partitions < 1) {
      throw new Error(`topic ${settings.name}: partitions is ${settings.partitions}: it must be 1 or more`);
    }
    const existing = this.named(settings.name);
    if (existing !== null) {
      const differences = differencesOf(existing.settings, settings);
      const status = differences.length === 0 ? 'exists' : 'differs';
      return { name: settings.name, status, differences };
    }
    inTransaction(this.#database, () => {
      const { lastInsertRowid } = this.#database
        .prepare('insert into topics (name, partitions, retention_ms, compacted) values (?, ?, ?, ?)')
        .run(settings.name, settings.partitions, settings.retentionMs, settings.compacted ? 1 : 0);
      for (let partition = 0; partition < settings.partitions; partition++) {
        createPartitionTable(this.#database, Number(lastInsertRowid), partition);
      }
    });
    return { name: settings.name, status: 'created', differences: [] };
  }

  #open(row: TopicRow): Topic {
    const { id, name, partitions: count, retention_ms: retentionMs } = row;
    const topic = {
      id,
      settings: { name, partitions: count, retentionMs, compacted: row.compacted === 1 },
      partitions: Array.from(
        { length: count },
        (_, partition) => new PartitionTable(this.#database, id, partition, this.#readOnly),
      ),
    };
    this.#known.set(name, topic);
    return topic;
  }
}

export interface Topic {
  readonly id: number;
  readonly settings: TopicSettings;
  /** By number. */
  readonly partitions: readonly PartitionTable[];
}

interface TopicRow {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
  readonly retention_ms: number | null;
  readonly compacted: number;
}

function differencesOf(actual: TopicSettings, expected: TopicSettings): SettingDifference[] {
  return (['partitions', 'retentionMs', 'compacted'] as const)
    .filter((setting) => actual[setting] !== expected[setting])
    .map((setting) => ({ setting, actual: `${actual[setting]}`, expected: `${expected[setting]}` }));
}
