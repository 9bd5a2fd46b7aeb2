import { hash } from 'node:crypto';
import type { Log } from '#log/log.js';
import { canonicalJson } from '#wire/canonical-json.js';
import { type ContributionLeaf, leafHash, pseudonymOf } from '#wire/contribution-leaf.js';
import { merklePath } from '#wire/merkle-tree.js';
import { type PlacedLeaf, type ShownItem, shownContactFormat } from '#wire/shown-contact.js';
import type { RecordedClose } from './close-log.js';
import { readContributionTrees } from './read-contribution-trees.js';
import type { VerifyDeps } from './verify-close.js';

/**
 * A file that shows that one contact is or is not in each item of the event of a close, see
 * `shown-contact.ts`. Keeps the hashes of the leaves of one item in memory.
 */
export async function showContact(
  contact: string,
  close: RecordedClose,
  deps: Pick<VerifyDeps, 'closeLog' | 'lookupOf'> & { readonly log: Log },
): Promise<string> {
  using trees = await readContributionTrees(close, deps);
  const { key } = trees.secrets();
  const pseudonym = pseudonymOf(`contact/${contact}`, key);
  const items: ShownItem[] = [];
  let open = null as ItemLeaves | null;
  for (const [item, leaf] of trees.leaves()) {
    if (open?.item !== item) {
      if (open !== null) items.push(open.shown());
      open = new ItemLeaves(item, pseudonym);
    }
    open.add(leaf);
  }
  if (open !== null) items.push(open.shown());
  const event = JSON.parse(await deps.closeLog.eventOf(close)) as Record<string, unknown>;
  return `${canonicalJson({ format: shownContactFormat, contact, key, event, items })}\n`;
}

/** The leaves of an item in their order, and where a pseudonym is among them, or would be. */
class ItemLeaves {
  readonly item: string;
  readonly #pseudonym: string;
  readonly #hashes: string[] = [];
  #own: ContributionLeaf | null = null;
  #before: ContributionLeaf | null = null;
  #after: ContributionLeaf | null = null;
  /** How many come before the pseudonym. */
  #place = 0;

  constructor(item: string, pseudonym: string) {
    this.item = item;
    this.#pseudonym = pseudonym;
  }

  add(leaf: ContributionLeaf): void {
    this.#hashes.push(leafHash(leaf));
    if (leaf.pseudonym === this.#pseudonym) this.#own = leaf;
    else if (leaf.pseudonym > this.#pseudonym) this.#after ??= leaf;
    else {
      this.#before = leaf;
      this.#place += 1;
    }
  }

  shown(): ShownItem {
    const { item } = this;
    if (this.#own !== null) {
      const { salt, sums } = this.#own;
      const path = merklePath(this.#hashes, this.#place);
      const added = JSON.parse(sums) as Record<string, number>;
      return { is: 'in', item, index: this.#place, salt, sums: added, path };
    }
    const before = this.#placed(this.#before, this.#place - 1);
    return { is: 'notIn', item, before, after: this.#placed(this.#after, this.#place) };
  }

  #placed(leaf: ContributionLeaf | null, index: number): PlacedLeaf | null {
    if (leaf === null) return null;
    const { pseudonym, salt, sums } = leaf;
    const hidden = hash('sha256', `${salt}${sums}`);
    return { index, pseudonym, hidden, path: merklePath(this.#hashes, index) };
  }
}
