import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredPosition } from '../log.js';

/**
 * Committed positions of the groups. Kept in memory until a transaction writes them: a sync for them alone
 * would cost too much.
 */
export class Positions {
  #unwritten = new Map<string, CommittedPosition>();
  readonly #select: StatementSync;
  readonly #groups: StatementSync;
  readonly #upsert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare(
      'select next, last_read from positions where member_group = ? and topic = ? and partition = ?',
    );
    this.#groups = database.prepare('select member_group from positions where topic = ? and partition = ?');
    this.#upsert = database.prepare('insert or replace into positions values (?, ?, ?, ?, ?)');
  }

  get areWritten(): boolean {
    return this.#unwritten.size === 0;
  }

  set(committed: CommittedPosition): void {
    this.#unwritten.set(key(committed.group, committed.topic, committed.partition), committed);
  }

  get(group: string, topic: number, partition: number): StoredPosition | null {
    const fresh = this.#unwritten.get(key(group, topic, partition));
    if (fresh !== undefined) return fresh.position;
    const stored = this.#select.get(group, topic, partition);
    if (stored === undefined) return null;
    const lastRead = stored['last_read'];
    return { next: Number(stored['next']), lastRead: typeof lastRead === 'string' ? lastRead : null };
  }

  /** Those of all groups in a partition, by group. */
  ofPartition(topic: number, partition: number): Map<string, StoredPosition> {
    const written = this.#groups.all(topic, partition).map((row) => String(row['member_group']));
    const fresh = [...this.#unwritten.values()].filter(
      (each) => each.topic === topic && each.partition === partition,
    );
    const groups = new Set([...written, ...fresh.map(({ group }) => group)]);
    return new Map(
      [...groups].flatMap((group) => {
        const position = this.get(group, topic, partition);
        return position === null ? [] : [[group, position] as const];
      }),
    );
  }

  /** Within a transaction; after its commit call `written`. */
  write(): void {
    for (const { group, topic, partition, position } of this.#unwritten.values()) {
      this.#upsert.run(group, topic, partition, position.next, position.lastRead);
    }
  }

  written(): void {
    this.#unwritten.clear();
  }
}

export interface CommittedPosition {
  readonly group: string;
  readonly topic: number;
  readonly partition: number;
  readonly position: StoredPosition;
}

function key(group: string, topic: number, partition: number): string {
  return `${topic}/${partition}/${group}`;
}
