import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { heldTogether, piecesOf, type WorkPiece } from '#domain/clock/together.js';
import { subjectOf } from '#domain/posting/posting.js';
import { advance, decodeWatermark, type Watermark } from '#domain/posting/watermark.js';
import type { Log } from '#log/log.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { watchesTogether } from './claimed-time.js';

type Scope = Pick<CatalogueIndex, 'catalogue' | 'plausibility'> & Parameters<typeof piecesOf>[1];

/** A partition of the journal as far as it was read. */
interface Read {
  next: number;
  readonly seen: Watermark;
  readonly pieces: Map<string, readonly WorkPiece[]>;
}

/**
 * How much of the work of the last two days is held since it is implausible together with other work, so that
 * someone hears of it before the close does. Follows the journal in memory, of some days; the tally knows
 * pieces of work alone.
 */
export class RecentHeld {
  readonly #log: Pick<Log, 'read' | 'bounds' | 'offsetsAt'>;
  #partitions: Read[] | null = null;
  #catalogue: string | null = null;
  #lookedAt = -Infinity;
  #ms = 0;

  constructor(log: Pick<Log, 'read' | 'bounds' | 'offsetsAt'>) {
    this.#log = log;
  }

  /** Time of agents, ms, as of the last ten minutes. `now`: UTC epoch ms. */
  async look(scope: Scope, now: number): Promise<number> {
    if (scope.plausibility === undefined || !watchesTogether(scope)) return 0;
    const isNew = this.#catalogue !== scope.catalogue.version;
    if (!isNew && now - this.#lookedAt < lookEveryMs) return this.#ms;
    if (isNew) this.#partitions = null;
    this.#catalogue = scope.catalogue.version;
    await this.#readNew(scope, now);
    const all = (this.#partitions ?? []).flatMap(({ pieces }) => [...pieces.values()].flat());
    const held = heldTogether(all, scope.plausibility);
    this.#ms = all
      .filter(({ work, to }) => held.has(work) && to > now - shownMs)
      .reduce((sum, { from, to }) => sum + to - from, 0);
    this.#lookedAt = now;
    return this.#ms;
  }

  async #readNew(scope: Scope, now: number): Promise<void> {
    const topic = topics.postings.name;
    const since = now - keptMs;
    const bounds = await this.#log.bounds(topic);
    this.#partitions ??= (await this.#log.offsetsAt(topic, since)).map((next) => {
      return { next, seen: decodeWatermark(null), pieces: new Map() };
    });
    for (const [partition, read] of this.#partitions.entries()) {
      const end = bounds.find((each) => each.partition === partition)?.end ?? 0;
      while (read.next < end) {
        const records = await this.#log.read(topic, partition, read.next, recordsAtOnce);
        for (const { value } of records) {
          for (const { position, sign, content } of decodeJournalRecord(value)?.postings ?? []) {
            if (!advance(read.seen, position)) continue;
            // What is posted replaces what was: nothing else of the entity is left.
            if (sign === -1) read.pieces.delete(subjectOf(content));
            else read.pieces.set(subjectOf(content), piecesOf(content, scope));
          }
        }
        read.next = (records.at(-1)?.offset ?? end - 1) + 1;
      }
      for (const [entity, pieces] of read.pieces)
        if (pieces.every(({ to }) => to <= since)) read.pieces.delete(entity);
    }
  }
}

const hourMs = 3_600_000;
const lookEveryMs = hourMs / 6;
/** With the days that they lie in. */
const keptMs = 96 * hourMs;
const shownMs = 48 * hourMs;
const recordsAtOnce = 1_000;
