import { contentsOfPage, hourOf, pageName } from '#domain/timeline/timeline-page.js';
import { type Change, type Interpret, interpretAgain, supersedes } from '#domain/entity/fold.js';
import type { AgentChanged, Fact } from '#domain/fact/fact.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { StateCache } from '#store/state-cache.js';
import type { HeldClaim, PartitionRef, Store } from '#store/store.js';
import { entityKeyOf } from './archive/archive-pointer.js';
import type { EntityCache } from './entity-cache.js';
import { type Entity, inLogOrder, newEntity, type PlacedFact, placedFacts, replaceFacts } from './entity.js';
import { decodeHours, encodeHours, hoursKey, indexIn } from './timeline-hours.js';

/**
 * Which hours of a timeline have a page: all that is kept of an agent beside the pages, one or two letters an
 * hour worked. Pages are entities like contacts: cached, archived and rehydrated with them.
 */
export class Timelines {
  readonly #hours: StateCache<readonly number[]>;
  readonly #changed = new Map<string, readonly number[]>();

  constructor(store: Store, at: PartitionRef, limit = 20_000) {
    this.#hours = new StateCache(store, at, (_key, text) => decodeHours(text), limit);
  }

  async load(facts: readonly Fact[], claim: HeldClaim): Promise<void> {
    const timelines = new Set(facts.filter(isBoundary).map(({ entity }) => entity));
    await this.#hours.load([...timelines].map(hoursKey), claim);
  }

  /** The hours with a page next to an hour, before and after it; null: none. */
  around(timeline: string, hour: number): { before: number | null; has: boolean; after: number | null } {
    const hours = this.#hours.get(hoursKey(timeline)) ?? [];
    const index = indexIn(hours, hour);
    const has = hours[index] === hour;
    return { before: hours[index - 1] ?? null, has, after: hours[has ? index + 1 : index] ?? null };
  }

  add(timeline: string, hour: number): void {
    const key = hoursKey(timeline);
    const hours = this.#hours.get(key) ?? [];
    const added = hours.toSpliced(indexIn(hours, hour), 0, hour);
    this.#hours.set(key, added);
    this.#changed.set(key, added);
  }

  /** What is to be stored since the last commit. */
  changes(): [string, string][] {
    return [...this.#changed].map(([key, hours]) => [key, encodeHours(hours)]);
  }

  /** After a commit. */
  trim(): void {
    this.#changed.clear();
    this.#hours.trim();
  }

  clear(): void {
    this.#changed.clear();
    this.#hours.clear();
  }
}

export function isBoundary(fact: Fact): fact is AgentChanged {
  return fact.type === 'agent.changed';
}

/** The entity that a fact is kept with: of a boundary its page. */
export function nameOf(fact: Fact): string {
  return isBoundary(fact) ? pageName(fact.entity, hourOf(fact.at)) : fact.entity;
}

/** The entities that a fact may change or must read: of a boundary, its page and those next to it. */
export function namesOf(fact: Fact, timelines: Timelines): string[] {
  if (!isBoundary(fact)) return [fact.entity];
  const hour = hourOf(fact.at);
  const { before, has, after } = timelines.around(fact.entity, hour);
  const hours = [hour, before, has ? null : after].filter((each) => each !== null);
  return hours.map((each) => pageName(fact.entity, each));
}

/** A page with the facts that it has now, what was posted of it before, and what that changes. */
export interface ChangedPage {
  readonly page: Entity;
  readonly old: PostingContent | null;
  readonly changes: readonly Change[];
}

/**
 * Adds a boundary to the page of its hour. Where it becomes the first there, the page before it has to know:
 * it ends that page's last stretch. Nothing else can change.
 */
export function foldBoundary(
  { fact, offset }: PlacedFact & { readonly fact: AgentChanged },
  timelines: Timelines,
  cache: EntityCache,
  interpret: Interpret,
): ChangedPage[] {
  const { entity: timeline } = fact;
  const hour = hourOf(fact.at);
  const name = pageName(timeline, hour);
  const { before, has, after } = timelines.around(timeline, hour);
  const page = has ? cachedPage(name, cache) : (cache.get(name) ?? newEntity(name, entityKeyOf(name)));
  const previous = before === null ? null : cachedPage(pageName(timeline, before), cache);
  const own = { ...fact, entity: name };
  const known = page.state.facts.find(({ id }) => id === fact.id);
  if (known !== undefined && !supersedes(own, known)) return [];

  const facts = placedFacts(page).filter((each) => each.fact !== known);
  facts.push({ fact: own, offset });
  if (!has) {
    timelines.add(timeline, hour);
    const next = nextPage(timeline, after, cache);
    if (next !== null) facts.push({ ...next, fact: { ...next.fact, entity: name } });
  }
  const changed = [setFacts(page, facts, interpret)];
  const first = firstOf(page);
  if (previous !== null && first !== null && afterOf(previous)?.offset !== first.offset) {
    const kept = placedFacts(previous).filter(({ offset: each }) => each !== afterOf(previous)?.offset);
    const renamed = { ...first, fact: { ...first.fact, entity: previous.name } };
    changed.push(setFacts(previous, [...kept, renamed], interpret));
  }
  return changed;
}

function setFacts(page: Entity, facts: readonly PlacedFact[], interpret: Interpret): ChangedPage {
  const sorted = inLogOrder(facts);
  const all = sorted.map(({ fact }) => fact);
  const { posted: old } = page.state;
  const { state, changes } = interpretAgain(all, old, interpret);
  const offsets = sorted.map(({ offset }) => offset);
  replaceFacts(page, state, offsets);
  return { page, old, changes };
}

function nextPage(timeline: string, hour: number | null, cache: EntityCache): PlacedFact | null {
  return hour === null ? null : firstOf(cachedPage(pageName(timeline, hour), cache));
}

function firstOf(page: Entity): PlacedFact | null {
  return placed(page, contentsOfPage(page.state.facts.filter(isBoundary)).own[0]);
}

function afterOf(page: Entity): PlacedFact | null {
  return placed(page, contentsOfPage(page.state.facts.filter(isBoundary)).after);
}

function placed(page: Entity, fact: Fact | null | undefined): PlacedFact | null {
  return placedFacts(page).find((each) => each.fact === fact) ?? null;
}

function cachedPage(name: string, cache: EntityCache): Entity {
  const page = cache.get(name);
  if (page === undefined) throw new Error(`the page ${name} of a timeline is not in the store`);
  return page;
}
