import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OutcomeRecorded } from '#domain/fact/fact.js';
import { interpretOutcome } from './interpret.js';
import { countedBy } from './outcome-events.js';

interface Said {
  readonly name: string;
  readonly at: number;
  readonly amount: string;
}

const said = fc.record({
  name: fc.constantFrom('sale.made', 'sale.made', 'sale.cancelled', 'lead.worked'),
  at: fc.nat(12),
  amount: fc.constantFrom('10.00', '20.00'),
});

function fact({ name, at, amount }: Said, index: number): OutcomeRecorded {
  return {
    type: 'outcome.recorded',
    id: `e${String(index).padStart(2, '0')}`,
    entity: 'crm:outcome/order-1',
    connection: 'crm',
    at,
    revision: 0,
    name,
    programme: 'care',
    queue: null,
    agent: null,
    contact: null,
    customer: null,
    data: { amount },
  };
}

const window = 3;

/**
 * One look at each report by itself. `ever`: no cancellation may be there at all; else none that follows it
 * by at most the window.
 */
function expectedOf(all: readonly Said[], ever: boolean): { at: number; amount: string }[] {
  let first: number | null = null;
  let last: Said | null = null;
  for (let instant = 0; instant <= 12; instant++) {
    for (const each of all) {
      if (each.name !== 'sale.made' || each.at !== instant) continue;
      let isUndone = false;
      for (const { name, at } of all) {
        if (name === 'sale.cancelled' && (ever || (at >= instant && at <= instant + window))) isUndone = true;
      }
      if (isUndone) continue;
      first ??= instant;
      last = each;
    }
  }
  return first === null || last === null ? [] : [{ at: first, amount: last.amount }];
}

const sales = { name: 'sale.made', unless: ['sale.cancelled'], match: {}, perSubject: 'once' } as const;
const kept = { ...sales, unless: [{ name: 'sale.cancelled', withinMs: window }] };

function counted(facts: readonly OutcomeRecorded[], selection: Parameters<typeof countedBy>[0] = sales) {
  const outcome = interpretOutcome(facts);
  return outcome.events.flatMap((event) => countedBy(selection, outcome, event) ?? []);
}

describe('A subject that counts once', () => {
  it('counts once, at its first sale that is in force with the data of the last, in whatever order they came', () => {
    const arrivals = fc
      .array(said, { minLength: 1, maxLength: 8 })
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all.map(fact), { minLength: all.length })),
      );
    fc.assert(
      fc.property(arrivals, fc.boolean(), ([all, facts], ever) => {
        const found = counted(facts, ever ? sales : kept);
        expect(found.map(({ at, data }) => ({ at, amount: data['amount'] }))).toEqual(expectedOf(all, ever));
      }),
      { numRuns: 500 },
    );
  });

  it('is of the product that was reported last', () => {
    const first = { ...fact({ name: 'sale.made', at: 1, amount: '10.00' }, 0), data: { product: 'gold' } };
    const last = { ...fact({ name: 'sale.made', at: 2, amount: '10.00' }, 1), data: { product: 'silver' } };
    const of = (product: string) => counted([last, first], { ...sales, match: { product } });
    expect(of('gold')).toEqual([]);
    expect(of('silver').map(({ at }) => at)).toEqual([1]);
  });

  it('counts each event, and none of what was ever undone, where a contract says `each` or is older', () => {
    const all = [1, 2, 4].map((at, index) => fact({ name: 'sale.made', at, amount: '10.00' }, index));
    const undone = [...all, fact({ name: 'sale.cancelled', at: 3, amount: '10.00' }, 3)];
    for (const each of [
      { ...sales, perSubject: 'each' as const },
      { ...sales, perSubject: undefined },
    ]) {
      expect(counted(all, each)).toHaveLength(3);
      expect(counted(undone, each)).toEqual([]);
    }
  });
});
