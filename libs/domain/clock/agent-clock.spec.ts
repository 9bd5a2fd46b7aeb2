import { describe, expect, it } from '@jest/globals';
import { AgentClock } from './agent-clock.js';
import type { Claim } from './claims.js';

const claim = (id: string, from: number, to: number, rank = 0): Claim => ({
  clock: 'ann/work',
  id,
  work: id,
  rank,
  from,
  to,
});

describe('The clock of a person', () => {
  it('gives a claim that no other touches all of its time', () => {
    const clock = new AgentClock([claim('a', 10, 40), claim('b', 40, 60)]);
    expect(['a', 'b'].map((id) => clock.isContested(id))).toEqual([false, false]);
    expect([clock.ownMs('a', 15, 40), clock.ownMs('a', 15, 15), clock.ownMs('b', 40, 60)]).toEqual([
      25, 0, 20,
    ]);
  });

  it('lets claims of one rank take turns, in the order in which they began', () => {
    // a and b share 10 to 20, all three 20 to 29, b and c 29 to 33
    const clock = new AgentClock([claim('c', 20, 33), claim('b', 10, 33), claim('a', 0, 29)]);
    // a: 0 to 9 and 10, 12, 14, 16, 18, then 20, 23, 26
    expect([clock.ownMs('a', 0, 29), clock.ownMs('a', 0, 10), clock.ownMs('a', 10, 20)]).toEqual([18, 10, 5]);
    // b: 11, 13, 15, 17, 19, then 21, 24, 27, then 29, 31
    expect([clock.ownMs('b', 10, 33), clock.ownMs('b', 11, 14), clock.ownMs('b', 12, 14)]).toEqual([
      10, 2, 1,
    ]);
    // c: 22, 25, 28, then 30, 32
    expect([clock.ownMs('c', 20, 33), clock.ownMs('c', 20, 22), clock.ownMs('c', 22, 23)]).toEqual([5, 0, 1]);
    expect(clock.ownMs('c', 23, 25)).toBe(0);
  });

  it('gives a claim all of what it has alone after it shared', () => {
    const clock = new AgentClock([claim('a', 0, 10), claim('b', 0, 20)]);
    expect([clock.ownMs('a', 0, 10), clock.ownMs('b', 0, 20), clock.ownMs('b', 9, 20)]).toEqual([5, 15, 11]);
  });

  it('gives a stretch to the lowest rank, and what lies around it to the next', () => {
    const clock = new AgentClock([
      claim('pause', 0, 100, 9),
      claim('call', 30, 50),
      claim('prep', 60, 70, 2),
    ]);
    expect(['pause', 'call', 'prep'].map((id) => clock.ownMs(id, 0, 100))).toEqual([70, 20, 10]);
    expect([
      clock.ownMs('pause', 20, 60),
      clock.ownMs('pause', 55, 65),
      clock.ownMs('pause', 30, 50),
    ]).toEqual([20, 5, 0]);
  });

  it('gives a stretch on, as it was, where work of a higher rank begins beside it', () => {
    const clock = new AgentClock([claim('call', 30, 50), claim('pause', 40, 100, 9)]);
    expect(['call', 'pause'].map((id) => clock.ownMs(id, 30, 100))).toEqual([20, 50]);
    expect([clock.ownMs('call', 35, 45), clock.ownMs('pause', 40, 51)]).toEqual([10, 1]);
  });

  it('takes turns by id where claims began at one instant, in whatever order they come', () => {
    const claims = [claim('a', 0, 3), claim('b', 0, 3)];
    for (const order of [claims, claims.toReversed()]) {
      const clock = new AgentClock(order);
      expect(['a', 'b'].map((id) => clock.ownMs(id, 0, 3))).toEqual([2, 1]);
    }
  });

  it('shares a millisecond among fifty at most: those that began first', () => {
    const clock = new AgentClock(Array.from({ length: 51 }, (_, index) => claim(`c${index}`, index, 1_000)));
    // from 50 on all are there: 950 ms, 19 turns of each of the first fifty
    expect([
      clock.ownMs('c0', 50, 1_000),
      clock.ownMs('c49', 50, 1_000),
      clock.ownMs('c50', 50, 1_000),
    ]).toEqual([19, 19, 0]);
  });
});
