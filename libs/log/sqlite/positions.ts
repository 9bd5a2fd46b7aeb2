import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Committed positions of the groups. Kept in memory until a transaction writes them: a sync for them alone
 * would cost too much.
 */
export class Positions {
  #unwritten = new Map<string, Position>();
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare(
      'select next from positions where member_group = ? and topic = ? and partition = ?',
    );
    this.#upsert = database.prepare('insert or replace into positions values (?, ?, ?, ?)');
  }

  get areWritten(): boolean {
    return this.#unwritten.size === 0;
  }

  set(position: Position): void {
    this.#unwritten.set(key(position.group, position.topic, position.partition), position);
  }

  get(group: string, topic: number, partition: number): number | null {
    const fresh = this.#unwritten.get(key(group, topic, partition));
    if (fresh !== undefined) return fresh.next;
    const stored = this.#select.get(group, topic, partition);
    return stored === undefined ? null : Number(stored['next']);
  }

  /** Within a transaction; after its commit call `written`. */
  write(): void {
    for (const { group, topic, partition, next } of this.#unwritten.values()) {
      this.#upsert.run(group, topic, partition, next);
    }
  }

  written(): void {
    this.#unwritten.clear();
  }
}

export interface Position {
  readonly group: string;
  readonly topic: number;
  readonly partition: number;
  readonly next: number;
}

function key(group: string, topic: number, partition: number): string {
  return `${topic}/${partition}/${group}`;
}
