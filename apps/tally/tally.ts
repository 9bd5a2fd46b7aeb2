import type { CatalogueView } from '#catalogue/view.js';
import type { Posting } from '#domain/posting/posting.js';
import { decodeSeen, encodeSeen, type Seen, takeIn } from '#domain/posting/seen.js';
import { type Add, handledContacts, tallyContent, tallyGap } from '#domain/kpi/tally.js';
import { type Chain, changeChain, type HandledContact } from '#domain/kpi/repeat.js';
import { type Batch, type Log, LogUnavailable, type Outcome, type PartitionHandler } from '#log/log.js';
import { appendRefused, poisonRecord } from '#log/refuse.js';
import { StateCache } from '#store/cache.js';
import { type Place, type Store, StoreUnavailable } from '#store/store.js';
import { decodePostingEvent } from '#wire/postings.js';
import type { Refused } from '#wire/refused.js';
import { contractKey, tallyStage } from '#wire/stages.js';

export interface TallyDeps {
  readonly log: Log;
  readonly store: Store;
  /** The catalogue as counting needs it. */
  readonly view: CatalogueView;
  readonly onRefused: (refused: Refused) => void;
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
  const { space, group, topic } = tallyStage(deps.view.catalogueVersion);
  const owned = new Map<number, Owned>();
  return {
    async assigned(partition) {
      const place = { space, partition };
      const hints = await deps.log.committed(group, topic);
      const { next, epoch, found } = await deps.store.claim(place, hints[partition] ?? undefined);
      const [seen = null] = await deps.store.load(place, [seenKey]);
      const chains = new StateCache(deps.store, place, decodeChain, deps.cachedChains ?? 20_000);
      const newFrom = found === 'kept' ? next : null;
      owned.set(partition, { epoch, next, newFrom, seen: decodeSeen(seen), chains });
      return next;
    },
    async batch(batch) {
      const partition = owned.get(batch.partition);
      if (partition === undefined) return { status: 'moved' };
      const seenBefore = new Map(partition.seen);
      try {
        return await tallyBatch(batch, partition, { space, partition: batch.partition }, deps);
      } catch (error) {
        // What was counted but not committed must not survive in memory: the same postings come again.
        partition.seen = seenBefore;
        partition.chains.clear();
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
  seen: Seen;
  readonly chains: StateCache<Chain>;
}

async function tallyBatch(batch: Batch, owned: Owned, place: Place, deps: TallyDeps): Promise<Outcome> {
  const { fresh, refused, next } = decodePostings(batch, owned.seen);
  const newFrom = (owned.newFrom ??= batch.end);
  const links = fresh.map(({ posting }) => handledContacts(posting.content, deps.view));
  await owned.chains.load(links.flat().map(chainKey));
  const sums = new Sums();
  const changedChains = new Map<string, Chain>();
  fresh.forEach(({ posting }, index) => {
    count(posting, deps.view, sums.add);
    for (const link of links[index] ?? []) {
      const key = chainKey(link);
      const { chain, changes } = changeChain(owned.chains.get(key) ?? [], link, posting.sign);
      owned.chains.set(key, chain);
      changedChains.set(key, chain);
      for (const change of changes) {
        tallyGap(change, sums.add);
        for (const contract of deps.view.contracts) {
          for (const { period, key: measure, value } of contract.meter.measureRepeat(
            change.contact,
            change.gapMs,
            change.gapBeforeMs,
          )) {
            sums.add(contractKey(contract.id, period), measure, change.sign * value);
          }
        }
      }
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
      ...(fresh.length > 0 ? [[seenKey, encodeSeen(owned.seen)] as const] : []),
      ...chains
        .filter(([, chain]) => chain.length > 0)
        .map(([key, chain]) => [key, encodeChain(chain)] as const),
    ],
    deletes: chains.filter(([, chain]) => chain.length === 0).map(([key]) => key),
    increments: sums.increments(),
  });
  if (status === 'stale') return { status: 'moved' };
  owned.next = next;
  owned.chains.trim();
  deps.onTallied?.(fresh.flatMap(({ offset, recordedAt }) => (offset >= newFrom ? (recordedAt ?? []) : [])));
  return { status: 'done', next };
}

function count(posting: Posting, view: CatalogueView, add: Add): void {
  tallyContent(posting.content, posting.sign, view, add);
  for (const contract of view.contracts) {
    for (const { period, key, value } of contract.meter.measure(posting.content)) {
      add(contractKey(contract.id, period), key, posting.sign * value);
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
  seen: Seen,
): { fresh: PostingRecord[]; refused: Refused[]; next: number } {
  const fresh: PostingRecord[] = [];
  const refused: Refused[] = [];
  let next = 0;
  for (const { offset, value } of batch.records) {
    next = offset + 1;
    const event = decodePostingEvent(value);
    if (event === null)
      refused.push(poisonRecord('tally', batch, offset, 'a tallyline.posting.<kind>.v1 event'));
    else if (takeIn(seen, event.posting.position)) fresh.push({ ...event, offset });
  }
  return { fresh, refused, next };
}

/** Ids of programmes and pseudonyms have no bar; a reason may. */
function chainKey({ programme, customer, reason }: HandledContact): string {
  return `chain|${programme}|${customer}|${reason}`;
}

/** Links of a chain without what its key says: contact, queue, entry, end. */
function encodeChain(chain: Chain): string {
  return JSON.stringify(
    chain.map(({ contact, queue, enteredAt, endedAt }) => [contact, queue, enteredAt, endedAt]),
  );
}

function decodeChain(key: string, text: string): Chain {
  const [, programme = '', customer = '', ...reasonParts] = key.split('|');
  const reason = reasonParts.join('|');
  const rows = JSON.parse(text) as [string, string, number, number][];
  return rows.map(([contact, queue, enteredAt, endedAt]) => {
    return { contact, customer, programme, reason, queue, enteredAt, endedAt };
  });
}

/** Increments of one batch, added up before they go to the store. */
class Sums {
  readonly #byKey = new Map<string, Map<string, number>>();

  readonly add: Add = (key, field, delta) => {
    let fields = this.#byKey.get(key);
    if (fields === undefined) this.#byKey.set(key, (fields = new Map<string, number>()));
    fields.set(field, (fields.get(field) ?? 0) + delta);
  };

  increments(): [string, string, number][] {
    const increments: [string, string, number][] = [];
    for (const [key, fields] of this.#byKey) {
      for (const [field, delta] of fields) if (delta !== 0) increments.push([key, field, delta]);
    }
    return increments;
  }
}
