import { hash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { Contract } from '#domain/contract/contract.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { canonicalJson } from '#wire/canonical-json.js';
import {
  type ContributionLeaf,
  digestOfKey,
  itemOfSum,
  leafHash,
  type LeafSecrets,
  leafSecrets,
  pseudonymOf,
  saltOf,
} from '#wire/contribution-leaf.js';
import type { ContributionRoots } from '#wire/invoice-ready.js';
import { MerkleRoot } from '#wire/merkle-tree.js';
import { nameOfWork, WorkMark } from './work-mark.js';

/** A name of a sum, with its item. */
interface NamedSum {
  readonly key: string;
  readonly item: string;
}

/** Index of a named sum, and what is added to it. */
type Addition = readonly [sum: number, value: number];

/**
 * Which work adds what to a period book, gathered while the journal is read, and the Merkle trees over it.
 * SQLite keeps up to 16 MB of it in memory and writes the rest to a temporary file of its own.
 */
export class ContributionTrees implements Disposable {
  readonly #event: string;
  readonly #db = new DatabaseSync('');
  readonly #insert: StatementSync;
  readonly #mark = new WorkMark();
  /** As many as the contract has terms, whatever the work. */
  readonly #named: NamedSum[] = [];
  readonly #indexes = new Map<string, number>();
  /** What one posting changes; written as one row. */
  #open: { readonly work: PostingContent | HandledContact; readonly additions: Addition[] } | null = null;
  #secrets: LeafSecrets | null = null;

  /** `event`: id of the event that the book is priced for. */
  constructor(event: string) {
    this.#event = event;
    this.#db.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -16000;
      PRAGMA temp_store = FILE;
      CREATE TABLE addition (work TEXT, additions TEXT);
      CREATE TABLE leaf (item TEXT, pseudonym TEXT, sums TEXT);
      BEGIN;
    `);
    this.#insert = this.#db.prepare('INSERT INTO addition VALUES (?, ?)');
  }

  /** `value`: with its sign. */
  readonly add = (key: string, value: number, work: PostingContent | HandledContact, sign: 1 | -1): void => {
    if (this.#open?.work !== work) {
      this.#flush();
      this.#open = { work, additions: [] };
    }
    this.#mark.add(work, sign);
    this.#open.additions.push([this.#indexOf(key), value]);
  };

  /** `contract`: the terms that are priced. After it nothing is added any more. */
  roots(contract: Contract): ContributionRoots {
    const trees: { readonly item: string; readonly root: MerkleRoot }[] = [];
    for (const [item, leaf] of this.leaves()) {
      if (trees.at(-1)?.item !== item) trees.push({ item, root: new MerkleRoot() });
      trees.at(-1)?.root.add(leafHash(leaf));
    }
    const items = trees.map(({ item, root }) => {
      return { item, contributions: root.count, root: root.root() };
    });
    const termsDigest = hash('sha256', canonicalJson(contract));
    return { keyDigest: digestOfKey(this.secrets().key), termsDigest, items };
  }

  secrets(): LeafSecrets {
    this.#secrets ??= this.#arrange();
    return this.#secrets;
  }

  /** By item, within it by pseudonym. */
  *leaves(): Generator<readonly [item: string, leaf: ContributionLeaf]> {
    const { saltKey } = this.secrets();
    const statement = this.#db.prepare('SELECT item, pseudonym, sums FROM leaf ORDER BY item, pseudonym');
    for (const row of statement.iterate()) {
      const pseudonym = String(row['pseudonym']);
      yield [String(row['item']), { pseudonym, salt: saltOf(pseudonym, saltKey), sums: String(row['sums']) }];
    }
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  /** Adds up by work, and gives it the pseudonyms, which follow from all work together. */
  #arrange(): LeafSecrets {
    this.#flush();
    const secrets = leafSecrets(this.#event, this.#mark.text());
    const insert = this.#db.prepare('INSERT INTO leaf VALUES (?, ?, ?)');
    for (const [work, sums] of this.#byWork()) {
      const byItem = new Map<string, [key: string, value: number][]>();
      for (const [index, value] of sums) {
        const named = this.#named[index];
        if (value === 0 || named === undefined) continue;
        const own = byItem.get(named.item);
        if (own === undefined) byItem.set(named.item, [[named.key, value]]);
        else own.push([named.key, value]);
      }
      if (byItem.size === 0) continue;
      const pseudonym = pseudonymOf(work, secrets.key);
      for (const [item, own] of byItem) insert.run(item, pseudonym, sumsText(own));
    }
    return secrets;
  }

  *#byWork(): Generator<readonly [work: string, sums: ReadonlyMap<number, number>]> {
    let work: string | null = null;
    let sums = new Map<number, number>();
    for (const row of this.#db.prepare('SELECT work, additions FROM addition ORDER BY work').iterate()) {
      const next = String(row['work']);
      if (next !== work) {
        if (work !== null) yield [work, sums];
        work = next;
        sums = new Map();
      }
      for (const [index, value] of JSON.parse(String(row['additions'])) as Addition[]) {
        sums.set(index, (sums.get(index) ?? 0) + value);
      }
    }
    if (work !== null) yield [work, sums];
  }

  #flush(): void {
    if (this.#open === null) return;
    this.#insert.run(nameOfWork(this.#open.work), JSON.stringify(this.#open.additions));
    this.#open = null;
  }

  #indexOf(key: string): number {
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.#named.push({ key, item: itemOfSum(key) }) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }
}

/** Canonical JSON. */
function sumsText(sums: [key: string, value: number][]): string {
  if (sums.length > 1) sums.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sums));
}
