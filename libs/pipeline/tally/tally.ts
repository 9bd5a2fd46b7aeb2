import type { CatalogueView } from '#catalogue/view.js';
import { changeChain } from '#domain/kpi/repeat-chain.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import { subjectOf } from '#domain/posting/posting.js';
import { advance, decodeWatermark, encodeWatermark, type Watermark } from '#domain/posting/watermark.js';
import type { Batch, ConsumeOptions, Log, PartitionHandler } from '#log/log.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import {
  type DecodedRecord,
  type OwnedPartition,
  partitionStage,
  resultOfFailure,
  type StageDeps,
  type StateUpdate,
} from '#pipeline/partition-stage.js';
import {
  decodeTallyCatalogue,
  encodeTallyCatalogue,
  tallyCatalogueIncrement,
  tallyCatalogueKey,
} from '#pipeline/tally-catalogue.js';
import { storedPosition } from '#pipeline/stored-position.js';
import type { Claim, PartitionRef, Store } from '#store/store.js';
import { decodeJournalRecord } from '#wire/postings.js';
import type { RefusedRecord } from '#wire/refused.js';
import { tallyStage } from '#wire/stages.js';
import { ChainCache } from './chain-cache.js';
import { chainKey } from './chain-codec.js';
import {
  additionsUntilTurn,
  countPosting,
  countRepeat,
  type CountingRules,
  countingRules,
  Sums,
} from './counting.js';
import { FirstSeen } from './first-seen.js';
import { finishChains, takeOverAll } from './takeover.js';
import type { TakeoverDeps } from './takeover-run.js';
import {
  checkpointKey,
  checkpointRecords,
  type TallyCatalogues,
  type TallyState,
  watermarkKey,
} from './tally-state.js';

export interface TallyDeps {
  readonly log: Log;
  readonly store: Store;
  /** The catalogue in force as counting needs it, and earlier ones; or one that is in force for ever. */
  readonly catalogues: TallyCatalogues;
  readonly onRefused: (refused: RefusedRecord) => void;
  /** See `StageDeps`. */
  readonly onParked?: StageDeps['onParked'];
  /**
   * Called after each commit with the times (UTC epoch ms) at which the log took the deliveries of the
   * postings that are in the tally for the first time; not with those that a new tally, or one that went
   * back, reads again.
   */
  readonly onTallied?: (recordedAts: readonly number[]) => void;
  /** Pages of chains of repeat contacts kept in memory per partition; default 20 000. */
  readonly cachedChains?: number;
  /** See `TakeoverDeps`. */
  readonly takeoverRecords?: number;
  readonly takeoverChains?: number;
  readonly checkpointRecords?: number;
}

export interface TallyHandler extends PartitionHandler {
  /**
   * One step towards the catalogue in force in each partition that is held; true: there is more to do. Steps
   * and batches of one partition may be called at any time; they wait for each other where they must. Where
   * a partition cannot go on, the others do, and then its error is thrown.
   */
  takeOver(): Promise<boolean>;
  /**
   * Whether a takeover found that another process has claimed a partition since: it is to be assigned again.
   */
  hasLostClaim(partition: number): boolean;
  /** Records still to be recounted in the partitions that are held. */
  leftToRecount(): number;
}

/**
 * Postings to live sums. Sums, chains, the watermark and the position change in one commit, and so does the
 * catalogue under which they count.
 */
export function tally(deps: TallyDeps): TallyHandler {
  const { log, store, catalogues } = deps;
  const compiled = new Map<string, CountingRules>();
  const rulesOf = (view: CatalogueView): CountingRules => {
    const rules = compiled.get(view.catalogueVersion) ?? countingRules(view);
    compiled.delete(view.catalogueVersion);
    compiled.set(view.catalogueVersion, rules);
    for (const version of compiled.keys()) if (compiled.size > 4) compiled.delete(version);
    return rules;
  };
  const held = new Map<number, TallyState>();
  const turns = new Turns();
  const stage = partitionStage<JournalRecord, TallyState>(
    {
      stage: tallyStage,
      decode: decodeJournalRecord,
      expected: 'a record of the journal',
      entityOf: ({ postings: [posting] }) => ({
        entity: posting === undefined ? '' : subjectOf(posting.content),
        connection: posting?.content.connection ?? '',
      }),
      load: async (ref, claim) => {
        const state = await loadState(ref, claim, deps, rulesOf);
        held.set(ref.partition, state);
        return state;
      },
      process: async (records, batch, partition) => tallyBatch(records, batch, partition, deps),
      rollBack: ({ chains, firstSeen }) => {
        chains.clear();
        firstSeen.forget();
      },
    },
    { log, store, onRefused: deps.onRefused, onParked: deps.onParked },
  );
  const withTurn: TakeoverDeps['withTurn'] = async (state, work) =>
    turns.take(state.ref.partition, async () => (held.get(state.ref.partition) === state ? work() : null));
  const reloadParked: TakeoverDeps['reloadParked'] = async (partition) => stage.reloadParked(partition);
  const takeoverDeps = { checkpointRecords, ...deps, rulesOf, withTurn, reloadParked };
  return {
    assigned: async (partition) => turns.take(partition, async () => stage.assigned(partition)),
    batch: async (batch) =>
      turns.take(batch.partition, async () => {
        const state = held.get(batch.partition);
        try {
          if (state !== undefined) await finishChains(state, takeoverDeps);
        } catch (error) {
          return resultOfFailure(error);
        }
        return stage.batch(batch);
      }),
    lost(partition) {
      held.delete(partition);
      stage.lost(partition);
    },
    hasLostClaim: (partition) => held.get(partition)?.isLost ?? false,
    leftToRecount() {
      const left = [...held.values()].map(({ next, catalogue: { to } }) =>
        to === null ? 0 : Math.max(1, next - to.at),
      );
      return left.reduce((sum, each) => sum + each, 0);
    },
    async takeOver() {
      const view = await catalogues.inForce();
      return takeOverAll(held.values(), view, takeoverDeps);
    },
  };
}

/**
 * Where the tally goes on with a partition. Where its claim was lost without a record that would have shown
 * it, the position is behind any: so the driver assigns the partition again, and what is in force is taken
 * over.
 */
export function tallyPosition(
  store: Store,
  handler: TallyHandler,
): NonNullable<ConsumeOptions['storedPosition']> {
  const stored = storedPosition(store, tallyStage.keyspace);
  return async (partition) => {
    const position = await stored(partition);
    return position !== null && handler.hasLostClaim(partition) ? { ...position, next: -1 } : position;
  };
}

async function loadState(
  ref: PartitionRef,
  claim: Claim,
  { store, catalogues, cachedChains = 20_000 }: TallyDeps,
  rulesOf: (view: CatalogueView) => CountingRules,
): Promise<TallyState> {
  const [watermark = null, stored = null] = await store.load(ref, [watermarkKey, tallyCatalogueKey], claim);
  const known = decodeTallyCatalogue(stored);
  const view = known === null ? await catalogues.inForce() : await catalogues.find(known.of);
  return {
    ref,
    epoch: claim.epoch,
    next: claim.next,
    newFrom: claim.state === 'kept' ? claim.next : null,
    watermark: decodeWatermark(watermark),
    chains: new ChainCache(store, ref, cachedChains),
    firstSeen: await FirstSeen.load(store, ref),
    catalogue: known ?? { recounts: 0, of: view.catalogueVersion, to: null },
    stored,
    isUncertain: false,
    isLost: false,
    rules: rulesOf(view),
  };
}

async function tallyBatch(
  records: readonly DecodedRecord<JournalRecord>[],
  batch: Batch,
  partition: OwnedPartition<TallyState>,
  deps: TallyDeps,
): Promise<StateUpdate> {
  const { state } = partition;
  const { rules, firstSeen } = state;
  const watermark = new Map(state.watermark);
  const checkpoints = new Checkpoints(batch, state, deps.checkpointRecords ?? checkpointRecords);
  const fresh = records.flatMap(({ offset, event: { postings, recordedAt } }) => {
    checkpoints.reach(offset, watermark);
    return postings
      .filter(({ position }) => advance(watermark, position))
      .map((posting) => ({ offset, recordedAt, posting }));
  });
  checkpoints.reach(Infinity, watermark);
  const newFrom = (state.newFrom ??= batch.end);
  const contacts = fresh.map(({ posting }) => handledContacts(posting.content, rules.view, rules.resolving));
  await state.chains.load(contacts.flat().map(chainKey), partition);
  const sums = new Sums();
  if (state.stored === null) firstSeen.noteExceedingWhole(sums.add);
  const turns = new EventLoopTurns(additionsUntilTurn);
  for (const [index, { posting, offset }] of fresh.entries()) {
    const { added } = sums;
    firstSeen.note(posting.content, offset, sums.add);
    firstSeen.noteExceeding(posting.content, offset, rules.view, sums.add);
    countPosting(posting, rules, sums.add);
    for (const contact of contacts[index] ?? []) {
      const key = chainKey(contact);
      const windows = rules.windowsOf(contact.programme);
      const { chain, changes } = changeChain(state.chains.get(key), contact, posting.sign, windows);
      state.chains.set(key, chain);
      for (const change of changes) countRepeat(change, rules, sums.add);
    }
    await turns.after(sums.added - added);
  }
  const { puts, deletes } = state.chains.changes();
  const catalogueText = encodeTallyCatalogue(state.catalogue);
  const isFirst = state.stored === null;
  return {
    puts: [
      ...(fresh.length > 0 ? [[watermarkKey, encodeWatermark(watermark)] as const] : []),
      ...checkpoints.puts,
      ...(isFirst ? [[tallyCatalogueKey, catalogueText] as const] : []),
      ...puts,
    ],
    deletes,
    increments: new Map([
      ...sums.increments(),
      ...(isFirst ? [tallyCatalogueIncrement(null, catalogueText)] : []),
    ]),
    refused: [],
    guard: { key: tallyCatalogueKey, value: state.stored },
    onCommitted: () => {
      state.next = (batch.records.at(-1)?.offset ?? -1) + 1;
      state.stored ??= catalogueText;
      state.watermark = watermark;
      state.chains.trim();
      firstSeen.keep();
      const isNew = fresh.filter(({ offset }) => offset >= newFrom);
      deps.onTallied?.(isNew.flatMap(({ recordedAt }) => recordedAt ?? []));
    },
  };
}

/** The checkpoints of the watermark that a batch comes past, whether or not its records can be used. */
class Checkpoints {
  readonly puts: [key: string, value: string][] = [];
  /** Each with the first record at or above it. */
  readonly #left: { readonly at: number; readonly record: number }[] = [];

  constructor({ records }: Batch, { next }: Pick<TallyState, 'next'>, every: number) {
    let reached = Math.ceil(next / every) * every;
    for (const { offset } of records) {
      const at = Math.floor(offset / every) * every;
      if (at >= reached && at > 0) this.#left.push({ at, record: offset });
      reached = Math.max(reached, at + every);
    }
  }

  /** To be called before a record is counted. */
  reach(offset: number, watermark: Watermark): void {
    for (let next = this.#left[0]; next !== undefined && next.record <= offset; next = this.#left[0]) {
      this.puts.push([checkpointKey(next.at), encodeWatermark(watermark)]);
      this.#left.shift();
    }
  }
}

/** One thing at a time for each partition. */
class Turns {
  readonly #last = new Map<number, Promise<unknown>>();

  async take<T>(partition: number, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(partition) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.#last.set(partition, turn);
    return turn;
  }
}
