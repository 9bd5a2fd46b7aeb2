import type { CatalogueView } from '#catalogue/view.js';
import { readParked } from '#pipeline/parking.js';
import type { Takeover } from '#pipeline/tally-catalogue.js';
import type { LogRecord } from '#log/log.js';
import { StaleClaim } from '#store/store.js';
import { ChainCache } from './chain-cache.js';
import { Sums } from './counting.js';
import { parkingUpdate, readOn, suspectsIn, tried } from './impossible.js';
import { recordsBelow, requireOwnJournal } from './own-journal.js';
import { contentOf, Recount } from './recount.js';
import { commit, orForget, reload, type Run, runOf, runs, type TakeoverDeps } from './takeover-run.js';
import type { TallyState } from './tally-state.js';
import type { Trial } from './trial.js';

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
    return await recountOrPark(state, to, deps);
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
      const records = await recordsToRead(state, run, deps);
      await orForget(state, async () => run.read(records, state.next, parked, new Sums()));
    }
    await requireOwnJournal(state, deps);
    try {
      await orForget(state, async () => changeSomeChains(state, run, new Sums(), deps));
    } catch (error) {
      await park(error, state, deps, null);
    }
  }
}

/** Where the catalogue cannot count something of the journal that the one before could, it is parked. */
async function recountOrPark(state: TallyState, to: Takeover, deps: TakeoverDeps): Promise<boolean> {
  try {
    return await recountOn(state, to, deps);
  } catch (error) {
    const suspects = suspectsIn(error);
    if (suspects === null) throw error;
    const { stored } = state;
    const after = deps.rulesOf(await deps.catalogues.find(to.version));
    // All of the journal is read while batches go on, and then what they have counted meanwhile.
    const trial = await tried(state, after, suspects, deps);
    const isHeld = await deps.withTurn(state, async () => {
      if (state.isUncertain) await reload(state, deps);
      if (state.stored === stored) await park(error, state, deps, trial);
      return true;
    });
    return isHeld ?? false;
  }
}

/**
 * In a turn of the partition: parks the entities that are at fault. Throws the error where there are none.
 * `trial`: as far as it has read before the turn.
 */
async function park(
  error: unknown,
  state: TallyState,
  deps: TakeoverDeps,
  trial: Trial | null,
): Promise<void> {
  const suspects = suspectsIn(error);
  if (suspects === null) throw error;
  if (state.isUncertain) await reload(state, deps);
  const { to } = state.catalogue;
  if (to === null) return;
  await requireOwnJournal(state, deps);
  const after = deps.rulesOf(await deps.catalogues.find(to.version));
  const own = trial ?? (await tried(state, after, suspects, deps));
  await readOn(own, state, deps);
  if (own.impossible.size === 0) throw error;
  const update = await parkingUpdate(state, to, own, after, deps);
  await commit(state, { ...state.catalogue, recounts: state.catalogue.recounts + 1 }, update, deps);
  state.chains.clear();
  runs.delete(state);
  await deps.reloadParked(state.ref.partition);
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

/** The next records of the recount: where only work is confirmed otherwise, those of that work. */
async function recordsToRead(
  state: TallyState,
  { recount, readAt }: Run,
  deps: TakeoverDeps,
): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (let from = readAt; found.length < touchedAtOnce;) {
    const next = state.firstSeen.nextConfirmed(recount.difference, from);
    if (next === null) return recordsBelow(deps.log, state, readAt, deps);
    if (next >= state.next) break;
    const some = await recordsBelow(deps.log, state, next, { takeoverRecords: 1 });
    found.push(...some.filter(({ offset }) => offset === next));
    from = next + 1;
  }
  return found;
}

const touchedAtOnce = 100;

async function recountOn(state: TallyState, to: Takeover, deps: TakeoverDeps): Promise<boolean> {
  const run = await runOf(state, to, deps);
  const end = state.next;
  const records = await recordsToRead(state, run, deps);
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
  const isLast = keys.length === left.length;
  if (isLast) recount.noteWhole(sums);
  const update = { ...chains.changes(), increments: sums.increments() };
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
