import { describe, expect, it } from '@jest/globals';
import { Coverage } from './spans.js';

const span = (from: number, to: number) => ({ from, to });

describe('A coverage', () => {
  it('leaves of a span what no span that was added has', () => {
    const taken = new Coverage();
    for (const [from, to] of [
      [20, 30],
      [0, 10],
      [40, 50],
    ] as const)
      taken.add(span(from, to));
    expect(taken.outside(span(5, 60))).toEqual([span(10, 20), span(30, 40), span(50, 60)]);
    expect(taken.outside(span(20, 30))).toEqual([]);
    // joins the first two, and nothing of the third
    taken.add(span(5, 25));
    expect(taken.outside(span(0, 60))).toEqual([span(30, 40), span(50, 60)]);
  });
});
