import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** What one piece of work adds to an entry of an invoice. */
export interface Contribution {
  readonly kind: 'contact' | 'outcome' | 'activity' | 'timeline' | 'schedule';
  /** Id of the contact, outcome or activity, or of the hour of an agent's timeline. */
  readonly id: string;
  /** UTC epoch ms. */
  readonly startedAt: number;
  /** As the catalogue names it, else as the platform does; null: none. */
  readonly queue: string | null;
  /** Who worked on it, by start, named in the same way. */
  readonly agents: readonly string[];
  /** In the unit of the entry's measure, see `ContributionUnit`; of a KPI its numerator. */
  readonly value: number;
  /** Of a KPI: what it adds to the denominator; 0 of a line. */
  readonly denominator: number;
}

export interface ContributionTotal {
  /** Pieces of work. */
  readonly count: number;
  readonly value: number;
  readonly denominator: number;
}

export interface ContributionGroup extends ContributionTotal {
  /** null: work without it. */
  readonly group: string | null;
}

export const groupings = ['agent', 'queue', 'day'] as const;
export type Grouping = (typeof groupings)[number];

/** Adds up in a temporary file: a line may consist of more contacts than memory should hold. */
export class ContributionTable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tallyline-contributions-'));
  readonly #db: DatabaseSync;
  readonly #add: StatementSync;
  readonly #dayOf: (instant: number) => string;

  /** `dayOf`: the local day of an instant (UTC epoch ms). */
  constructor(dayOf: (instant: number) => string) {
    this.#dayOf = dayOf;
    this.#db = new DatabaseSync(join(this.#directory, 'contributions.db'));
    this.#db.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      CREATE TABLE contribution (
        kind TEXT, id TEXT, startedAt INTEGER, day TEXT, queue TEXT, agents TEXT, value INTEGER, denominator INTEGER,
        PRIMARY KEY (kind, id)
      ) WITHOUT ROWID;
      BEGIN;
    `);
    // What is taken back does not say any more what the work is: the last that was added does.
    this.#add = this.#db.prepare(`
      INSERT INTO contribution VALUES (:kind, :id, :startedAt, :day, :queue, :agents, :value, :denominator)
      ON CONFLICT (kind, id) DO UPDATE SET
        value = value + excluded.value,
        denominator = denominator + excluded.denominator,
        startedAt = iif(:isAdded, excluded.startedAt, startedAt),
        day = iif(:isAdded, excluded.day, day),
        queue = iif(:isAdded, excluded.queue, queue),
        agents = iif(:isAdded, excluded.agents, agents)
    `);
  }

  /** `isAdded` false: an earlier content is taken back; its values are signed. */
  add({ agents, ...work }: Contribution, isAdded: boolean): void {
    const day = this.#dayOf(work.startedAt);
    this.#add.run({ ...work, day, agents: JSON.stringify(agents), isAdded: isAdded ? 1 : 0 });
  }

  total(): ContributionTotal {
    const [total] = this.#db.prepare(`SELECT ${sums} FROM contribution WHERE ${counts}`).all();
    return totalOf(total ?? {});
  }

  /** By start. */
  *rows(): Generator<Contribution> {
    const statement = this.#db.prepare(
      `SELECT * FROM contribution WHERE ${counts} ORDER BY startedAt, kind, id`,
    );
    for (const { kind, id, startedAt, queue, agents, value, denominator } of statement.iterate()) {
      yield {
        kind: kind as Contribution['kind'],
        id: String(id),
        startedAt: Number(startedAt),
        queue: queue === null ? null : String(queue),
        agents: JSON.parse(String(agents)) as string[],
        value: Number(value),
        denominator: Number(denominator),
      };
    }
  }

  /** By name. Work of several agents is a group of its own: what it adds is not divided between them. */
  groups(by: Grouping): ContributionGroup[] {
    const column = { agent: 'agents', queue: 'queue', day: 'day' }[by];
    const statement = this.#db.prepare(
      `SELECT ${column} AS name, ${sums} FROM contribution WHERE ${counts} GROUP BY ${column} ORDER BY ${column}`,
    );
    return statement.all().map((row) => ({ group: groupName(by, row['name'] ?? null), ...totalOf(row) }));
  }

  close(): void {
    this.#db.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const sums =
  'count(*) AS count, coalesce(sum(value), 0) AS value, coalesce(sum(denominator), 0) AS denominator';
const counts = '(value <> 0 OR denominator <> 0)';

function totalOf({ count, value, denominator }: Record<string, unknown>): ContributionTotal {
  return { count: Number(count), value: Number(value), denominator: Number(denominator) };
}

function groupName(by: Grouping, name: unknown): string | null {
  if (typeof name !== 'string') return null;
  if (by !== 'agent') return name;
  const agents = JSON.parse(name) as string[];
  return agents.length === 0 ? null : agents.join(' + ');
}
