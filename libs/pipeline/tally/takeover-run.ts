import type { CatalogueView } from '#catalogue/view.js';
import { decodeWatermark, type Watermark } from '#domain/posting/watermark.js';
import type { Log, LogRecord } from '#log/log.js';
import {
  decodeTallyCatalogue,
  encodeTallyCatalogue,
  type TallyCatalogue,
  tallyCatalogueIncrement,
  tallyCatalogueKey,
  type Takeover,
} from '#pipeline/tally-catalogue.js';
import { type Change, StaleClaim, type Store } from '#store/store.js';
import type { RefusedRecord } from '#wire/refused.js';
import type { CountingRules, Sums } from './counting.js';
import { FirstSeen } from './first-seen.js';
import { Recount } from './recount.js';
import { checkpointKey, type TallyCatalogues, type TallyState } from './tally-state.js';

export interface TakeoverDeps {
  readonly log: Log;
  readonly store: Store;
  readonly catalogues: TallyCatalogues;
  /** Records that one step reads; default 2 000. */
  readonly takeoverRecords?: number;
  /** Chains that one commit changes; default 2 000. */
  readonly takeoverChains?: number;
  /** Records between two checkpoints of the watermark. */
  readonly checkpointRecords: number;
  readonly rulesOf: (view: CatalogueView) => CountingRules;
  readonly onRefused: (refused: RefusedRecord) => void;
  /** What is parked in the store may be more than the stage knows. */
  readonly reloadParked: (partition: number) => Promise<void>;
  /** Does the work while no batch of the partition is processed; null: the partition is no longer held. */
  readonly withTurn: <T>(state: TallyState, work: () => Promise<T>) => Promise<T | null>;
}

/** A recount under way, as far as this process has read for it. */
export class Run {
  readonly recount: Recount;
  /** Read up to here in this process: after a crash the chains need all of it again. */
  readAt: number;

  constructor(
    before: CatalogueView,
    readonly after: CatalogueView,
    from: number,
    watermark: Watermark,
    firstSeen: FirstSeen,
  ) {
    this.recount = new Recount(before, after, watermark, { firstSeen, isWhole: from === 0 });
    this.readAt = from;
  }

  /** `end`: of what was to be read, where there is nothing. */
  read(
    records: readonly LogRecord[],
    end: number,
    parked: ReadonlyMap<string, number>,
    sums: Sums,
    sumsFrom = end,
  ) {
    this.recount.read(records, sumsFrom, parked, sums);
    const last = records.at(-1);
    this.readAt = last === undefined ? Math.max(this.readAt, end) : last.offset + 1;
  }
}

export const runs = new WeakMap<TallyState, Run>();

export async function runOf(state: TallyState, to: Takeover, deps: TakeoverDeps): Promise<Run> {
  const known = runs.get(state);
  if (known !== undefined) return known;
  const after = await deps.catalogues.find(to.version);
  const run = new Run(
    state.rules.view,
    after,
    to.from,
    await watermarkAt(state, to.from, deps),
    state.firstSeen,
  );
  runs.set(state, run);
  return run;
}

/**
 * What a step has read is in the run, and its sums are in the commit alone: where the step fails before or in
 * it, for whatever reason, the run is forgotten, so that the next step reads it again.
 */
export async function orForget<T>(state: TallyState, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    runs.delete(state);
    state.firstSeen.forget();
    throw error;
  }
}

/** The watermark before the first record at or above the offset, which is that of a checkpoint. */
async function watermarkAt(
  { ref, epoch, next }: TallyState,
  offset: number,
  { store }: TakeoverDeps,
): Promise<Watermark> {
  if (offset === 0) return new Map();
  const [text = null] = await store.load(ref, [checkpointKey(offset)], { epoch, next });
  if (text === null)
    throw new Error(`the tally of partition ${ref.partition} has lost its checkpoint at ${offset}`);
  return decodeWatermark(text);
}

export async function commit(
  state: TallyState,
  catalogue: TallyCatalogue,
  update: Partial<Pick<Change, 'puts' | 'deletes' | 'increments'>>,
  { store }: TakeoverDeps,
): Promise<void> {
  const { ref, epoch, next, stored } = state;
  const text = encodeTallyCatalogue(catalogue);
  state.isUncertain = true;
  const answer = await store.commit(ref, {
    epoch,
    expectedNext: next,
    next,
    guard: { key: tallyCatalogueKey, value: stored },
    puts: [[tallyCatalogueKey, text], ...(update.puts ?? [])],
    deletes: update.deletes ?? [],
    increments: new Map([...(update.increments ?? []), tallyCatalogueIncrement(stored, text)]),
  });
  if (answer === 'stale') throw new StaleClaim(ref);
  state.isUncertain = false;
  state.catalogue = catalogue;
  state.stored = text;
  state.firstSeen.keep();
}

/** What the store has; throws `StaleClaim` where the partition is another process's by now. */
export async function reload(state: TallyState, deps: TakeoverDeps): Promise<void> {
  const { store, catalogues, rulesOf } = deps;
  const { ref, epoch, next } = state;
  const [stored = null] = await store.load(ref, [tallyCatalogueKey], { epoch, next });
  const known = decodeTallyCatalogue(stored);
  state.stored = stored;
  if (known !== null) state.catalogue = known;
  state.rules = rulesOf(await catalogues.find(state.catalogue.of));
  state.chains.clear();
  // A commit whose answer was lost may have noted something.
  state.firstSeen = await FirstSeen.load(store, ref);
  runs.delete(state);
  await deps.reloadParked(ref.partition);
  state.isUncertain = false;
}
