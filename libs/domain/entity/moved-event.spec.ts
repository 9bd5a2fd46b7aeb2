import { describe, expect, it } from '@jest/globals';
import type { OutcomeRecorded } from '#domain/fact/fact.js';
import { supersedes } from './fold.js';
import { placementOf, withdrawalOf } from './moved-event.js';

function sale(subject: string, revision: number, own: Partial<OutcomeRecorded> = {}): OutcomeRecorded {
  const about = { programme: 'p', queue: null, agent: null, contact: null, customer: null, data: {} };
  const base = { id: '7', connection: 'shop', at: 1_000, revision, name: 'sale.made', ...about };
  return { type: 'outcome.recorded', entity: `shop:outcome/${subject}`, ...base, ...own };
}

describe('An event of an outcome that a revision gives another subject', () => {
  const [a, b] = [placementOf(sale('a', 0)), placementOf(sale('b', 1))];
  const expected = {
    type: 'outcome.withdrawn',
    id: '7',
    entity: 'shop:outcome/a',
    connection: 'shop',
    at: 1_000,
    revision: 1,
    subject: 'shop:outcome/b',
  };

  it('is taken from the subject of the lower revision, whichever comes first', () => {
    expect(withdrawalOf(b, a)).toEqual(expected);
    expect(withdrawalOf(a, b)).toEqual(expected);
  });

  it('is taken from none where it has one subject', () => {
    expect(withdrawalOf(a, null)).toBeNull();
    expect(withdrawalOf(placementOf(sale('a', 1)), a)).toBeNull();
  });
});

describe('Which of two facts with one id counts', () => {
  /** 1: the first one, whatever the order; 0: neither takes the place of the other. */
  function which(first: OutcomeRecorded, second: OutcomeRecorded): number {
    return Number(supersedes(first, second)) - Number(supersedes(second, first));
  }

  it('is the higher revision, then the greater subject, then the greater text of what differs', () => {
    expect(which(sale('a', 2), sale('b', 1))).toBe(1);
    expect(which(sale('b', 1), sale('a', 1, { at: 9_000 }))).toBe(1);
    expect(which(sale('a', 1, { at: 9_000 }), sale('a', 1, { at: 10_000 }))).toBe(1);
    expect(which(sale('a', 1, { queue: 'x' }), sale('a', 1, { queue: 'b' }))).toBe(1);
    expect(supersedes(sale('a', 1), sale('a', 1))).toBe(false);
  });

  it('is the one with the greater text of the first data that differ, by name', () => {
    const [first, second] = [
      { b: '1', a: '2' },
      { b: '2', a: '1' },
    ];
    expect(which(sale('a', 1, { data: first }), sale('a', 1, { data: second }))).toBe(1);
  });

  it('does not depend on the order in which its data were written', () => {
    const [one, same] = [
      { amount: '1.00', unit: 'EUR', at: 1 },
      { unit: 'EUR', at: 1, amount: '1.00' },
    ];
    expect(supersedes(sale('a', 1, { data: one }), sale('a', 1, { data: same }))).toBe(false);
    expect(supersedes(sale('a', 1, { data: same }), sale('a', 1, { data: one }))).toBe(false);
    expect(which(sale('a', 1, { data: { ...one, amount: '2.00' } }), sale('a', 1, { data: same }))).toBe(1);
  });
});
