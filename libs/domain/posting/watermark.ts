import type { PostingPosition } from './posting.js';

/**
 * Which postings a reader has counted: the highest position per partition of facts. A crashed meter produces
 * postings again, with the same positions and in the same order, so what is not above the highest one has
 * been counted.
 */
export type Watermark = Map<number, { readonly offset: number; readonly index: number }>;

/** Advances to the position and returns true, or returns false where it has been counted. */
export function advance(watermark: Watermark, position: PostingPosition): boolean {
  const last = watermark.get(position.partition);
  const isNew =
    last === undefined ||
    position.offset > last.offset ||
    (position.offset === last.offset && position.index > last.index);
  if (isNew) watermark.set(position.partition, { offset: position.offset, index: position.index });
  return isNew;
}

export function encodeWatermark(watermark: Watermark): string {
  return JSON.stringify([...watermark].map(([partition, { offset, index }]) => [partition, offset, index]));
}

export function decodeWatermark(text: string | null): Watermark {
  const rows = text === null ? [] : (JSON.parse(text) as [number, number, number][]);
  return new Map(rows.map(([partition, offset, index]) => [partition, { offset, index }]));
}
