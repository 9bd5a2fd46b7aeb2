import { describe, expect, it } from '@jest/globals';
import { SharedLookup } from './shared-lookup.js';

describe('A shared look-up', () => {
  it('is made once for all partitions that ask in the same turn, and never before they asked', async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    let end = 100;
    const ends = new SharedLookup(async () => {
      const seen = (end += 1);
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      return [seen, seen];
    });
    const together = [ends.now(), ends.now()];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const later = ends.now();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(gates).toHaveLength(2);
    for (const gate of gates) gate.resolve();
    expect(await Promise.all(together)).toEqual([
      [101, 101],
      [101, 101],
    ]);
    expect(await later).toEqual([102, 102]);
  });
});
