import { hash } from 'node:crypto';
import { decodeNumbers, encodeNumber } from './varint.js';

/**
 * All that the store has of an archived entity: the offset of its state in its partition of `meter.states`,
 * in four to six letters of base64url.
 */
export function encodeArchivePointer(stateOffset: number): string {
  return encodeNumber(stateOffset);
}

export function decodeArchivePointer(text: string): number {
  const [offset, ...more] = decodeNumbers(text, 0);
  if (offset === undefined || more.length > 0) {
    throw new Error(`${JSON.stringify(text)} is no archive pointer`);
  }
  return offset;
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
