import { describe, expect, it } from '@jest/globals';
import { BoundsLookup } from './bounds-lookup.js';

describe('A look-up of bounds', () => {
  it('is made once for all partitions that ask in the same turn, and never before they asked', async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    let end = 100;
    const bounds = new BoundsLookup(async () => {
      const seen = (end += 1);
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      return [0, 1].map((partition) => ({ partition, begin: 0, end: seen }));
    });
    const together = [bounds.of(0), bounds.of(1)];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const later = bounds.of(0);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(gates).toHaveLength(2);
    for (const gate of gates) gate.resolve();
    expect((await Promise.all(together)).map((found) => [found.partition, found.end])).toEqual([
      [0, 101],
      [1, 101],
    ]);
    expect((await later).end).toBe(102);
  });

  it('fails for a partition that does not exist', async () => {
    const bounds = new BoundsLookup(async () => [{ partition: 0, begin: 0, end: 0 }]);
    await expect(bounds.of(3)).rejects.toThrow('there is no partition 3 any more');
  });
});
