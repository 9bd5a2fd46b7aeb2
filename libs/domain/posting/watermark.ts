import type { PostingPosition } from './posting.js';

/**
 * Which postings a reader has counted: the last position per partition of facts. A crashed meter produces
 * postings again, with the same positions and in the same order, so what is not above the last one was
 * counted before.
 */
export type Watermark = Map<number, { readonly offset: number; readonly index: number }>;

/** Takes the position in and tells whether it is new. */
export function advance(seen: Watermark, position: PostingPosition): boolean {
  const last = seen.get(position.partition);
  const isNew =
    last === undefined ||
    position.offset > last.offset ||
    (position.offset === last.offset && position.index > last.index);
  if (isNew) seen.set(position.partition, { offset: position.offset, index: position.index });
  return isNew;
}

export function encodeWatermark(seen: Watermark): string {
  return JSON.stringify([...seen].map(([partition, { offset, index }]) => [partition, offset, index]));
}

export function decodeWatermark(text: string | null): Watermark {
  const rows = text === null ? [] : (JSON.parse(text) as [number, number, number][]);
  return new Map(rows.map(([partition, offset, index]) => [partition, { offset, index }]));
}
