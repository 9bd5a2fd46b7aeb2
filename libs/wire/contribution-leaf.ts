import { hash } from 'node:crypto';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import { merkleLeaf } from './merkle-tree.js';

/**
 * What a piece of work adds to one item of a period book, as a leaf of that item's Merkle tree. Texts are
 * joined as they stand; digests and keys are 64 characters of hex:
 *
 *     pseudonym    SHA-256(key of the event, "/", KIND/ID of the work)
 *     sums digest  SHA-256(salt, the sums as canonical JSON)
 *     leaf         SHA-256(0x00, the 32 bytes of the pseudonym, the 32 bytes of the sums digest)
 *
 * Leaves are in order of their pseudonyms, so a piece of work can be shown to be none of them by the two
 * neighbours of its place, whose sums stay hidden behind their salts.
 */
export interface ContributionLeaf {
  readonly pseudonym: string;
  readonly salt: string;
  /** By quantity key, none of them 0: canonical JSON. */
  readonly sums: string;
}

export interface LeafSecrets {
  /** Pseudonyms follow from it. Known to who has been shown a piece of work of the event. */
  readonly key: string;
  /** Salts follow from it; never shown. */
  readonly saltKey: string;
}

/**
 * `mark`: of all work that is counted. Who has the journal makes the same secrets again; others would have to
 * know all work to the millisecond, and the pseudonyms of its customers.
 */
export function leafSecrets(event: string, mark: string): LeafSecrets {
  const secret = (use: string): string => hash('sha256', JSON.stringify([use, event, mark]));
  return { key: secret('pseudonyms'), saltKey: secret('salts') };
}

/** `work`: KIND/ID, such as `contact/voice:7`. */
export function pseudonymOf(work: string, key: string): string {
  return hash('sha256', `${key}/${work}`);
}

export function saltOf(pseudonym: string, saltKey: string): string {
  return hash('sha256', `${saltKey}/${pseudonym}`);
}

/** Hash of the leaf. */
export function leafHash({ pseudonym, salt, sums }: ContributionLeaf): string {
  return merkleLeaf(pseudonym, hash('sha256', `${salt}${sums}`));
}

/**
 * The item that a sum belongs to: `line/ID` (with what the clock takes from it), `measure/ID`, `kpi/ID`,
 * `forecast/ID`. One tree each.
 */
export function itemOfSum(quantityKey: string): string {
  const { kind, id } = decodeQuantityKey(quantityKey);
  return `${kind === 'clock' ? 'line' : kind}/${id}`;
}

/** By which an event binds the key without showing it. */
export function digestOfKey(key: string): string {
  return hash('sha256', key);
}
