import { hash } from 'node:crypto';
import { canonicalJson } from '#wire/canonical-json.js';
import { digestOfKey, pseudonymOf } from '#wire/contribution-leaf.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { merkleLeaf, rootByPath } from '#wire/merkle-tree.js';
import { decodeShownContact, type PlacedLeaf, type ShownItem } from '#wire/shown-contact.js';

export type ShownContactCheck =
  | {
      readonly status: 'same';
      readonly contact: string;
      readonly event: InvoiceReadyEvent;
      /** SHA-256 of the bytes of the event. */
      readonly digest: string;
      /** Of each item that the event has: what the contact adds, by quantity key; null: it is not in it. */
      readonly items: readonly {
        readonly item: string;
        readonly sums: Readonly<Record<string, number>> | null;
      }[];
    }
  /** `place`: the first thing that is not as it must be. */
  | { readonly status: 'differs'; readonly place: string };

interface Root {
  readonly item: string;
  readonly contributions: number;
  readonly root: string;
}

/** Whether a file of `showContact` holds; needs nothing but the file. */
export function checkShownContact(text: string): ShownContactCheck {
  const shown = decodeShownContact(text);
  if (shown === null) return differs('the file');
  const event = decodeInvoiceReady(canonicalJson(shown.event));
  const roots = event?.data.contributionRoots;
  if (event === null || roots === undefined) return differs('event');
  if (digestOfKey(shown.key) !== roots.keyDigest) return differs('key');
  const pseudonym = pseudonymOf(`contact/${shown.contact}`, shown.key);
  for (const [index, root] of roots.items.entries()) {
    const item = shown.items[index];
    if (item?.item !== root.item || !isShown(item, pseudonym, root))
      return differs(`items.${index} (${root.item})`);
  }
  if (shown.items.length !== roots.items.length) return differs('items');
  return {
    status: 'same',
    contact: shown.contact,
    event,
    digest: hash('sha256', canonicalJson(shown.event)),
    items: shown.items.map((each) => ({ item: each.item, sums: each.is === 'in' ? each.sums : null })),
  };
}

function differs(place: string): ShownContactCheck {
  return { status: 'differs', place };
}

function isShown(shown: ShownItem, pseudonym: string, root: Root): boolean {
  switch (shown.is) {
    case 'in': {
      const { index, salt, sums, path } = shown;
      const hidden = hash('sha256', `${salt}${canonicalJson(sums)}`);
      return isLeaf({ index, pseudonym, hidden, path }, root);
    }
    case 'notIn': {
      const { before, after } = shown;
      const place = before === null ? 0 : before.index + 1;
      return (
        (before === null || (before.pseudonym < pseudonym && isLeaf(before, root))) &&
        (after === null
          ? place === root.contributions
          : after.index === place && after.pseudonym > pseudonym && isLeaf(after, root))
      );
    }
  }
}

function isLeaf(
  { index, pseudonym, hidden, path }: PlacedLeaf,
  { root, contributions: size }: Root,
): boolean {
  return rootByPath(merkleLeaf(pseudonym, hidden), { index, size, path }) === root;
}
