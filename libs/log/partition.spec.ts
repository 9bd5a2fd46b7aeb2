import { describe, expect, it } from '@jest/globals';
import { murmur2, partitionOf } from './partition.js';

describe('murmur2', () => {
  // The vectors of Apache Kafka's own test (UtilsTest.testMurmur2).
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %j as Kafka does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });
});

describe('The partition of a key', () => {
  it('comes from the hash without its sign bit', () => {
    expect(partitionOf('21', 12)).toBe((-973932308 & 0x7fffffff) % 12);
    expect(partitionOf('foobar', 4)).toBe(2);
  });

  it('comes from the UTF-8 bytes of the key', () => {
    expect(partitionOf('Zoë', 1000)).toBe(
      (murmur2(Uint8Array.of(0x5a, 0x6f, 0xc3, 0xab)) & 0x7fffffff) % 1000,
    );
  });

  it('spreads keys over all partitions', () => {
    const hit = new Set(Array.from({ length: 400 }, (_, index) => partitionOf(`contact-${index}`, 12)));
    expect(hit.size).toBe(12);
  });
});
