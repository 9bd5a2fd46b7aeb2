import type { CatalogueView } from '#catalogue/view.js';
import type { Log } from '#log/log.js';
import { tally } from '#pipeline/tally/tally.js';
import type { PartitionRef, Store } from '#store/store.js';
import { tallyStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { withoutAppends } from './without-appends.js';

/**
 * Counts a partition of the journal from its beginning into a scratch store and compares everything that the
 * tally has of it at the same offset: live sums, sums of contracts, chains of repeat contacts, watermark.
 * What differs is drift: the store has lost, doubled or changed something that no commit of the tally did.
 *
 * The tally works on meanwhile: what it has counted since is counted here too before a key is compared.
 */
export interface SumsAudit {
  readonly partition: number;
  /** Of the journal: up to where was counted at the end. */
  readonly offset: number;
  /** Sums and states that were compared. */
  readonly compared: number;
  /** How many differ; the first of them are in `drifts`. */
  readonly differing: number;
  readonly drifts: readonly Drift[];
}

/** One sum or state that is not what the journal says; null: it is not there. */
export interface Drift {
  readonly key: string;
  /** Of a sum; null: a state. */
  readonly field: string | null;
  readonly journal: number | string | null;
  readonly tally: number | string | null;
}

export interface SumsAuditDeps {
  readonly log: Log;
  readonly store: Store;
  /** Empty, and used for this partition alone; best on a disk of the process. */
  readonly scratch: Store;
  readonly view: CatalogueView;
  /** Awaited after each batch of records and of keys: a background audit waits here. */
  readonly pause?: () => Promise<void>;
}

/** The store has gone back, or was dropped, while it was audited: begin again. */
class TallyWentBack extends Error {
  override readonly name = 'TallyWentBack';
}

export async function auditSums(partition: number, deps: SumsAuditDeps): Promise<SumsAudit> {
  const ref = { keyspace: tallyStage(deps.view.catalogueVersion).keyspace, partition };
  const count = await Recount.begin(ref, deps);
  const [next] = await deps.store.nexts(ref.keyspace, [partition]);
  await count.to(next ?? 0);
  const [own, live] = [await deps.scratch.keys(ref), await deps.store.keys(ref)];
  const found = new Found();
  for (const keys of chunksOf([...new Set([...own.sums, ...live.sums])])) {
    await compareSums(keys, ref, count, deps, found);
    await deps.pause?.();
  }
  for (const keys of chunksOf([...new Set([...own.states, ...live.states])])) {
    await compareStates(keys, ref, count, deps, found);
    await deps.pause?.();
  }
  const { compared, differing, drifts } = found;
  return { partition, offset: count.next, compared, differing, drifts };
}

/** The tally once more, into the scratch store. */
class Recount {
  next = 0;
  readonly #ref: PartitionRef;
  readonly #deps: SumsAuditDeps;
  readonly #handler;

  private constructor(ref: PartitionRef, deps: SumsAuditDeps) {
    this.#ref = ref;
    this.#deps = deps;
    const { view, scratch: store } = deps;
    this.#handler = tally({ log: withoutAppends(deps.log), store, view, onRefused: () => undefined });
  }

  static async begin(ref: PartitionRef, deps: SumsAuditDeps): Promise<Recount> {
    const recount = new Recount(ref, deps);
    recount.next = await recount.#handler.assigned(ref.partition);
    if (recount.next !== 0) throw new Error('the scratch store of an audit is not empty');
    return recount;
  }

  /** Counts all records below an offset. */
  async to(end: number): Promise<void> {
    if (end < this.next) throw new TallyWentBack(`the tally went back from ${this.next} to ${end}`);
    const { partition } = this.#ref;
    const topic = topics.postings.name;
    while (this.next < end) {
      const read = await this.#deps.log.read(topic, partition, this.next, recordsAtOnce);
      const records = read.filter(({ offset }) => offset < end);
      if (records.length === 0) return;
      const result = await this.#handler.batch({ topic, partition, records, end });
      if (result.status !== 'done') {
        throw new Error(
          'the recount of an audit stopped',
          result.status === 'retry' ? { cause: result.cause } : {},
        );
      }
      this.next = result.next;
      await this.#deps.pause?.();
    }
  }
}

class Found {
  compared = 0;
  differing = 0;
  readonly drifts: Drift[] = [];

  compare(drift: Drift): void {
    this.compared += 1;
    if (drift.journal === drift.tally) return;
    this.differing += 1;
    if (this.drifts.length < maxDrifts) this.drifts.push(drift);
  }
}

async function compareSums(
  keys: readonly string[],
  ref: PartitionRef,
  count: Recount,
  { store, scratch }: SumsAuditDeps,
  found: Found,
): Promise<void> {
  const live = await store.sums(ref, keys);
  await count.to(live.next);
  const own = await scratch.sums(ref, keys);
  for (const key of keys) {
    const [journal, tallied] = [own.values.get(key), live.values.get(key)];
    for (const field of new Set([...(journal?.keys() ?? []), ...(tallied?.keys() ?? [])])) {
      found.compare({ key, field, journal: journal?.get(field) ?? null, tally: tallied?.get(field) ?? null });
    }
  }
}

/** States are read without their offset: only those count that the tally did not commit around. */
async function compareStates(
  keys: readonly string[],
  ref: PartitionRef,
  count: Recount,
  { store, scratch }: SumsAuditDeps,
  found: Found,
): Promise<void> {
  for (;;) {
    const [before] = await store.nexts(ref.keyspace, [ref.partition]);
    const live = await store.load(ref, keys);
    const [after] = await store.nexts(ref.keyspace, [ref.partition]);
    if (before !== after) continue;
    await count.to(after ?? 0);
    const own = await scratch.load(ref, keys);
    for (const [index, key] of keys.entries()) {
      found.compare({ key, field: null, journal: own[index] ?? null, tally: live[index] ?? null });
    }
    return;
  }
}

function* chunksOf(keys: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < keys.length; from += keysAtOnce) yield keys.slice(from, from + keysAtOnce);
}

const recordsAtOnce = 1_000;
const keysAtOnce = 200;
const maxDrifts = 100;
