import { hourOf } from '#domain/timeline/timeline-page.js';
import type { Fact } from '#domain/fact/fact.js';
import type { Log } from '#log/log.js';
import { encodeJournalState, journalKey } from '#pipeline/journal-state.js';
import { parkingCauseNamed, parkingIncrements, type ParkingMark } from '#pipeline/parking.js';
import { type Change, type HeldClaim, type PartitionRef, StaleClaim, type Store } from '#store/store.js';
import type { Covered, KeptState, ParkedState } from '#wire/states.js';
import { decodeArchivePointer, encodeArchivePointer, entityKeyOf } from '../archive/archive-pointer.js';
import {
  type ArchiveQueue,
  batchKey,
  emptyQueue,
  encodeArchiveBatch,
  encodeIndex,
  encodeOrigin,
  enqueue,
  indexKey,
  pageKey,
} from '../archive/archive-queue.js';
import { type ArchiveSize, HashedPages, pageOf, pagesToSplit, pointersOf } from '../archive/hashed-pages.js';
import { readStatesAt } from '../archive/read-states.js';
import { stateText } from '../entity.js';
import { addHour, hoursKey } from '../timeline-hours.js';

/** A state, and where it lies in `meter.states`. */
export interface PlacedState {
  readonly state: KeptState;
  readonly offset: number;
}

/** What is stored while a partition is restored; its last commit removes it. */
interface Progress {
  /** Raised with each commit, so that each is made once. */
  readonly step: number;
  /** Of `meter.states`: what lies below is in the store. */
  readonly read: number;
  readonly covered: Covered;
  readonly archiveSize: ArchiveSize;
  /** XOR of the digests of what was posted of the archived entities. */
  readonly balance: number;
  readonly parked: readonly (readonly [entity: string, offset: number, cause: string | null])[];
}

const nothing: Progress = {
  step: 0,
  read: 0,
  covered: { kind: 'covered', folded: 0, from: 0, fingerprint: '', head: '', journal: [] },
  archiveSize: { pages: 1, pointers: 0 },
  balance: 0,
  parked: [],
};

/** Key of the state that holds the progress. */
const restoringKey = 'restoring';

/**
 * The store of a partition while it is filled from kept states. Its position stays 0 until the end: a process
 * that dies, or loses the partition, leaves it to the next one, which goes on with it.
 */
export class RestoredStore {
  readonly #ref: PartitionRef;
  readonly #claim: HeldClaim;
  readonly #log: Log;
  readonly #store: Store;
  #progress: Progress;
  #stored: string | null;
  #queue: ArchiveQueue = emptyQueue;

  private constructor(
    [ref, claim, { log, store }]: Parameters<typeof RestoredStore.open>,
    stored: string | null,
  ) {
    [this.#ref, this.#claim, this.#log, this.#store, this.#stored] = [ref, claim, log, store, stored];
    this.#progress = stored === null ? nothing : (JSON.parse(stored) as Progress);
  }

  static async open(
    ref: PartitionRef,
    claim: HeldClaim,
    deps: { readonly log: Log; readonly store: Store },
  ): Promise<RestoredStore> {
    const [stored = null] = await deps.store.load(ref, [restoringKey], claim);
    return new RestoredStore([ref, claim, deps], stored);
  }

  get read(): number {
    return this.#progress.read;
  }

  get covered(): Progress['covered'] {
    return this.#progress.covered;
  }

  get balance(): number {
    return this.#progress.balance;
  }

  /**
   * Takes notice of how far states suffice; as all that follows until `change`, stored with the next commit.
   */
  cover(found: Covered): void {
    const known = this.covered;
    const folded = Math.max(known.folded, found.folded);
    this.#progress = { ...this.#progress, covered: { ...(found.from > known.from ? found : known), folded } };
  }

  park({ entity, offset, cause }: ParkedState): void {
    this.#progress = { ...this.#progress, parked: [...this.#progress.parked, [entity, offset, cause]] };
  }

  readTo(read: number): void {
    this.#progress = { ...this.#progress, read };
  }

  /**
   * Archives states, in the place of earlier ones of the same entities, and takes entities out of the
   * archive.
   */
  async change(added: readonly PlacedState[], removed: readonly string[]): Promise<void> {
    const names = [...added.map(({ state }) => state.entity), ...removed];
    const { pages, known } = await this.#archived(names, added.length);
    let { balance } = this.#progress;
    const remove = (name: string): void => {
      const old = known.get(name);
      if (old === undefined) return;
      pages.remove(entityKeyOf(name), encodeArchivePointer(old.offset));
      balance ^= digestBits(old.state);
    };
    const kept: KeptState[] = [];
    for (const { state, offset } of added) {
      const old = known.get(state.entity);
      if (old !== undefined && (old.offset === offset || lastOffset(old.state) > lastOffset(state))) continue;
      remove(state.entity);
      pages.add(entityKeyOf(state.entity), encodeArchivePointer(offset));
      balance ^= digestBits(state);
      kept.push(state);
    }
    for (const name of removed) remove(name);
    pages.grow();
    const puts = pages.changes().map(([page, text]): [string, string] => [pageKey(page), text]);
    puts.push(...(await this.#hours(kept)));
    await this.#commit(puts, { archiveSize: pages.size, balance });
  }

  /** States as the store keeps those of open entities, without what they know of facts that come again. */
  async open(states: readonly KeptState[]): Promise<void> {
    const below = states.map((state) => withoutFactsFrom(this.covered.from, state));
    const held = below.filter(({ facts, posted }) => facts.length > 0 || posted !== null);
    const keys = held.map(({ entity }) => entityKeyOf(entity));
    const puts = held.map((state, index): [string, string] => [keys[index] ?? '', stateText(state)]);
    this.#queue = enqueue(this.#queue, keys, 0, encodeOrigin(this.covered));
    const { tail, newestBatch } = this.#queue;
    puts.push([batchKey(tail), encodeArchiveBatch(newestBatch)], ...(await this.#hours(held)));
    await this.#commit(puts, {});
  }

  /** Sets the position, and answers it. */
  async finish(): Promise<number> {
    const { covered, archiveSize, parked } = this.#progress;
    const { from, folded, head, journal } = covered;
    await this.#commitChange({
      epoch: this.#claim.epoch,
      expectedNext: 0,
      next: from,
      // Position and claim are those of an earlier step too, which the store may have gone back to.
      guard: { key: restoringKey, value: this.#stored },
      puts: [
        [indexKey, encodeIndex({ ...this.#queue, archiveSize })],
        [journalKey, encodeJournalState({ next: from, head, headAt: null, foldedTo: folded, from: journal })],
      ],
      deletes: [restoringKey],
      increments: parkingIncrements(marksBelow(from, parked)),
    });
    return from;
  }

  /** Pages that a change needs, and which of the entities they have. */
  async #archived(names: readonly string[], more: number) {
    const { archiveSize } = this.#progress;
    const numbers = new Set(names.map((name) => pageOf(entityKeyOf(name), archiveSize.pages)));
    for (const page of pagesToSplit(archiveSize, more)) numbers.add(page);
    const read = [...numbers];
    const texts = await this.#store.load(this.#ref, read.map(pageKey), this.#claim);
    const pageTexts = new Map(read.map((page, index) => [page, texts[index] ?? '']));
    const offsets = names.flatMap((name) => {
      const key = entityKeyOf(name);
      const page = pageTexts.get(pageOf(key, archiveSize.pages)) ?? '';
      return pointersOf(page, key).map(decodeArchivePointer);
    });
    const states = await readStatesAt(this.#log, this.#ref.partition, offsets);
    const known = new Map([...states].map(([offset, state]) => [state.entity, { state, offset }]));
    return { pages: new HashedPages(archiveSize, pageTexts), known };
  }

  /** Pages of timelines, entered in the hours that their timelines have. */
  async #hours(states: readonly KeptState[]): Promise<[string, string][]> {
    const found = new Map<string, Set<number>>();
    for (const { entity, facts } of states) {
      if (!hasOwnBoundary(entity, facts)) continue;
      const at = entity.lastIndexOf('@');
      const key = hoursKey(entity.slice(0, at));
      found.set(key, (found.get(key) ?? new Set()).add(Number(entity.slice(at + 1))));
    }
    const keys = [...found.keys()];
    const texts = await this.#store.load(this.#ref, keys, this.#claim);
    return keys.map((key, index) => [
      key,
      [...(found.get(key) ?? [])].reduce<string | null>(addHour, texts[index] ?? null) ?? '',
    ]);
  }

  async #commit(puts: readonly (readonly [string, string])[], change: Partial<Progress>): Promise<void> {
    const progress = { ...this.#progress, ...change, step: this.#progress.step + 1 };
    const text = JSON.stringify(progress);
    await this.#commitChange({
      epoch: this.#claim.epoch,
      expectedNext: 0,
      next: 0,
      guard: { key: restoringKey, value: this.#stored },
      puts: [...puts, [restoringKey, text]],
      deletes: [],
      increments: new Map(),
    });
    [this.#progress, this.#stored] = [progress, text];
  }

  async #commitChange(change: Change): Promise<void> {
    if ((await this.#store.commit(this.#ref, change)) === 'stale') throw new StaleClaim(this.#ref);
  }
}

/**
 * Whether a state knows something of facts that come again: one of these facts, or what was posted at one. An
 * act of reinterpretation is no fact of an entity, so of it the place in the journal says so.
 */
export function isAhead(state: Pick<KeptState, 'factOffsets' | 'posted'>, covered: Covered): boolean {
  const { posted } = state;
  if (lastOffset(state) >= covered.from) return true;
  return posted !== null && posted.offset >= (covered.journal[posted.partition] ?? 0);
}

/** Of the last fact that a state knows. */
export function lastOffset({ factOffsets }: Pick<KeptState, 'factOffsets'>): number {
  return factOffsets.at(-1) ?? -1;
}

/** 32 bits of the digest of what was posted; nothing: 0. */
function digestBits({ posted }: Pick<KeptState, 'posted'>): number {
  return posted === null ? 0 : bitsOf(posted.digest);
}

export function bitsOf(digest: string): number {
  return Buffer.from(digest, 'base64url').readInt32BE();
}

function withoutFactsFrom(from: number, state: KeptState): KeptState {
  const isBelow = (_: unknown, index: number): boolean => (state.factOffsets[index] ?? 0) < from;
  const facts = state.facts.filter(isBelow);
  // A page that has no boundary yet is made with the first one, and looks then for the one after it.
  const isNoPage = facts[0]?.type === 'agent.changed' && !hasOwnBoundary(state.entity, facts);
  if (isNoPage) return { ...state, factOffsets: [], facts: [] };
  return { ...state, factOffsets: state.factOffsets.filter(isBelow), facts };
}

/** Whether it is the page of a timeline with a boundary of its hour, not only the one after it. */
function hasOwnBoundary(entity: string, facts: readonly Fact[]): boolean {
  const hour = Number(entity.slice(entity.lastIndexOf('@') + 1));
  return facts.some((fact) => fact.type === 'agent.changed' && hourOf(fact.at) === hour);
}

/** Of an entity that was parked more than once, after a repair in between, the last mark counts. */
function marksBelow(from: number, parked: Progress['parked']): ReadonlyMap<string, ParkingMark> {
  const below = parked.filter(([, offset]) => offset < from);
  return new Map(
    below.map(([entity, offset, cause]) => [entity, { offset, cause: parkingCauseNamed(cause) }]),
  );
}
