import { describe, expect, it } from '@jest/globals';
import { drawn } from './mutated.js';

describe('Mutated deliveries and records', () => {
  it('throw nowhere, and what is read of them comes back from every codec as it was', () => {
    const { facts, refusals, taken, failures } = drawn(3_000, 1);
    expect(failures).toEqual([]);
    // Otherwise nothing was tried.
    expect(facts).toBeGreaterThan(500);
    expect(refusals).toBeGreaterThan(500);
    expect(taken).toBeGreaterThan(500);
  }, 60_000);
});
