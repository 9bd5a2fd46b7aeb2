import {
  contentsOfPage,
  hourOf,
  hoursOfReason,
  type PageContents,
  pageName,
  reasonBefore,
} from '#domain/timeline/timeline-page.js';
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
    const timelines = new Set(facts.flatMap((fact) => timelineNamed(fact)?.timeline ?? []));
    await this.#hours.load([...timelines].map(hoursKey), claim);
  }

  /** The hours with a page next to an hour, before and after it; null: none. */
  around(timeline: string, hour: number): { before: number | null; has: boolean; after: number | null } {
    const hours = this.#hours.get(hoursKey(timeline)) ?? [];
    const index = indexIn(hours, hour);
    const has = hours[index] === hour;
    return { before: hours[index - 1] ?? null, has, after: hours[has ? index + 1 : index] ?? null };
  }

  has(timeline: string, hour: number): boolean {
    return this.around(timeline, hour).has;
  }

  /** The hours with a page from one to another, both included. */
  between(timeline: string, from: number, to: number): readonly number[] {
    const hours = this.#hours.get(hoursKey(timeline)) ?? [];
    return hours.slice(indexIn(hours, from), indexIn(hours, to + 1));
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

/**
 * The entities that a fact may change or must read: of a boundary, its page, those next to it and those whose
 * first state may have its reason from it; of a page that is interpreted once more, those before it likewise.
 */
export function namesOf(fact: Fact, timelines: Timelines): string[] {
  const named = timelineNamed(fact);
  if (named === null) return [fact.entity];
  const { timeline, hour } = named;
  if (!isBoundary(fact)) {
    const hours = timelines.has(timeline, hour) ? pagesUpTo(timeline, hour, timelines) : [];
    return [fact.entity, ...hours.map((each) => pageName(timeline, each))];
  }
  const { before, after } = timelines.around(timeline, hour);
  const hours = [hour, before, after].filter((each) => each !== null);
  hours.push(...timelines.between(timeline, hour, hour + hoursOfReason));
  return [...new Set(hours)].map((each) => pageName(timeline, each));
}

/** The timeline and the hour that a fact is about; null: it is about no timeline. */
function timelineNamed(fact: Fact): { readonly timeline: string; readonly hour: number } | null {
  if (isBoundary(fact)) return { timeline: fact.entity, hour: hourOf(fact.at) };
  const page = fact.type === 'entity.reinterpreted' ? /^(.+)@(\d+)$/s.exec(fact.entity) : null;
  return page === null ? null : { timeline: page[1] ?? '', hour: Number(page[2]) };
}

/** The page of an hour and those before it whose states may go on into it, in order. */
function pagesUpTo(timeline: string, hour: number, timelines: Timelines): number[] {
  const { before } = timelines.around(timeline, hour);
  const hours = new Set(timelines.between(timeline, hour - hoursOfReason, hour));
  return [...(before === null || hours.has(before) ? [] : [before]), ...hours];
}

/** A page with the facts that it has now, what was posted of it before, and what that changes. */
export interface ChangedPage {
  readonly page: Entity;
  readonly old: PostingContent | null;
  readonly changes: readonly Change[];
}

/**
 * Adds a boundary to the page of its hour. Where it becomes the first there, the page before it has to know:
 * it ends that page's last stretch. And states that go on without a reason may have another one.
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
  const known = partsOf(page).own.find(({ id }) => id === fact.id);
  if (known !== undefined && !supersedes(own, known)) return [];

  const facts = placedFacts(page).filter((each) => each.fact !== known);
  facts.push({ fact: own, offset });
  if (!has) {
    timelines.add(timeline, hour);
    const next = after === null ? null : firstOf(cachedPage(pageName(timeline, after), cache));
    if (next !== null) facts.push({ ...next, fact: { ...next.fact, entity: name } });
  }
  const changed = [setFacts(page, facts, interpret)];
  const first = firstOf(page);
  if (previous !== null && first !== null && afterOf(previous)?.offset !== first.offset) {
    const kept = placedFacts(previous).filter(({ offset: each }) => each !== afterOf(previous)?.offset);
    const renamed = { ...first, fact: { ...first.fact, entity: previous.name } };
    changed.push(setFacts(previous, [...kept, renamed], interpret));
  }
  const following = timelines.between(timeline, hour + 1, hour + hoursOfReason);
  const reached = [page, ...following.map((each) => cachedPage(pageName(timeline, each), cache))];
  return merged([...changed, ...carryReasons(previous, reached, interpret)], interpret);
}

/**
 * A page of a timeline that is to be interpreted once more: what an earlier version of this program has kept
 * does not hold what gives the first boundaries their reasons. null: it is no page.
 */
export function reinterpretPage(
  fact: Fact,
  timelines: Timelines,
  cache: EntityCache,
  interpret: Interpret,
): ChangedPage[] | null {
  const named = timelineNamed(fact);
  if (named === null || isBoundary(fact) || !timelines.has(named.timeline, named.hour)) return null;
  const hours = pagesUpTo(named.timeline, named.hour, timelines);
  const [first = null, ...rest] = hours.map((each) => cachedPage(pageName(named.timeline, each), cache));
  const carried = carryReasons(first, rest, interpret);
  const page = cachedPage(fact.entity, cache);
  return merged([...carried, setFacts(page, placedFacts(page), interpret)], interpret);
}

/** Gives the first boundary of each page its reason from the page before it, one after the other. */
function carryReasons(
  previous: Entity | null,
  pages: readonly Entity[],
  interpret: Interpret,
): ChangedPage[] {
  const changed: ChangedPage[] = [];
  let last = previous;
  for (const page of pages) {
    const { before, own } = partsOf(page);
    const fact = last === null ? null : reasonBefore(own[0], partsOf(last));
    const giver = last === null ? null : placed(last, fact);
    const held = placed(page, before);
    if (giver?.offset !== held?.offset) {
      const kept = placedFacts(page).filter((each) => each.fact !== before);
      const added = giver === null ? [] : [{ ...giver, fact: { ...giver.fact, entity: page.name } }];
      changed.push(setFacts(page, [...kept, ...added], interpret));
    }
    last = page;
  }
  return changed;
}

/** Each page once, with what all that was done to it changes of what was posted. */
function merged(pages: readonly ChangedPage[], interpret: Interpret): ChangedPage[] {
  return [...Map.groupBy(pages, ({ page }) => page).values()].flatMap(([first, ...further]) => {
    if (first === undefined || further.length === 0) return first ?? [];
    const { page, old } = first;
    const { state, changes } = interpretAgain(page.state.facts, old, interpret);
    page.state = state;
    return { page, old, changes };
  });
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

function partsOf(page: Entity): PageContents {
  return contentsOfPage(page.state.facts.filter(isBoundary));
}

function firstOf(page: Entity): PlacedFact | null {
  return placed(page, partsOf(page).own[0]);
}

function afterOf(page: Entity): PlacedFact | null {
  return placed(page, partsOf(page).after);
}

function placed(page: Entity, fact: Fact | null | undefined): PlacedFact | null {
  return placedFacts(page).find((each) => each.fact === fact) ?? null;
}

function cachedPage(name: string, cache: EntityCache): Entity {
  const page = cache.get(name);
  if (page === undefined) throw new Error(`the page ${name} of a timeline is not in the store`);
  return page;
}
