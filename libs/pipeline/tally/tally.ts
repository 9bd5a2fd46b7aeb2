import type { CatalogueView } from '#catalogue/view.js';
import { type RepeatChain, changeChain, type RepeatChange } from '#domain/kpi/repeat-chain.js';
import type { AddToTally } from '#domain/live/measure.js';
import { handledContacts, tallyRepeat } from '#domain/live/repeat-tally.js';
import { tallyContent } from '#domain/live/tally.js';
import { type ContractIndex, contractIndex, issueWindowsOf } from '#domain/metering/contract-index.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import { type Posting, subjectOf } from '#domain/posting/posting.js';
import { advance, decodeWatermark, encodeWatermark, type Watermark } from '#domain/posting/watermark.js';
import type { Batch, Log, PartitionHandler } from '#log/log.js';
import {
  type DecodedRecord,
  type OwnedPartition,
  partitionStage,
  type StateUpdate,
} from '#pipeline/partition-stage.js';
import { StateCache } from '#store/state-cache.js';
import type { Store } from '#store/store.js';
import { decodeJournalRecord } from '#wire/postings.js';
import type { RefusedRecord } from '#wire/refused.js';
import { contractKey, tallyStage } from '#wire/stages.js';
import { chainKey, decodeChain, encodeChain } from './chain-codec.js';

export interface TallyDeps {
  readonly log: Log;
  readonly store: Store;
  /** The catalogue as counting needs it. */
  readonly view: CatalogueView;
  readonly onRefused: (refused: RefusedRecord) => void;
  /**
   * Called after each commit with the times (UTC epoch ms) at which the log took the deliveries of the
   * postings that are in the tally for the first time; not with those that a new tally, or one that went
   * back, reads again.
   */
  readonly onTallied?: (recordedAts: readonly number[]) => void;
  /** Chains of repeat contacts kept in memory per partition; default 20 000. */
  readonly cachedChains?: number;
}

/**
 * Postings to live sums. Sums, chains, the watermark and the position change in one commit.
 */
export function tally(deps: TallyDeps): PartitionHandler {
  const { log, store, view } = deps;
  const rules = countingRules(view);
  return partitionStage<JournalRecord, TallyState>(
    {
      stage: tallyStage(view.catalogueVersion),
      decode: decodeJournalRecord,
      expected: 'a record of the journal',
      entityOf: ({ postings: [posting] }) => ({
        entity: posting === undefined ? '' : subjectOf(posting.content),
        connection: posting?.content.connection ?? '',
      }),
      load: async (ref, claim) => {
        const [watermark = null] = await store.load(ref, [watermarkKey], claim);
        return {
          newFrom: claim.state === 'kept' ? claim.next : null,
          watermark: decodeWatermark(watermark),
          chains: new StateCache(store, ref, decodeChain, deps.cachedChains ?? 20_000),
        };
      },
      process: async (records, batch, partition) => tallyBatch(records, batch, partition, rules, deps),
      rollBack: ({ chains }) => chains.clear(),
    },
    { log, store, onRefused: deps.onRefused },
  );
}

/** Part of the stored format. */
const watermarkKey = 'seen';

interface TallyState {
  /**
   * Records from here on are read for the first time; null: not known before the first batch shows the end.
   */
  newFrom: number | null;
  watermark: Watermark;
  readonly chains: StateCache<RepeatChain>;
}

/** What the catalogue says of counting: the contracts a posting counts for, in all of their months. */
interface CountingRules {
  readonly view: CatalogueView;
  readonly contracts: ContractIndex<CatalogueView['contracts'][number]>;
  /** Windows of anchored issues of a programme: its own and those of its contracts. */
  windowsOf(programme: string): readonly number[];
}

function countingRules(view: CatalogueView): CountingRules {
  const { contracts } = view;
  const windows = new Map<string, readonly number[]>();
  return {
    view,
    contracts: contractIndex(
      contracts.map((item) => ({ item, meter: item.meter, from: -Infinity, to: Infinity })),
    ),
    windowsOf(programme) {
      let known = windows.get(programme);
      if (known === undefined) {
        const own = view.rules(programme).fcrWindowsMs;
        const agreed = issueWindowsOf(
          contracts.map(({ meter }) => meter),
          programme,
        );
        windows.set(programme, (known = [...new Set([...own, ...agreed])]));
      }
      return known;
    },
  };
}

async function tallyBatch(
  records: readonly DecodedRecord<JournalRecord>[],
  batch: Batch,
  partition: OwnedPartition<TallyState>,
  rules: CountingRules,
  deps: TallyDeps,
): Promise<StateUpdate> {
  const { state } = partition;
  const watermark = new Map(state.watermark);
  const fresh = records.flatMap(({ offset, event: { postings, recordedAt } }) =>
    postings
      .filter(({ position }) => advance(watermark, position))
      .map((posting) => ({ offset, recordedAt, posting })),
  );
  const newFrom = (state.newFrom ??= batch.end);
  const contacts = fresh.map(({ posting }) => handledContacts(posting.content, deps.view));
  await state.chains.load(contacts.flat().map(chainKey), partition);
  const sums = new Sums();
  const changedChains = new Map<string, RepeatChain>();
  fresh.forEach(({ posting }, index) => {
    countPosting(posting, rules, sums.add);
    for (const contact of contacts[index] ?? []) {
      const key = chainKey(contact);
      const windows = rules.windowsOf(contact.programme);
      const { chain, changes } = changeChain(state.chains.get(key) ?? [], contact, posting.sign, windows);
      state.chains.set(key, chain);
      changedChains.set(key, chain);
      for (const change of changes) countRepeat(change, rules, sums.add);
    }
  });
  const chains = [...changedChains];
  return {
    puts: [
      ...(fresh.length > 0 ? [[watermarkKey, encodeWatermark(watermark)] as const] : []),
      ...chains
        .filter(([, chain]) => chain.length > 0)
        .map(([key, chain]) => [key, encodeChain(chain)] as const),
    ],
    deletes: chains.filter(([, chain]) => chain.length === 0).map(([key]) => key),
    increments: sums.increments(),
    refused: [],
    onCommitted: () => {
      state.watermark = watermark;
      state.chains.trim();
      const isNew = fresh.filter(({ offset }) => offset >= newFrom);
      deps.onTallied?.(isNew.flatMap(({ recordedAt }) => recordedAt ?? []));
    },
  };
}

function countPosting({ content, sign }: Posting, { view, contracts }: CountingRules, add: AddToTally): void {
  tallyContent(content, sign, view, add);
  for (const { id, meter } of contracts.of(content)) {
    for (const { period, key, value } of meter.measure(content)) {
      add(contractKey(id, period), key, sign * value);
    }
  }
}

function countRepeat(change: RepeatChange, { view, contracts }: CountingRules, add: AddToTally): void {
  const { contact, sign } = change;
  tallyRepeat(change, view.rules(contact.programme), add);
  for (const { id, meter } of contracts.ofRepeat(contact)) {
    for (const { period, key, value } of meter.measureRepeat(contact, change)) {
      add(contractKey(id, period), key, sign * value);
    }
  }
}

/** The increments of one batch, summed before they go to the store. */
class Sums {
  readonly #byKey = new Map<string, Map<string, number>>();

  readonly add: AddToTally = (key, field, delta) => {
    let fields = this.#byKey.get(key);
    if (fields === undefined) this.#byKey.set(key, (fields = new Map<string, number>()));
    fields.set(field, (fields.get(field) ?? 0) + delta);
  };

  /** Sums of 0 are left out. */
  increments(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    for (const [key, fields] of this.#byKey) {
      for (const [field, delta] of fields) if (delta === 0) fields.delete(field);
      if (fields.size === 0) this.#byKey.delete(key);
    }
    return this.#byKey;
  }
}
