import type { CatalogueView } from '#catalogue/view.js';
import { decodeWatermark, type Watermark } from '#domain/posting/watermark.js';
import type { Log, LogRecord } from '#log/log.js';
import { readParked } from '#pipeline/parking.js';
import {
  decodeTallyCatalogue,
  encodeTallyCatalogue,
  type TallyCatalogue,
  tallyCatalogueIncrement,
  tallyCatalogueKey,
  type Takeover,
} from '#pipeline/tally-catalogue.js';
import { type Change, StaleClaim, type Store } from '#store/store.js';
import { ChainCache } from './chain-cache.js';
import { type CountingRules, Sums } from './counting.js';
import { recordsBelow, requireOwnJournal } from './own-journal.js';
import { contentOf, Recount } from './recount.js';
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
  /** Does the work while no batch of the partition is processed; null: the partition is no longer held. */
  readonly withTurn: <T>(state: TallyState, work: () => Promise<T>) => Promise<T | null>;
}

/** A step of each partition; where one of them cannot go on, the others do, and then its error is thrown. */
export async function takeOverAll(
  states: Iterable<TallyState>,
  inForce: CatalogueView,
  deps: TakeoverDeps,
): Promise<boolean> {
  const failures: unknown[] = [];
  let more = false;
  for (const state of states) {
    try {
      more = (await takeOver(state, inForce, deps)) || more;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return more;
}

/**
 * One step towards a catalogue: begins to take it over, recounts one chunk of the journal, or completes it.
 * What is under way is completed before another catalogue is taken over. Each commit is guarded by the state
 * `catalogue`, so that it is applied once. Returns whether there is more to do now.
 */
async function takeOver(state: TallyState, inForce: CatalogueView, deps: TakeoverDeps): Promise<boolean> {
  const wasUncertain = state.isUncertain;
  try {
    if (state.isUncertain) await deps.withTurn(state, () => reload(state, deps));
    const { of, to } = state.catalogue;
    if (to === null && of === inForce.catalogueVersion) return false;
    if (to === null) return (await deps.withTurn(state, () => begin(state, inForce, deps))) ?? false;
    return await recountOn(state, to, deps);
  } catch (error) {
    if (!(error instanceof StaleClaim)) throw error;
    // A commit whose answer was lost is there, or the claim is lost: the next step looks which it is.
    state.isUncertain = true;
    state.isLost = wasUncertain;
    return !wasUncertain;
  }
}

/**
 * To be called in a turn of the partition, before a batch of it: where chains are being changed, the rest of
 * them comes first. Throws `StaleClaim` where the claim is lost.
 */
export async function finishChains(state: TallyState, deps: TakeoverDeps): Promise<void> {
  if (state.isUncertain) await reload(state, deps);
  for (let to = state.catalogue.to; to !== null && to.chains !== null; to = state.catalogue.to) {
    const run = await runOf(state, to, deps);
    const parked = await readParked(deps.store, state.ref);
    while (run.readAt < state.next) {
      const records = await recordsBelow(deps.log, state, run.readAt, deps);
      await orForget(state, async () => run.read(records, state.next, parked, new Sums()));
    }
    await requireOwnJournal(state, deps);
    await orForget(state, async () => changeSomeChains(state, run, new Sums(), deps));
  }
}

/** A recount under way, as far as this process has read for it. */
class Run {
  readonly recount: Recount;
  /** Read up to here in this process: after a crash the chains need all of it again. */
  readAt: number;

  constructor(
    before: CatalogueView,
    readonly after: CatalogueView,
    from: number,
    watermark: Watermark,
  ) {
    this.recount = new Recount(before, after, watermark);
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

const runs = new WeakMap<TallyState, Run>();

async function runOf(state: TallyState, to: Takeover, deps: TakeoverDeps): Promise<Run> {
  const known = runs.get(state);
  if (known !== undefined) return known;
  const after = await deps.catalogues.find(to.version);
  const run = new Run(state.rules.view, after, to.from, await watermarkAt(state, to.from, deps));
  runs.set(state, run);
  return run;
}

/**
 * What a step has read is in the run, and its sums are in the commit alone: where the step fails before or in
 * it, for whatever reason, the run is forgotten, so that the next step reads it again.
 */
async function orForget<T>(state: TallyState, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    runs.delete(state);
    throw error;
  }
}

async function begin(state: TallyState, after: CatalogueView, deps: TakeoverDeps): Promise<boolean> {
  // What is in force in another log is none of this tally's business, and its own log may not know it.
  await requireOwnJournal(state, deps);
  const { of, recounts } = state.catalogue;
  const before = state.rules.view;
  const { difference } = new Recount(before, after);
  const first = state.firstSeen.firstTouched(difference, contentOf(before), contentOf(after));
  const version = after.catalogueVersion;
  if (first >= state.next) {
    const catalogue = { recounts: recounts + 1, of: version, to: null };
    // Without a position there is no state yet either: the first batch says under what it counts.
    if (state.next === 0 && state.stored === null) state.catalogue = catalogue;
    else await commit(state, catalogue, {}, deps);
    state.rules = deps.rulesOf(after);
    return false;
  }
  const from = Math.floor(first / deps.checkpointRecords) * deps.checkpointRecords;
  const to = { version, from, at: from, chains: null };
  await commit(state, { recounts: recounts + 1, of, to }, {}, deps);
  runs.delete(state);
  return true;
}

async function recountOn(state: TallyState, to: Takeover, deps: TakeoverDeps): Promise<boolean> {
  const run = await runOf(state, to, deps);
  const end = state.next;
  const records = await recordsBelow(deps.log, state, run.readAt, deps);
  const parked = await readParked(deps.store, state.ref);
  const isMore = await deps.withTurn(state, async () => {
    // Another step may have been done meanwhile: a batch that had to finish it.
    if (runs.get(state) !== run || state.catalogue.to !== to) return true;
    await requireOwnJournal(state, deps);
    return orForget(state, async () => {
      const sums = new Sums();
      run.read(records, end, parked, sums, to.at);
      if (run.readAt >= state.next) return changeSomeChains(state, run, sums, deps);
      // What is read again after a crash changes no sums; the state stays as it is.
      if (run.readAt <= to.at) return true;
      const reached = { ...state.catalogue, to: { ...to, at: run.readAt } };
      await commit(state, reached, { increments: sums.increments() }, deps);
      return true;
    });
  });
  return isMore ?? false;
}

/**
 * All is read up to the position of the partition, of which no batch is processed now: changes chains, some
 * in each commit. With the last of them the catalogue is taken over.
 */
async function changeSomeChains(
  state: TallyState,
  { recount, after }: Run,
  sums: Sums,
  deps: TakeoverDeps,
): Promise<boolean> {
  const { to, ...rest } = state.catalogue;
  if (to === null) return false;
  const { takeoverChains = 2_000 } = deps;
  const all = recount.chains();
  const left = to.chains === null ? all : all.filter((key) => key > (to.chains ?? ''));
  const keys = left.slice(0, takeoverChains);
  const chains = new ChainCache(deps.store, state.ref, Infinity);
  await chains.load(keys, state);
  await recount.changeChains(keys, chains, sums);
  const update = { ...chains.changes(), increments: sums.increments() };
  const isLast = keys.length === left.length;
  if (!isLast) {
    await commit(state, { ...rest, to: { ...to, at: state.next, chains: keys.at(-1) ?? '' } }, update, deps);
    return true;
  }
  await commit(state, { ...rest, of: after.catalogueVersion, to: null }, update, deps);
  state.rules = deps.rulesOf(after);
  state.chains.clear();
  runs.delete(state);
  // Yet another one may be in force by now.
  return true;
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

async function commit(
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
}

/** What the store has; throws `StaleClaim` where the partition is another process's by now. */
async function reload(state: TallyState, { store, catalogues, rulesOf }: TakeoverDeps): Promise<void> {
  const { ref, epoch, next } = state;
  const [stored = null] = await store.load(ref, [tallyCatalogueKey], { epoch, next });
  const known = decodeTallyCatalogue(stored);
  state.stored = stored;
  if (known !== null) state.catalogue = known;
  state.rules = rulesOf(await catalogues.find(state.catalogue.of));
  state.chains.clear();
  runs.delete(state);
  state.isUncertain = false;
}
