import { describe, expect, it } from '@jest/globals';
import { type Claim, rankedStates } from './claims.js';
import { PersonStates } from './person-states.js';

const claim = (state: (typeof rankedStates)[number], from: number, to: number): Claim => {
  const id = `${state} ${from}`;
  return { clock: 'ann/work', id, work: id, rank: rankedStates.indexOf(state), from, to };
};

describe('What a person did', () => {
  const states = new PersonStates(
    [
      claim('AVAILABLE', 0, 100),
      claim('CONTACT', 30, 50),
      claim('CONTACT', 50, 60),
      claim('BREAK', 120, 130),
    ],
    [claim('OTHER', 0, 110)],
  );

  it('is at each instant the first of the states in their order', () => {
    expect(states.statesIn({ from: 0, to: 200 })).toEqual([
      { from: 0, to: 30, state: 'AVAILABLE' },
      { from: 30, to: 60, state: 'CONTACT' },
      { from: 60, to: 100, state: 'AVAILABLE' },
      { from: 120, to: 130, state: 'BREAK' },
    ]);
    expect(states.presentIn({ from: 0, to: 200 })).toEqual([
      { from: 0, to: 110 },
      { from: 120, to: 130 },
    ]);
  });

  it('reaches into a span only where it has an instant of it', () => {
    expect(states.statesIn({ from: 60, to: 120 })).toEqual([{ from: 60, to: 100, state: 'AVAILABLE' }]);
    expect(states.presentIn({ from: 110, to: 120 })).toEqual([]);
  });
});
