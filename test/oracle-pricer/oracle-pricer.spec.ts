import { describe, expect, it } from '@jest/globals';
import { differenceOf, furtherDifferenceOf, wideDifferenceOf } from './compare.js';
import { Coverage } from './coverage.js';

/** What the pricer has found: seeds that once differed. */
const found = [
  // costs handed on were rounded for each part of a period
  11, 88, 118, 126, 289, 371,
  // a cap that is a share of lines below zero turned a malus into a charge
  4748, 53302,
  // an amount had the VAT of a line of nothing
  4666, 5837, 9916, 13798, 33488, 35031, 38946, 40713, 52027, 56751, 60112, 61243, 77567, 78692, 79197, 89212,
  99193,
];

/** Those with the further terms. */
const foundFurther = [
  // the millisecond that a cap on the average leaves over went to another price
  703412,
  // the pricer's own: a forecast for the next month does not take away that of this one; a call over a border
  // of terms is split
  712113, 761792,
  // an index below its floor, which changes no price, moved a millisecond of a capped time to another one
  714532,
  // an amount for a part of the month whose lines come to nothing had the VAT of a line of nothing
  718082,
  // what is free in a calendar rule was free once more after an amendment, and in each period
  1004427, 1009448,
  // the pricer's own: a rule of some hours without a first moment of a day; time of a contact that entered
  // before the term
  1002543, 1004508,
];

/** Those with resolutions. */
const foundResolved = [
  // a calendar rule that covers the period was judged by all of the period before, not by what that has of
  // the rule
  2005157,
  // the pricer's own: a call that goes on over the end of a period counts on in the next one
  2054091,
  // the pricer's own: an outage that only terms know which end before the contract begins waives nothing
  4055947,
  // the pricer's own: of two VAT groups that are equally near the next unit the one charged first has it
  4015506,
  // a line of nothing decided which of two VAT groups has the unit that a limit leaves over
  5033363,
];

describe('prices', () => {
  it('are what a pricer written from the words of the clauses comes to, in random contracts of all kinds', () => {
    const coverage = new Coverage(20);
    for (let seed = 1; seed <= 400; seed += 1)
      expect({ seed, difference: differenceOf(seed, coverage) }).toEqual({ seed, difference: null });
    // each kind of further terms is drawn, and decides amounts: a planted fault in it is seen
    const unseen = [...coverage.counts].filter(([, { drawn, seen }]) => drawn < 20 || seen === 0);
    expect(unseen).toEqual([]);
  });

  it('are so where they once were not', () => {
    for (const seed of found)
      expect({ seed, difference: wideDifferenceOf(seed) }).toEqual({ seed, difference: null });
    for (const seed of foundFurther)
      expect({ seed, difference: furtherDifferenceOf(seed) }).toEqual({ seed, difference: null });
    for (const seed of foundResolved)
      expect({ seed, difference: differenceOf(seed) }).toEqual({ seed, difference: null });
  });
});
