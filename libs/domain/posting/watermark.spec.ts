import { describe, expect, it } from '@jest/globals';
import { advance, decodeWatermark, encodeWatermark, type Watermark } from './watermark.js';

describe('The watermark of postings', () => {
  /** Which of [partition, offset, index] are counted, in this order. */
  function counted(...positions: readonly (readonly [number, number, number])[]): boolean[] {
    const watermark: Watermark = new Map();
    return positions.map(([partition, offset, index]) => advance(watermark, { partition, offset, index }));
  }

  it('counts each posting of a fact once, and none below the highest one', () => {
    // the second posting of fact 7 is cut off by a crash: the meter makes the first one again
    expect(counted([0, 7, 0], [0, 7, 0], [0, 7, 1], [0, 6, 5], [0, 7, 1])).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it('begins again with the first posting of the next fact', () => {
    expect(counted([0, 7, 3], [0, 8, 0], [0, 8, 0])).toEqual([true, true, false]);
  });

  it('is another one for each partition of facts', () => {
    expect(counted([0, 7, 0], [1, 3, 0], [0, 7, 0], [1, 3, 0])).toEqual([true, true, false, false]);
  });

  it('is read as it was written, and is empty where none was written', () => {
    const watermark: Watermark = new Map([
      [0, { offset: 7, index: 3 }],
      [4, { offset: 0, index: 0 }],
    ]);
    expect(encodeWatermark(watermark)).toBe('[[0,7,3],[4,0,0]]');
    expect(decodeWatermark('[[0,7,3],[4,0,0]]')).toEqual(watermark);
    expect(decodeWatermark(null)).toEqual(new Map());
  });
});
