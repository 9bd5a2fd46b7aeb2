import { hash } from 'node:crypto';
import { decodeNumbers, encodeNumber } from './varint.js';

/**
 * All that has to be kept of an archived entity: its facts and its posting lie in the log, and by this they
 * are found there.
 */
export interface ArchivePointer {
  /** Offsets, in its partition of facts, of the current facts; ascending. */
  readonly factOffsets: readonly number[];
  /** null: the journal holds nothing of it that was not taken back. */
  readonly posted: PostingRef | null;
}

/** Where in the journal the content lies that was posted last, and a digest to recognise it by. */
export interface PostingRef {
  readonly partition: number;
  readonly offset: number;
  readonly digest: string;
}

/**
 * Letters of base64url, about 35 for a call of seven facts: 1 + partition and offset in the journal, the
 * offset of each fact as the distance from the one before it, the digest. Not posted: 0, and the facts.
 */
export function encodeArchivePointer({ factOffsets, posted }: ArchivePointer): string {
  let text = posted === null ? notPosted : encodeNumber(posted.partition + 1) + encodeNumber(posted.offset);
  let before = 0;
  for (const offset of factOffsets) {
    text += encodeNumber(offset - before);
    before = offset;
  }
  return posted === null ? text : text + posted.digest;
}

export function decodeArchivePointer(text: string): ArchivePointer {
  if (text.startsWith(notPosted)) return { factOffsets: ascending(decodeNumbers(text, 1)), posted: null };
  const [partition, offset, ...distances] = decodeNumbers(text.slice(0, -digestLetters), 0);
  if (partition === undefined || offset === undefined) {
    throw new Error(`${JSON.stringify(text)} is no archive pointer`);
  }
  const posted = { partition: partition - 1, offset, digest: text.slice(-digestLetters) };
  return { factOffsets: ascending(distances), posted };
}

function ascending(distances: readonly number[]): number[] {
  let offset = 0;
  return distances.map((distance) => (offset += distance));
}

/**
 * Of the JSON of a content. Not a proof: it shows whether the interpretation of today is still that of the
 * day of posting.
 */
export function digestOf(contentText: string): string {
  return hash('sha256', contentText, 'base64url').slice(0, digestLetters);
}

/** 120 bits by which the store knows an entity: shorter than its name, and no two names share them. */
export function entityKeyOf(entity: string): string {
  return hash('sha256', entity, 'base64url').slice(0, entityKeyLetters);
}

export const entityKeyLetters = 20;
const digestLetters = 6;
const notPosted = encodeNumber(0);
