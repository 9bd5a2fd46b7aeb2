import { z } from 'zod';
import { parseJson } from './parse-json.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** A leaf with its way to the root: the digests beside it, from the leaf up (RFC 6962, 2.1.1). */
const placedLeaf = z.strictObject({
  /** From 0, in order of the pseudonyms. */
  index: z.int().nonnegative(),
  pseudonym: digest,
  /** SHA-256 of salt and sums, which stay hidden. */
  hidden: digest,
  path: z.array(digest),
});
export type PlacedLeaf = z.output<typeof placedLeaf>;

const shownItem = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('in'),
    item: z.string(),
    index: z.int().nonnegative(),
    salt: digest,
    /** What the contact adds, by quantity key. */
    sums: z.record(z.string(), z.int()),
    path: z.array(digest),
  }),
  z.strictObject({
    is: z.literal('notIn'),
    item: z.string(),
    /** Neighbours of the place that the contact would have; null: it would be the first, or the last. */
    before: placedLeaf.nullable(),
    after: placedLeaf.nullable(),
  }),
]);
export type ShownItem = z.output<typeof shownItem>;

const shownContact = z.strictObject({
  format: z.literal('tallyline-contact/1'),
  contact: z.string().min(1),
  /** Of the pseudonyms of the event: with it the contact's own can be made, and no other id be read. */
  key: digest,
  event: z.record(z.string(), z.unknown()),
  items: z.array(shownItem),
});

/**
 * Shows that one contact is or is not counted by each item of an invoice-ready event, without any other work:
 * one JSON document.
 */
export type ShownContact = z.output<typeof shownContact>;

export const shownContactFormat = 'tallyline-contact/1';

/** null: it is none. */
export function decodeShownContact(text: string): ShownContact | null {
  const parsed = shownContact.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}
