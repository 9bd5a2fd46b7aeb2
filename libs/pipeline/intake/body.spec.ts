import { describe, expect, it } from '@jest/globals';
import { BodyBudget } from './body.js';

describe('The budget for bodies', () => {
  it('gives room for what has come, and takes it back', () => {
    const budget = new BodyBudget(100, 60);
    const [first, second] = [budget.open('bank'), budget.open('bank')];
    expect([first.hold(40), second.hold(20), second.hold(1)]).toEqual([true, true, false]);
    first.release();
    expect(second.hold(40)).toBe(true);
  });

  it('keeps the room of other connections from one that takes all of its own', () => {
    const budget = new BodyBudget(100, 60);
    const greedy = [budget.open('greedy'), budget.open('greedy'), budget.open('greedy')];
    expect(greedy.map((held) => held.hold(30))).toEqual([true, true, false]);
    expect(budget.open('bank').hold(90)).toBe(true);
  });

  it('is bounded over all connections beside the one request that each may have', () => {
    const budget = new BodyBudget(100, 60);
    expect(['a', 'b', 'c'].map((name) => budget.open(name).hold(50))).toEqual([true, true, true]);
    expect(budget.open('a').hold(5)).toBe(false);
  });
});
