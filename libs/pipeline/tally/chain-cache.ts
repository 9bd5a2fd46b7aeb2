import { type Links, linksOf, type Page, pageOf } from '#domain/kpi/chain-links.js';
import { chainOf, emptyChain, type RepeatChain } from '#domain/kpi/repeat-chain.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import type { Change, HeldClaim, PartitionRef, Store } from '#store/store.js';
import { decodeHead, decodePage, encodeHead, encodePage, pageKey } from './chain-codec.js';

/**
 * Chains of one claimed partition, cached in front of the store; the least recently changed are evicted
 * first. Of a chain only the pages that changed are written. Valid only as long as the claim, as
 * `StateCache`.
 */
export class ChainCache {
  readonly #store: Store;
  readonly #at: PartitionRef;
  readonly #limit: number;
  readonly #chains = new Map<string, RepeatChain>();
  /** Chains that the store has as one text though they have more contacts than a page. */
  readonly #asOneText = new Set<string>();
  /** As they were at the last commit, those that have changed since. */
  readonly #committed = new Map<string, RepeatChain>();
  #pages = 0;

  /** `limit`: pages of chains that are kept; most chains have one. One chain is kept however long it is. */
  constructor(store: Store, at: PartitionRef, limit: number) {
    this.#store = store;
    this.#at = at;
    this.#limit = limit;
  }

  /** Throws `StaleClaim` where the claim does not hold any more. */
  async load(keys: Iterable<string>, claim: HeldClaim): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !this.#chains.has(key));
    if (missing.length === 0) return;
    const texts = await this.#store.load(this.#at, missing, claim);
    const paged: { key: string; nextPage: number; numbers: readonly number[] }[] = [];
    for (const [index, key] of missing.entries()) {
      const text = texts[index] ?? null;
      if (text === null) continue;
      const head = decodeHead(key, text);
      if ('contacts' in head) this.#add(key, linksOf(head.contacts), true);
      else paged.push({ key, nextPage: head.nextPage, numbers: head.pages });
    }
    for (const { key, nextPage, numbers } of paged) {
      this.#add(key, { pages: await this.#loadPages(key, numbers, claim), nextPage }, false);
    }
  }

  get(key: string): RepeatChain {
    return this.#chains.get(key) ?? emptyChain;
  }

  set(key: string, chain: RepeatChain): void {
    const before = this.get(key);
    if (!this.#committed.has(key)) this.#committed.set(key, before);
    this.#chains.delete(key);
    this.#chains.set(key, chain);
    this.#pages += chain.links.pages.length - before.links.pages.length;
  }

  /** What is to be stored since the last commit. */
  changes(): Pick<Change, 'puts' | 'deletes'> {
    const puts: [string, string][] = [];
    const deletes: string[] = [];
    for (const [key, { links }] of this.#committed) {
      const { links: now } = this.get(key);
      const pagesBefore = this.#asOneText.has(key) ? [] : pagesApart(links);
      if (now.pages.length === 0) deletes.push(key);
      else if (!isPaged(now) || headChanges(pagesBefore, links, now)) puts.push([key, encodeHead(now)]);
      const left = new Map(pagesBefore.map((page) => [page.number, page]));
      for (const page of pagesApart(now)) {
        if (left.get(page.number) !== page) puts.push([pageKey(key, page.number), encodePage(page)]);
        left.delete(page.number);
      }
      for (const number of left.keys()) deletes.push(pageKey(key, number));
    }
    return { puts, deletes };
  }

  /** After a commit: evicts chains above the limit. */
  trim(): void {
    for (const key of this.#committed.keys()) this.#asOneText.delete(key);
    this.#committed.clear();
    for (const [key, { links }] of this.#chains) {
      if (this.#pages <= this.#limit || this.#chains.size === 1) return;
      this.#chains.delete(key);
      this.#asOneText.delete(key);
      this.#pages -= links.pages.length;
    }
  }

  clear(): void {
    this.#chains.clear();
    this.#committed.clear();
    this.#asOneText.clear();
    this.#pages = 0;
  }

  #add(key: string, links: Links, isOneText: boolean): void {
    this.#chains.set(key, chainOf(links));
    if (isOneText && isPaged(links)) this.#asOneText.add(key);
    this.#pages += links.pages.length;
  }

  async #loadPages(key: string, numbers: readonly number[], claim: HeldClaim): Promise<Page[]> {
    const turns = new EventLoopTurns(pagesAtOnce);
    const pages: Page[] = [];
    for (let from = 0; from < numbers.length; from += pagesAtOnce) {
      const some = numbers.slice(from, from + pagesAtOnce);
      const pageKeys = some.map((number) => pageKey(key, number));
      const texts = await this.#store.load(this.#at, pageKeys, claim);
      for (const [index, number] of some.entries()) {
        const text = texts[index] ?? null;
        if (text === null) throw new Error(`page ${number} of ${key} is not in the store`);
        pages.push(pageOf(number, decodePage(key, text)));
      }
      await turns.after(some.length);
    }
    return pages;
  }
}

/** Some milliseconds to read. */
const pagesAtOnce = 100;

/** Once a chain had more than a page, its pages lie apart from its head. */
function isPaged({ nextPage }: Links): boolean {
  return nextPage > 1;
}

function pagesApart(links: Links): readonly Page[] {
  return isPaged(links) ? links.pages : [];
}

function headChanges(stored: readonly Page[], before: Links, { pages, nextPage }: Links): boolean {
  if (stored.length !== pages.length || before.nextPage !== nextPage) return true;
  return stored.some(({ number }, at) => number !== pages[at]?.number);
}
