import type { Places } from '#wire/states.js';
import { decodeNumbers, encodeNumber } from './archive/varint.js';

/**
 * Letters of base64url, about 35 for a call of seven facts: 1 + partition and offset in the journal, the
 * offset of each fact as the distance from the one before it, the digest. Not posted: 0, and the facts.
 */
export function encodePlaces({ factOffsets, posted }: Places): string {
  let text = posted === null ? notPosted : encodeNumber(posted.partition + 1) + encodeNumber(posted.offset);
  let before = 0;
  for (const offset of factOffsets) {
    text += encodeNumber(offset - before);
    before = offset;
  }
  return posted === null ? text : text + posted.digest;
}

export function decodePlaces(text: string): Places {
  if (text.startsWith(notPosted)) return { factOffsets: ascending(decodeNumbers(text, 1)), posted: null };
  const [partition, offset, ...distances] = decodeNumbers(text.slice(0, -digestLetters), 0);
  if (partition === undefined || offset === undefined) {
    throw new Error(`${JSON.stringify(text)} does not say where facts and posting lie`);
  }
  const posted = { partition: partition - 1, offset, digest: text.slice(-digestLetters) };
  return { factOffsets: ascending(distances), posted };
}

function ascending(distances: readonly number[]): number[] {
  let offset = 0;
  return distances.map((distance) => (offset += distance));
}

const digestLetters = 6;
const notPosted = encodeNumber(0);
