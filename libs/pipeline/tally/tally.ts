import type { CatalogueView } from '#catalogue/view.js';
import type { Posting } from '#domain/posting/posting.js';
import { decodeWatermark, encodeWatermark, type Watermark, advance } from '#domain/posting/watermark.js';
import { issueWindowsOf, type ContractIndex, contractIndex } from '#domain/metering/contract-index.js';
import { type Add, handledContacts, tallyContent, tallyGap } from '#domain/live/tally.js';
import { type Chain, changeChain, type GapChange } from '#domain/kpi/repeat-chain.js';
import { type Batch, type Log, LogUnavailable, type BatchResult, type PartitionHandler } from '#log/log.js';
import { appendRefused, unreadableRecord } from '#pipeline/dead-letters.js';
import { StateCache } from '#store/state-cache.js';
import { type PartitionRef, StaleClaim, type Store, StoreUnavailable } from '#store/store.js';
import { decodePostingEvent } from '#wire/postings.js';
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
   * Told of postings that are now in the tally for the first time, by when the log took their deliveries (UTC
   * epoch ms); not of those that a new tally, or one that went back, reads again.
   */
  readonly onTallied?: (recordedAts: readonly number[]) => void;
  /** Chains of repeat contacts kept in memory per partition; default 20 000. */
  readonly cachedChains?: number;
}

/**
 * Postings to live sums. Sums, chains, the postings seen and the offset they stand for change in one commit.
 */
export function tally(deps: TallyDeps): PartitionHandler {
  const { keyspace, group, topic } = tallyStage(deps.view.catalogueVersion);
  const counting = countingOf(deps.view);
  const owned = new Map<number, Owned>();
  return {
    async assigned(partition) {
      const place = { keyspace, partition };
      const hints = await deps.log.committed(group, topic);
      const { next, epoch, state } = await deps.store.claim(place, hints[partition] ?? undefined);
      const [seen = null] = await deps.store.load(place, [seenKey], { epoch, next });
      const chains = new StateCache(deps.store, place, decodeChain, deps.cachedChains ?? 20_000);
      const newFrom = state === 'kept' ? next : null;
      owned.set(partition, { epoch, next, newFrom, seen: decodeWatermark(seen), chains });
      return next;
    },
    async batch(batch) {
      const partition = owned.get(batch.partition);
      if (partition === undefined) return { status: 'fenced' };
      const seenBefore = new Map(partition.seen);
      try {
        return await tallyBatch(batch, partition, { keyspace, partition: batch.partition }, deps, counting);
      } catch (error) {
        // What was counted but not committed must not survive in memory: the same postings come again.
        partition.seen = seenBefore;
        partition.chains.clear();
        if (error instanceof StaleClaim) return { status: 'fenced' };
        if (error instanceof LogUnavailable || error instanceof StoreUnavailable) {
          return { status: 'retry', cause: error };
        }
        throw error;
      }
    },
    lost(partition) {
      owned.delete(partition);
    },
  };
}

const seenKey = 'seen';

interface Owned {
  readonly epoch: number;
  /** The next offset as the store has it. */
  next: number;
  /**
   * Records from here on are read for the first time; null: not known before the first batch shows the end.
   */
  newFrom: number | null;
  seen: Watermark;
  readonly chains: StateCache<Chain>;
}

/** Who is asked of a posting; all of a contract's months are of use. */
interface Counting {
  readonly view: CatalogueView;
  readonly routes: ContractIndex<CatalogueView['contracts'][number]>;
  /** Windows of anchored issues of a programme: its own and those of its contracts. */
  windowsOf(programme: string): readonly number[];
}

function countingOf(view: CatalogueView): Counting {
  const { contracts } = view;
  const windows = new Map<string, readonly number[]>();
  return {
    view,
    routes: contractIndex(
      contracts.map((item) => ({ item, meter: item.meter, from: -Infinity, to: Infinity })),
    ),
    windowsOf(programme) {
      let found = windows.get(programme);
      if (found === undefined) {
        const own = view.rules(programme).fcrWindowsMs;
        const agreed = issueWindowsOf(
          contracts.map(({ meter }) => meter),
          programme,
        );
        windows.set(programme, (found = [...new Set([...own, ...agreed])]));
      }
      return found;
    },
  };
}

async function tallyBatch(
  batch: Batch,
  owned: Owned,
  place: PartitionRef,
  deps: TallyDeps,
  counting: Counting,
): Promise<BatchResult> {
  const { fresh, refused, next } = decodePostings(batch, owned.seen);
  const newFrom = (owned.newFrom ??= batch.end);
  const links = fresh.map(({ posting }) => handledContacts(posting.content, deps.view));
  await owned.chains.load(links.flat().map(chainKey), owned);
  const sums = new Sums();
  const changedChains = new Map<string, Chain>();
  fresh.forEach(({ posting }, index) => {
    count(posting, counting, sums.add);
    for (const link of links[index] ?? []) {
      const key = chainKey(link);
      const windows = counting.windowsOf(link.programme);
      const { chain, changes } = changeChain(owned.chains.get(key) ?? [], link, posting.sign, windows);
      owned.chains.set(key, chain);
      changedChains.set(key, chain);
      for (const change of changes) countGap(change, counting, sums.add);
    }
  });
  refused.forEach(deps.onRefused);
  await appendRefused(deps.log, refused);
  const chains = [...changedChains];
  const status = await deps.store.commit(place, {
    epoch: owned.epoch,
    expectedNext: owned.next,
    next,
    puts: [
      ...(fresh.length > 0 ? [[seenKey, encodeWatermark(owned.seen)] as const] : []),
      ...chains
        .filter(([, chain]) => chain.length > 0)
        .map(([key, chain]) => [key, encodeChain(chain)] as const),
    ],
    deletes: chains.filter(([, chain]) => chain.length === 0).map(([key]) => key),
    increments: sums.increments(),
  });
  if (status === 'stale') return { status: 'fenced' };
  owned.next = next;
  owned.chains.trim();
  deps.onTallied?.(fresh.flatMap(({ offset, recordedAt }) => (offset >= newFrom ? (recordedAt ?? []) : [])));
  return { status: 'done', next };
}

function count({ content, sign }: Posting, { view, routes }: Counting, add: Add): void {
  tallyContent(content, sign, view, add);
  for (const { id, meter } of routes.of(content)) {
    for (const { period, key, value } of meter.measure(content))
      add(contractKey(id, period), key, sign * value);
  }
}

function countGap(change: GapChange, { view, routes }: Counting, add: Add): void {
  const { contact, sign } = change;
  tallyGap(change, view.rules(contact.programme), add);
  for (const { id, meter } of routes.ofRepeat(contact)) {
    for (const { period, key, value } of meter.measureRepeat(contact, change)) {
      add(contractKey(id, period), key, sign * value);
    }
  }
}

interface PostingRecord {
  readonly posting: Posting;
  readonly recordedAt: number | null;
  readonly offset: number;
}

function decodePostings(
  batch: Batch,
  seen: Watermark,
): { fresh: PostingRecord[]; refused: RefusedRecord[]; next: number } {
  const fresh: PostingRecord[] = [];
  const refused: RefusedRecord[] = [];
  let next = 0;
  for (const { offset, value } of batch.records) {
    next = offset + 1;
    const event = decodePostingEvent(value);
    if (event === null)
      refused.push(unreadableRecord('tally', batch, offset, 'a tallyline.posting.<kind>.v1 event'));
    else if (advance(seen, event.posting.position)) fresh.push({ ...event, offset });
  }
  return { fresh, refused, next };
}

/** Increments of one batch, added up before they go to the store. */
class Sums {
  readonly #byKey = new Map<string, Map<string, number>>();

  readonly add: Add = (key, field, delta) => {
    let fields = this.#byKey.get(key);
    if (fields === undefined) this.#byKey.set(key, (fields = new Map<string, number>()));
    fields.set(field, (fields.get(field) ?? 0) + delta);
  };

  /** What has come to 0 is left out. */
  increments(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    for (const [key, fields] of this.#byKey) {
      for (const [field, delta] of fields) if (delta === 0) fields.delete(field);
      if (fields.size === 0) this.#byKey.delete(key);
    }
    return this.#byKey;
  }
}
