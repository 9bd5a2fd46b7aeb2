import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lz4Compress, lz4Decompress } from './lz4.js';

describe('LZ4 frames', () => {
  it('decompress to what was compressed', () => {
    const text = fc.array(fc.constantFrom('{"queue":"sales"}', 'agent', 'x', '漢'), { maxLength: 3_000 });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      text.map((words) => Buffer.from(words.join(''))),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        expect(lz4Decompress(lz4Compress(input)).equals(input)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('of several blocks decompress to what was compressed, and are small for repeated content', () => {
    const input = Buffer.from(
      Array.from({ length: 20_000 }, (_, index) => `{"id":${index},"queue":"sales"}`).join(''),
    );
    const frame = lz4Compress(input);
    expect(lz4Decompress(frame).equals(input)).toBe(true);
    expect(frame.length).toBeLessThan(input.length / 3);
    expect(lz4Compress(Buffer.alloc(1_000_000)).length).toBeLessThan(5_000);
  });

  it('are read as Kafka writes them', () => {
    const frame = Buffer.from('BCJNGGBAghwAAAD/AnsicXVldWUiOiJzYWxlcyJ9EQBfUGxlcyJ9AAAAAA==', 'base64');
    expect(lz4Decompress(frame).toString()).toBe('{"queue":"sales"}'.repeat(8));
  });

  it('are refused when they are damaged', () => {
    const frame = lz4Compress(Buffer.from('{"queue":"sales"}'.repeat(8)));
    expect(() => lz4Decompress(frame.subarray(0, 20))).toThrow('cut short');
    expect(() => lz4Decompress(Buffer.from('not a frame'))).toThrow('not an LZ4 frame');
    const pointing = Buffer.concat([
      frame.subarray(0, 7),
      Buffer.from([5, 0, 0, 0, 0x10, 97, 9, 0, 0]),
      Buffer.alloc(4),
    ]);
    expect(() => lz4Decompress(pointing)).toThrow('before its beginning');
  });
});
