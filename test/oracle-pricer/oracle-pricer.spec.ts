import { describe, expect, it } from '@jest/globals';
import { differenceOfYears } from './compare-years.js';
import { differenceOf } from './compare.js';

describe('prices', () => {
  it('are what a pricer written from the words of the clauses comes to, in random contracts of all kinds', () => {
    for (let seed = 1; seed <= 400; seed += 1)
      expect({ seed, difference: differenceOf(seed) }).toEqual({ seed, difference: null });
  });

  it('are so in contracts that commit over several months, priced forwards month by month', () => {
    for (let seed = 1; seed <= 60; seed += 1)
      expect({ seed, difference: differenceOfYears(seed) }).toEqual({ seed, difference: null });
  });
});
