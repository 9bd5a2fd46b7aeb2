import { leadingBits } from './varint.js';

/**
 * Archive pointers lie together on pages, about eight to a page however many there are: in Redis a key of its
 * own costs more than the pointer. The archive grows page by page (linear hashing: W. Litwin, 1980): page i
 * takes over a part of page i - 2^floor(log2 i), and no other page changes.
 *
 * A page is a text of entries, one a line: the first ten letters of an entity's key, and its archive pointer.
 * Ten are 60 bits: two entities hardly ever share them, and where they do, their facts say which is meant.
 */
export const pointersPerPage = 8;

/** Pages that an archive of so many pointers has. */
function pagesFor(pointers: number): number {
  return Math.max(1, Math.ceil(pointers / pointersPerPage));
}

/** The page of a key (or an entry) in an archive of so many pages. */
export function pageOf(key: string, pages: number): number {
  const half = 2 ** Math.floor(Math.log2(pages));
  const page = leadingBits(key) % (2 * half);
  return page < pages ? page : page - half;
}

/** The page that is split when `page` is added as the last. */
export function splitSourceOf(page: number): number {
  return page - 2 ** Math.floor(Math.log2(page));
}

function entryOf(key: string, pointer: string): string {
  return key.slice(0, tagLetters) + pointer;
}

/** Pointers on the page that may be the entity's: none, one, or (hardly ever) one more that is another's. */
export function pointersOf(page: string, key: string): string[] {
  const tag = key.slice(0, tagLetters);
  if (!page.includes(tag)) return [];
  return entriesOf(page)
    .filter((entry) => entry.startsWith(tag))
    .map((entry) => entry.slice(tagLetters));
}

/** All pointers on a page. */
export function pointersOn(page: string): string[] {
  return entriesOf(page).map((entry) => entry.slice(tagLetters));
}

const tagLetters = 10;

function entriesOf(page: string): string[] {
  return page === '' ? [] : page.split('\n');
}

/** The pages of an archive that a batch changes. */
export class HashedPages {
  readonly #texts: Map<number, string>;
  readonly #changed = new Set<number>();
  #pages: number;
  #pointers: number;

  /** `texts`: every page that is going to be changed. */
  constructor(size: ArchiveSize, texts: ReadonlyMap<number, string>) {
    this.#pages = size.pages;
    this.#pointers = size.pointers;
    this.#texts = new Map(texts);
  }

  get size(): ArchiveSize {
    return { pages: this.#pages, pointers: this.#pointers };
  }

  add(key: string, pointer: string): void {
    const page = pageOf(key, this.#pages);
    this.#set(page, [...entriesOf(this.#at(page)), entryOf(key, pointer)]);
    this.#pointers++;
  }

  /** Throws where the pointer is not there: memory and archive disagree. */
  remove(key: string, pointer: string): void {
    const page = pageOf(key, this.#pages);
    const entries = entriesOf(this.#at(page));
    const index = entries.indexOf(entryOf(key, pointer));
    if (index < 0) throw new Error(`page ${page} of the archive lacks the pointer of ${key}`);
    this.#set(page, entries.toSpliced(index, 1));
    this.#pointers--;
  }

  /** Adds pages until there are enough for the pointers. */
  grow(): void {
    for (const enough = pagesFor(this.#pointers); this.#pages < enough; this.#pages++) {
      const added = this.#pages;
      const source = splitSourceOf(added);
      const entries = Map.groupBy(entriesOf(this.#at(source)), (entry) => pageOf(entry, added + 1));
      this.#texts.set(added, '');
      this.#set(source, entries.get(source) ?? []);
      this.#set(added, entries.get(added) ?? []);
    }
  }

  /** Texts of the pages that differ now. */
  changes(): [page: number, text: string][] {
    return [...this.#changed].map((page) => [page, this.#at(page)]);
  }

  #at(page: number): string {
    const text = this.#texts.get(page);
    if (text === undefined)
      throw new Error(`page ${page} of the archive is changed without having been read`);
    return text;
  }

  #set(page: number, entries: readonly string[]): void {
    this.#texts.set(page, entries.join('\n'));
    this.#changed.add(page);
  }
}

export interface ArchiveSize {
  readonly pages: number;
  readonly pointers: number;
}

/** Pages that are split when so many pointers are added. */
export function pagesToSplit({ pages, pointers }: ArchiveSize, more: number): number[] {
  const sources: number[] = [];
  for (let page = pages; page < pagesFor(pointers + more); page++) {
    const source = splitSourceOf(page);
    if (source < pages) sources.push(source);
  }
  return sources;
}
