import { describe, expect, it } from '@jest/globals';
import { leavesOf } from './leaves.js';

describe('The plain values of terms', () => {
  it('are named by ids, else by the place in the list', () => {
    const terms = {
      lines: [{ id: 'hours', price: '29.50', payIf: null }],
      steps: [{ upTo: 10 }, null, 'last'],
      none: [],
      absent: undefined,
    };
    expect([...leavesOf(terms, '')]).toEqual([
      ['lines.hours.id', 'hours'],
      ['lines.hours.price', '29.50'],
      ['lines.hours.payIf', null],
      ['steps.0.upTo', 10],
      ['steps.1', null],
      ['steps.2', 'last'],
    ]);
  });

  it('are below the path that is given', () => {
    expect([...leavesOf({ scale: 2 }, 'rounding')]).toEqual([['rounding.scale', 2]]);
    expect([...leavesOf('EUR', 'currency')]).toEqual([['currency', 'EUR']]);
    expect([...leavesOf(null, 'currency')]).toEqual([['currency', null]]);
  });
});
