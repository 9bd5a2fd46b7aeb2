import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { BreakingOutcome } from '#domain/fact/breaking-outcomes.js';
import type { Direction, Media } from '#domain/fact/fact.js';
import { countWhile } from '#domain/calendar/sorted.js';

/**
 * Repeat contacts, from which first-contact resolution is computed (docs/contracts.md, "KPIs"). Per customer
 * and reason the handled contacts form a chain by queue entry. Of each the gap to the next one is posted, not
 * a verdict, so that any window can be evaluated later.
 */
export interface HandledContact {
  readonly contact: string;
  readonly customer: string;
  readonly programme: string;
  /** Group of reasons within which a second contact repeats the first. */
  readonly reason: string;
  /** Name of the queue in which it was answered first. */
  readonly queue: string;
  readonly media: Media;
  readonly direction: Direction;
  /** Entry into its first queue of the programme. */
  readonly enteredAt: number;
  /** Start of its first agent leg. */
  readonly connectedAt: number;
  /** End of its last agent leg, after-call work not included. */
  readonly endedAt: number;
  /** End of its last agent leg or stay in a queue. */
  readonly lastAt: number;
  /** Who worked on it, by start. */
  readonly legs: readonly HandledLeg[];
  /** Of a chain of resolutions, which is apart from those of repeat contacts; absent: of one of these. */
  readonly resolution?: ResolutionLink;
}

export interface HandledLeg {
  readonly agent: string;
  /** Name of the queue in the programme. */
  readonly queue: string;
  readonly disposition: string | null;
}

/**
 * What a link of a chain of resolutions is, beside what every link says. Its instants: of a contact those of
 * all who worked on it, people and machines; of an outcome its own.
 */
export interface ResolutionLink {
  /** Who resolved it: a person where one worked on it, else the machine; null: it was not. */
  readonly by: AgentKind | null;
  /** Who worked on it; empty: no one did, or it is no contact. */
  readonly kinds: readonly AgentKind[];
  /** null: it names none, and is about any. */
  readonly topic: string | null;
  /** null: it is a contact. */
  readonly event: BreakingOutcome | null;
  /** It was taken out before it was put in; the same link put in undoes it. */
  readonly isOwed?: true;
}

/**
 * `gapMs`: from this contact's end to the next one's queue entry, `gapBeforeMs`: from the end of the last one
 * before it to its own entry; 0 where they overlap, null: there is none.
 *
 * `opens`: of the windows given (ms), those by which the contact is the first of an issue, anchored: an
 * issue is its first contact and all that enter the queue at most the window after the end of that one; what
 * comes later opens the next issue. Contacts of days 0, 5, 10 are two issues by 7 days.
 *
 * `eventGapsMs`: in a chain of resolutions, from the contact's end to the first of each outcome that breaks
 * it.
 */
export interface RepeatGaps {
  readonly gapMs: number | null;
  readonly gapBeforeMs: number | null;
  readonly opens: readonly number[];
  readonly eventGapsMs?: Readonly<Partial<Record<BreakingOutcome, number>>>;
}

export interface RepeatChange extends RepeatGaps {
  readonly contact: HandledContact;
  readonly sign: 1 | -1;
}

/**
 * The contacts of a chain by entry, then contact, in pages. Nothing is changed in place: a change gives other
 * links that share all pages but those that it concerns.
 */
export interface Links {
  readonly pages: readonly Page[];
  /** Number of the next page that is added. */
  readonly nextPage: number;
}

export interface Page {
  readonly number: number;
  /** Never empty. */
  readonly contacts: readonly HandledContact[];
  /** When the one that ended last did. */
  readonly lastEnd: number;
}

export const noLinks: Links = { pages: [], nextPage: 0 };

/** Contacts of a page, at most. */
const pageSize = 64;

export function pageOf(number: number, contacts: readonly HandledContact[]): Page {
  let lastEnd = -Infinity;
  for (const { endedAt } of contacts) lastEnd = Math.max(lastEnd, endedAt);
  return { number, contacts, lastEnd };
}

/** `contacts`: in order. */
export function linksOf(contacts: readonly HandledContact[]): Links {
  const pages: Page[] = [];
  for (let from = 0; from < contacts.length; from += pageSize) {
    pages.push(pageOf(pages.length, contacts.slice(from, from + pageSize)));
  }
  return { pages, nextPage: pages.length };
}

export function* contactsOf({ pages }: Links): Generator<HandledContact> {
  for (const { contacts } of pages) yield* contacts;
}

export function inserted(links: Links, contact: HandledContact): Links {
  const isUpTo = (other: HandledContact): boolean => compare(other, contact) <= 0;
  const { pages } = links;
  const index = Math.max(0, countWhile(pages, (page) => isUpTo(firstOf(page))) - 1);
  const page = pages[index];
  if (page === undefined) return withPages(links, 0, 0, [[contact]]);
  const at = countWhile(page.contacts, isUpTo);
  const contacts = page.contacts.toSpliced(at, 0, contact);
  if (contacts.length <= pageSize) return withPage(links, index, contacts);
  const isAtEnd = index === pages.length - 1 && at === contacts.length - 1;
  const first = isAtEnd ? contacts.length - 1 : contacts.length >> 1;
  return withPages(links, index, 1, [contacts.slice(0, first), contacts.slice(first)]);
}

/** A contact that is to be taken out of a chain and never came into it. */
class NeverPosted extends Error {
  override readonly name = 'NeverPosted';
  readonly code = 'never-posted';

  constructor(contact: string) {
    super(`contact ${contact} is taken back but was never posted`);
  }
}

/** Taking out what was never put in is a broken journal: throws `NeverPosted`. */
export function removed(links: Links, contact: HandledContact): Links {
  const found = sameLinks(links, contact).find(
    ({ endedAt, queue }) => endedAt === contact.endedAt && queue === contact.queue,
  );
  if (found === undefined) throw new NeverPosted(contact.contact);
  const { pages } = links;
  const first = Math.max(0, countWhile(pages, (page) => compare(firstOf(page), contact) < 0) - 1);
  const index = pages.findIndex((page, at) => at >= first && page.contacts.includes(found));
  const contacts = (pages[index]?.contacts ?? []).filter((each) => each !== found);
  if (contacts.length === 0 && pages.length === 1) return noLinks;
  return contacts.length === 0 ? withPages(links, index, 1, []) : withPage(links, index, contacts);
}

/** The first that entered after an instant. */
export function linkAfter(links: Links, instant: number): HandledContact | undefined {
  const [first] = linksFrom(links, ({ enteredAt }) => enteredAt <= instant);
  return first;
}

/** Those that entered at an instant or after it, in order. */
export function linksFromOn(links: Links, instant: number): Generator<HandledContact> {
  return linksFrom(links, ({ enteredAt }) => enteredAt < instant);
}

/** Those that entered before an instant, the last one first. */
export function* linksBackFrom({ pages }: Links, instant: number): Generator<HandledContact> {
  const isBefore = ({ enteredAt }: HandledContact): boolean => enteredAt < instant;
  const last = countWhile(pages, (page) => isBefore(firstOf(page))) - 1;
  for (let index = last; index >= 0; index--) {
    const contacts = pages[index]?.contacts ?? [];
    const past = index === last ? countWhile(contacts, isBefore) : contacts.length;
    for (let at = past - 1; at >= 0; at--) {
      const contact = contacts[at];
      if (contact !== undefined) yield contact;
    }
  }
}

/** The last that entered before an instant. */
export function linkBefore(links: Links, instant: number): HandledContact | undefined {
  const [last] = linksBackFrom(links, instant);
  return last;
}

/** Those that entered at an instant. */
export function linksAt(links: Links, instant: number): HandledContact[] {
  return [...firstWhile(linksFromOn(links, instant), ({ enteredAt }) => enteredAt === instant)];
}

/**
 * When the last of those that entered at an instant ended; null: none entered then. Pages of which all
 * entered then are not looked into.
 */
export function lastEndAt({ pages }: Links, instant: number): number | null {
  const isBefore = ({ enteredAt }: HandledContact): boolean => enteredAt < instant;
  let lastEnd: number | null = null;
  const first = Math.max(0, countWhile(pages, (page) => isBefore(firstOf(page))) - 1);
  for (const page of pages.slice(first, first + 2)) lastEnd = later(lastEnd, lastEndIn(page, instant));
  for (let index = first + 2; index < pages.length; index++) {
    const page = pages[index];
    if (page === undefined || firstOf(page).enteredAt !== instant) break;
    lastEnd = later(lastEnd, lastEndIn(page, instant));
  }
  return lastEnd;
}

function lastEndIn(page: Page, instant: number): number | null {
  const { contacts, lastEnd } = page;
  if (firstOf(page).enteredAt === instant && contacts.at(-1)?.enteredAt === instant) return lastEnd;
  let end: number | null = null;
  for (let at = countWhile(contacts, ({ enteredAt }) => enteredAt < instant); at < contacts.length; at++) {
    const contact = contacts[at];
    if (contact?.enteredAt !== instant) break;
    end = later(end, contact.endedAt);
  }
  return end;
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Those of the same contact and entry. */
export function sameLinks(links: Links, contact: HandledContact): HandledContact[] {
  const fromOn = linksFrom(links, (other) => compare(other, contact) < 0);
  return [...firstWhile(fromOn, (other) => compare(other, contact) === 0)];
}

/** In order, from the first one on that does not lie before. */
function* linksFrom(
  { pages }: Links,
  isBefore: (contact: HandledContact) => boolean,
): Generator<HandledContact> {
  const first = Math.max(0, countWhile(pages, (page) => isBefore(firstOf(page))) - 1);
  for (let index = first; index < pages.length; index++) {
    const contacts = pages[index]?.contacts ?? [];
    for (let at = index === first ? countWhile(contacts, isBefore) : 0; at < contacts.length; at++) {
      const contact = contacts[at];
      if (contact !== undefined) yield contact;
    }
  }
}

function* firstWhile<T>(all: Iterable<T>, isWanted: (each: T) => boolean): Generator<T> {
  for (const each of all) {
    if (!isWanted(each)) return;
    yield each;
  }
}

function firstOf({ contacts: [first], number }: Page): HandledContact {
  if (first === undefined) throw new Error(`page ${number} of a chain is empty`);
  return first;
}

function compare(a: HandledContact, b: HandledContact): number {
  if (a.enteredAt !== b.enteredAt) return a.enteredAt - b.enteredAt;
  return a.contact < b.contact ? -1 : a.contact > b.contact ? 1 : 0;
}

function withPage(links: Links, index: number, contacts: readonly HandledContact[]): Links {
  const number = links.pages[index]?.number ?? 0;
  return { ...links, pages: links.pages.with(index, pageOf(number, contacts)) };
}

/** Other pages in the place of some; the first of them keeps its number. */
function withPages(
  { pages, nextPage }: Links,
  index: number,
  count: number,
  lists: readonly (readonly HandledContact[])[],
): Links {
  const kept = count > 0 && lists.length > 0 ? [pages[index]?.number ?? 0] : [];
  const numbers = lists.map((_, which) => kept[which] ?? nextPage + which - kept.length);
  const added = lists.map((contacts, which) => pageOf(numbers[which] ?? 0, contacts));
  return {
    pages: pages.toSpliced(index, count, ...added),
    nextPage: nextPage + lists.length - kept.length,
  };
}
