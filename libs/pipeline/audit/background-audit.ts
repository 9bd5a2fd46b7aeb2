import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemTime, type Time } from '#log/time.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { isOfLogOrStore } from '#pipeline/parking.js';
import { auditSums, countName, type SumsAudit, type SumsAuditDeps } from './audit-sums.js';
import type { DriftKind } from './drift.js';
import { Ended, Pace } from './pace.js';

export interface BackgroundAuditDeps {
  /** What is audited. */
  readonly sums: Omit<SumsAuditDeps, 'scratch' | 'pause' | 'recordsAtOnce' | 'maxDrifts' | 'onProgress'>;
  /**
   * Partitions of the journal that the tally of this process owns now; each is audited by its owner alone.
   */
  readonly partitions: () => readonly number[];
  /** For the second counts: one for each partition, as large as what the tally has of it. */
  readonly directory: string;
  /** Of one processor, above 0, up to 1. */
  readonly share: number;
  /** Called at the end of each round of a partition. */
  readonly onRound: (audit: SumsAudit) => void;
  /** A round could not be ended; it is tried again later. */
  readonly onError: (partition: number, error: Error) => void;
  /** From the end of a round of a partition to the next one; default 10 min. */
  readonly restMs?: number;
  readonly time?: Time;
}

/** What is known of a partition, for metrics. */
export interface AuditState {
  readonly partition: number;
  /** Of the round under way, 0 to 1; 1 between rounds. */
  readonly progress: number;
  /** When a round was last completed, UTC epoch ms; before the first: when it was begun. */
  readonly completedAt: number;
  /** In the last completed round: how many sums and states were not what the journal says. */
  readonly differing: Readonly<Partial<Record<DriftKind, number>>>;
}

/**
 * Compares everything that the tally has with the journal, partition after partition and for ever, within a
 * share of a processor. The second count of each partition is kept: a round goes on with it, also after a
 * restart where the directory is still there, so that only the first one reads the whole journal. Drift is
 * reported after a count from the first record alone: a second count that is wrong itself is no drift.
 */
export class BackgroundAudit {
  readonly #deps: BackgroundAuditDeps;
  readonly #pace: Pace;
  readonly #time: Time;
  readonly #states = new Map<number, AuditState>();
  readonly #counts = new Map<number, string>();
  readonly #triedAt = new Map<number, number>();
  #running: Promise<void> | null = null;
  #hasEnded = false;

  constructor(deps: BackgroundAuditDeps) {
    this.#deps = deps;
    this.#time = deps.time ?? systemTime;
    this.#pace = new Pace(deps.share, this.#time);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves once nothing is read any more. */
  async stop(): Promise<void> {
    this.#hasEnded = true;
    this.#pace.end();
    await this.#running;
  }

  /** Of the partitions that are owned now. */
  states(): AuditState[] {
    const owned = new Set(this.#deps.partitions());
    return [...this.#states.values()].filter(({ partition }) => owned.has(partition));
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const { restMs = 600_000 } = this.#deps;
        const isDue = (partition: number): boolean => {
          return this.#time.now() - (this.#triedAt.get(partition) ?? -Infinity) >= restMs;
        };
        const due = this.#deps.partitions().filter(isDue);
        if (due.length === 0) await this.#pace.sleep(Math.min(restMs, pollMs));
        for (const partition of due) {
          await this.#round(partition);
          this.#triedAt.set(partition, this.#time.now());
          await this.#pace.pause();
        }
      }
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
    }
  }

  /** Never throws but at the end. */
  async #round(partition: number): Promise<void> {
    try {
      const audit = await this.#audited(partition);
      this.#completed(partition, audit);
      this.#deps.onRound(audit);
    } catch (error) {
      if (this.#hasEnded) throw new Ended('the audit was ended', { cause: error });
      if (error instanceof Ended) return;
      // What is counted so far may be at fault, unless log or store are.
      if (!isOfLogOrStore(error)) this.#forget(partition);
      this.#deps.onError(partition, Error.isError(error) ? error : new Error(String(error)));
    }
  }

  async #audited(partition: number): Promise<SumsAudit> {
    const isNew = await this.#open(partition);
    const audit = await this.#auditedOnce(partition);
    if (audit.differing === 0 || isNew) return audit;
    this.#forget(partition);
    await this.#open(partition);
    return this.#auditedOnce(partition);
  }

  async #auditedOnce(partition: number): Promise<SumsAudit> {
    const scratch = new SqliteStore({ directory: this.#directoryOf(partition) });
    try {
      return await auditSums(partition, {
        ...this.#deps.sums,
        scratch,
        recordsAtOnce,
        onProgress: (progress) => this.#update(partition, { progress }),
        pause: async () => {
          await this.#pace.pause();
          if (!this.#deps.partitions().includes(partition)) throw new Ended('the partition was lost');
        },
      });
    } finally {
      await scratch.close();
    }
  }

  /** Returns whether the second count begins at the first record. */
  async #open(partition: number): Promise<boolean> {
    const counts = await countName(partition, this.#deps.sums);
    const directory = this.#directoryOf(partition);
    const known = readRound(directory);
    const isNew = known?.counts !== counts;
    if (isNew) {
      this.#forget(partition);
      mkdirSync(directory, { recursive: true });
      writeRound(directory, { counts, completed: null });
    }
    if (!this.#states.has(partition)) {
      const begun = { completedAt: this.#time.now(), differing: {} };
      this.#states.set(partition, { partition, progress: 0, ...(known?.completed ?? begun) });
    }
    this.#counts.set(partition, counts);
    return isNew;
  }

  #completed(partition: number, { byKind: differing }: SumsAudit): void {
    const completed = { completedAt: this.#time.now(), differing };
    this.#update(partition, { progress: 1, ...completed });
    writeRound(this.#directoryOf(partition), { counts: this.#counts.get(partition) ?? '', completed });
  }

  #update(partition: number, change: Partial<AuditState>): void {
    const known = this.#states.get(partition);
    if (known !== undefined) this.#states.set(partition, { ...known, ...change });
  }

  #forget(partition: number): void {
    rmSync(this.#directoryOf(partition), { recursive: true, force: true });
  }

  #directoryOf(partition: number): string {
    return join(this.#deps.directory, String(partition));
  }
}

/** So few that a batch does not hold up the tally in the same process. */
const recordsAtOnce = 100;
/** How soon a partition is audited that was assigned to this process. */
const pollMs = 5_000;

/** Beside a second count. */
interface Round {
  /** What is counted. */
  readonly counts: string;
  /** The last one that was completed; null: none was. */
  readonly completed: Pick<AuditState, 'completedAt' | 'differing'> | null;
}

const roundFile = 'round.json';

function writeRound(directory: string, round: Round): void {
  writeFileSync(join(directory, roundFile), JSON.stringify(round));
}

/** null: there is no second count, or one whose description is no more to be read. */
function readRound(directory: string): Round | null {
  try {
    return JSON.parse(readFileSync(join(directory, roundFile), 'utf8')) as Round;
  } catch {
    return null;
  }
}
