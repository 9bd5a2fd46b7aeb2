import type { Log } from '#log/log.js';
import { type TallyCatalogue, tallyCatalogueIn, tallyCatalogueKey } from '#pipeline/tally-catalogue.js';
import { TallyRecounting } from '#pipeline/tally-reader.js';
import { tally } from '#pipeline/tally/tally.js';
import { onlyCatalogue, type TallyCatalogues } from '#pipeline/tally/tally-state.js';
import type { PartitionRef, Store, Sums } from '#store/store.js';
import type { CatalogueView } from '#catalogue/view.js';
import { tallyStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { type Drift, type DriftKind, driftKind, repairedKey } from './drift.js';
import { exceedingKey } from '#pipeline/tally/first-seen.js';
import { readStates, statePairsOf } from './tallied-states.js';
import { withoutAppends } from '#pipeline/without-appends.js';

/**
 * Counts a partition of the journal from its beginning into a scratch store and compares everything that the
 * tally has of it at the same offset: live sums, sums of contracts, chains of repeat contacts, watermark.
 * What differs is drift: the store has lost, doubled or changed something that no commit of the tally did.
 *
 * The tally works on meanwhile: what it has counted since is counted here too before a key is compared. Where
 * it takes over another catalogue, `TallyRecounting` is thrown: audit it again once that is done.
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
  /** `differing` by what the sums are of; what has none is left out. */
  readonly byKind: Readonly<Partial<Record<DriftKind, number>>>;
}

export interface SumsAuditDeps {
  readonly log: Log;
  readonly store: Store;
  /**
   * Used for this partition alone: empty, or what an audit of it has left that was ended, which is gone on
   * with. Best on a disk of the process.
   */
  readonly scratch: Store;
  /** Sums are counted under the catalogue of the partition. */
  readonly catalogues: TallyCatalogues;
  /** Awaited after each batch of records and of keys: a background audit waits here. */
  readonly pause?: () => Promise<void>;
  /** In a batch; default 1 000. */
  readonly recordsAtOnce?: number;
  /** Of `drifts`; default 100. */
  readonly maxDrifts?: number;
  /** Share that is done, 0 to 1: half of it is counting, half comparing. */
  readonly onProgress?: (share: number) => void;
}

/** The store has gone back, or was dropped, while it was audited: begin again with an empty scratch store. */
class TallyWentBack extends Error {
  override readonly name = 'TallyWentBack';
}

export async function auditSums(partition: number, deps: SumsAuditDeps): Promise<SumsAudit> {
  const ref = tallyRef(partition);
  const { next, values } = await deps.store.sums(ref, [tallyCatalogueKey]);
  const count = await Recount.begin(ref, values, deps);
  await count.to(next);
  const [own, live] = [await deps.scratch.keys(ref), await deps.store.keys(ref)];
  const found = new Found(deps.maxDrifts ?? 100);
  const sums = [...new Set([...own.sums, ...live.sums])].filter(isCounted);
  const states = [...new Set([...own.states, ...live.states])].filter(isCounted);
  let done = 0;
  const goOn = async (keys: readonly string[]): Promise<void> => {
    done += keys.length;
    deps.onProgress?.(0.5 + done / (sums.length + states.length) / 2);
    await deps.pause?.();
  };
  for (const keys of chunksOf(sums)) {
    await compareSums(keys, ref, count, deps, found);
    await goOn(keys);
  }
  for (const keys of chunksOf(states)) {
    await compareStates(keys, ref, count, deps, found);
    await goOn(keys);
  }
  return { partition, offset: count.next, ...found.result() };
}

/** Where the tally has a partition. */
export function tallyRef(partition: number): PartitionRef {
  return { keyspace: tallyStage.keyspace, partition };
}

/** Names what a scratch store counts: it is of no use for an audit that counts something else. */
export async function countName(
  partition: number,
  { store, catalogues }: Pick<SumsAuditDeps, 'store' | 'catalogues'>,
): Promise<string> {
  const ref = tallyRef(partition);
  const { values } = await store.sums(ref, [tallyCatalogueKey]);
  const of = tallyCatalogueIn(values)?.of ?? (await catalogues.inForce()).catalogueVersion;
  return `${ref.keyspace}/${of}`;
}

/** The tally once more, into the scratch store. */
export class Recount {
  next = 0;
  readonly #ref: PartitionRef;
  readonly #deps: SumsAuditDeps;
  readonly #catalogue: TallyCatalogue | null;
  readonly #handler;

  private constructor(
    ref: PartitionRef,
    catalogue: TallyCatalogue | null,
    view: CatalogueView,
    deps: SumsAuditDeps,
  ) {
    this.#ref = ref;
    this.#deps = deps;
    this.#catalogue = catalogue;
    const { scratch: store } = deps;
    const catalogues = onlyCatalogue(view);
    this.#handler = tally({ log: withoutAppends(deps.log), store, catalogues, onRefused: () => undefined });
  }

  /** `values`: of the tally, with the catalogue that it counts under. */
  static async begin(ref: PartitionRef, values: Sums['values'], deps: SumsAuditDeps): Promise<Recount> {
    const catalogue = tallyCatalogueIn(values);
    const { catalogues } = deps;
    const view = await (catalogue === null ? catalogues.inForce() : catalogues.find(catalogue.of));
    const recount = new Recount(ref, catalogue, view, deps);
    recount.requireSame(values);
    recount.next = await recount.#handler.assigned(ref.partition);
    return recount;
  }

  /** Throws where the tally is taking over another catalogue, or did since the audit began. */
  requireSame(values: Sums['values']): void {
    const now = tallyCatalogueIn(values);
    if (now === null) return;
    if (now.to === null && (this.#catalogue === null || now.recounts === this.#catalogue.recounts)) return;
    const left = now.to === null ? null : Math.max(0, this.next - now.to.at);
    throw new TallyRecounting(this.#ref.partition, now.to?.version ?? now.of, now.of, left);
  }

  /** Counts all records below an offset. */
  async to(end: number): Promise<void> {
    if (end < this.next) throw new TallyWentBack(`the tally went back from ${this.next} to ${end}`);
    const { partition } = this.#ref;
    const topic = topics.postings.name;
    const { onProgress, recordsAtOnce = 1_000 } = this.#deps;
    const isFirst = this.next === 0;
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
      if (isFirst) onProgress?.(this.next / end / 2);
      await this.#deps.pause?.();
    }
  }
}

class Found {
  #compared = 0;
  readonly #byKind = new Map<DriftKind, number>();
  readonly #drifts: Drift[] = [];
  readonly #maxDrifts: number;

  constructor(maxDrifts: number) {
    this.#maxDrifts = maxDrifts;
  }

  compare(drift: Drift): void {
    this.#compared += 1;
    if (drift.journal === drift.tally) return;
    const kind = driftKind(drift);
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    if (this.#drifts.length < this.#maxDrifts) this.#drifts.push(drift);
  }

  result(): Omit<SumsAudit, 'partition' | 'offset'> {
    const differing = this.#byKind.values().reduce((sum, count) => sum + count, 0);
    const byKind = Object.fromEntries(this.#byKind);
    return { compared: this.#compared, differing, drifts: this.#drifts, byKind };
  }
}

async function compareSums(
  keys: readonly string[],
  ref: PartitionRef,
  count: Recount,
  { store, scratch }: SumsAuditDeps,
  found: Found,
): Promise<void> {
  const live = await store.sums(ref, [...keys, tallyCatalogueKey]);
  count.requireSame(live.values);
  await count.to(live.next);
  const own = await scratch.sums(ref, keys);
  for (const drift of pairsOf(keys, own.values, live.values)) found.compare(drift);
}

/** Every sum of the keys that one of both has, whether it drifts or not. */
export function* pairsOf(
  keys: readonly string[],
  own: Sums['values'],
  live: Sums['values'],
): Generator<Drift> {
  for (const key of keys) {
    const [journal, tallied] = [own.get(key), live.get(key)];
    for (const field of new Set([...(journal?.keys() ?? []), ...(tallied?.keys() ?? [])])) {
      yield { key, field, journal: journal?.get(field) ?? null, tally: tallied?.get(field) ?? null };
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
    const before = await store.sums(ref, [tallyCatalogueKey]);
    const live = await readStates(keys, async (some) => store.load(ref, some));
    const after = await store.sums(ref, [tallyCatalogueKey]);
    count.requireSame(after.values);
    if (before.next !== after.next) continue;
    await count.to(after.next);
    const own = await readStates(keys, async (some) => scratch.load(ref, some));
    for (const drift of statePairsOf(keys, own, live)) found.compare(drift);
    return;
  }
}

/** What the journal and a catalogue alone do not decide is left out. */
function isCounted(key: string): boolean {
  return key !== tallyCatalogueKey && key !== repairedKey && key !== exceedingKey;
}

function* chunksOf(keys: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < keys.length; from += keysAtOnce) yield keys.slice(from, from + keysAtOnce);
}

const keysAtOnce = 200;
