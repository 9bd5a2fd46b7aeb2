import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apportion, apportionTalkAndHold } from './split.js';

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const ms = fc.integer({ min: 0, max: 86_400_000 });
const lengths = fc.array(fc.integer({ min: 1, max: 86_400_000 }), { minLength: 1, maxLength: 8 });

describe('apportion', () => {
  it.each([
    [10, [1, 1, 1], [4, 3, 3]],
    [100, [1, 2, 3], [17, 33, 50]],
    [7, [0, 5], [0, 7]],
    [5, [0, 0], [5, 0]],
    [0, [3, 4], [0, 0]],
  ])('splits %d by the weights %p into %p', (total, weights, amounts) => {
    expect(apportion(total, weights)).toEqual(amounts);
  });

  it('sums to the total and is nowhere more than one off the quota, even where products exceed 2^53', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), lengths, (total, weights) => {
        const shares = apportion(total, weights);
        expect(sum(shares)).toBe(total);
        shares.forEach((share, index) => {
          const quota = (BigInt(total) * BigInt(weights[index] ?? 0)) / BigInt(sum(weights));
          expect(BigInt(share) - quota === 0n || BigInt(share) - quota === 1n).toBe(true);
        });
      }),
    );
  });
});

describe('Talk and hold of one handle interval', () => {
  it('sum to their totals, over any cuts', () => {
    fc.assert(
      fc.property(ms, ms, lengths, (talkMs, holdMs, parts) => {
        const shares = apportionTalkAndHold(talkMs, holdMs, parts);
        expect([sum(shares.map((share) => share.talkMs)), sum(shares.map((share) => share.holdMs))]).toEqual([
          talkMs,
          holdMs,
        ]);
      }),
    );
  });

  it('fill each part exactly where they fill the whole', () => {
    fc.assert(
      fc.property(lengths, fc.double({ min: 0, max: 1, noNaN: true }), (parts, share) => {
        const holdMs = Math.floor(sum(parts) * share);
        const shares = apportionTalkAndHold(sum(parts) - holdMs, holdMs, parts);
        expect(shares.map((each) => each.talkMs + each.holdMs)).toEqual(parts);
        expect(shares.every((each) => each.talkMs >= 0 && each.holdMs >= 0)).toBe(true);
      }),
    );
  });
});
