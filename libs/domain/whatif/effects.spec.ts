import { describe, expect, it } from '@jest/globals';
import type { Contract } from '#domain/contract/contract.js';
import type { Example } from '#domain/metering/example.js';
import { plain } from '#domain/money/money.js';
import { contractsPage } from '#test/contracts-page.js';
import { priceMonth } from './books.js';
import { clausesOf } from './clauses.js';
import { counted } from './counted-example.fixture.js';

const examples = contractsPage().flatMap(({ contract, examples: own }) =>
  own.map((example) => ({ contract, example })),
);

/** What an example costs under any contract of its programme. */
function netOf(contract: Contract, example: Example): string {
  return plain(priceMonth(counted(contract, example), example.period).totals.net, 2);
}

/** The example's price, and what each clause makes it: `kind id` of the clause that is taken out. */
function pricesWithout(says: string): Record<string, string> {
  const found = examples.find(({ example }) => example.says.startsWith(says));
  if (found === undefined) throw new Error(`docs/contracts.md has no example '${says}'`);
  const { contract, example } = found;
  return Object.fromEntries([
    ['all', netOf(contract, example)],
    ...clausesOf(contract).map(({ kind, id, without }) => [`${kind} ${id}`, netOf(without, example)]),
  ]) as Record<string, string>;
}

/** Amounts worked out by hand from the clauses of the page. */
describe('A month without one of its clauses', () => {
  it('fills tiers and a corridor in order of time, with the peak or without it', () => {
    // with all: 415 + 186 + 320. Without the peak: 100 x 2.35 + 70 x 1.95, 70 x 2.40, 110 x 2 + 60 x 1.
    // Without tiers: 100 x 2.35 + 70 x 2.80 = 431. Without the corridor: 100 x 2.00 + 70 x 2.80 = 396.
    expect(pricesWithout('60 calls before the peak')).toMatchObject({
      all: '921.00',
      'calendarRule peak': '819.50',
      'tiers calls': '937.00',
      'corridor volume': '997.00',
    });
  });

  it('has no steps above its forecast, and no floor', () => {
    // 260 + 405; without the corridor 50 x 2.00 + 85 x 1.50 = 227.50; of 135 the floor of 90 takes nothing
    expect(pricesWithout('of 135 calls 50 cost')).toMatchObject({
      all: '665.00',
      'corridor volume': '632.50',
      'corridor take-or-pay': '665.00',
    });
    // 145 + 270; without the one 40 x 2.00, without the other 40 x 3.00
    expect(pricesWithout('of 40 calls the ten')).toMatchObject({
      all: '415.00',
      'corridor volume': '350.00',
      'corridor take-or-pay': '265.00',
    });
  });

  it('has no minimum of half a month', () => {
    // 150 + 40 + 70 + 140, the minimum being 400.00 of 800.00
    expect(pricesWithout('for half of April')).toMatchObject({ all: '400.00', 'minimum limits': '260.00' });
  });

  it('is judged by the terms that held before, without an amendment of the middle of the month', () => {
    // 2 200 - 100 - 100; without the amendment the maximum is 1 500, without the malus 2 000 all the same
    expect(pricesWithout('the malus is for the second half')).toMatchObject({
      all: '2000.00',
      'amendment 2': '1500.00',
      'bonusMalus bad': '2000.00',
      'maximum limits': '2100.00',
    });
  });

  it('has no holidays of the site', () => {
    // 15 + 98; without bands the hour costs 10
    expect(pricesWithout('20 March is a holiday')).toMatchObject({ all: '113.00', 'bands hours': '108.00' });
  });

  it('has ad-hoc work at one price', () => {
    // 7.5 x 48 + 2.25 x 75; without rates 9.75 x 48; without the line nothing is left
    expect(pricesWithout('7.5 approved hours')).toMatchObject({
      all: '528.75',
      'rates extra-hours': '468.00',
      'line extra-hours': '0.00',
    });
  });
});

describe('A month under a draft that takes sales back otherwise', () => {
  it('counts them by the window of the draft, or whenever they are cancelled', () => {
    const found = examples.find(({ example }) => example.says.startsWith('cancelled on the fourteenth day'));
    if (found === undefined) throw new Error('docs/contracts.md has no such example');
    const { contract, example } = found;
    const draft = (withinMs: number | null): Contract => {
      const other = withinMs === null ? 'sale.cancelled' : { name: 'sale.cancelled', withinMs };
      const versions = contract.versions.map(({ terms, ...version }) => ({
        ...version,
        terms: {
          ...terms,
          measures: Object.fromEntries(
            Object.entries(terms.measures).map(([id, measure]) => [
              id,
              'unless' in measure ? { ...measure, unless: [other] } : measure,
            ]),
          ),
        },
      }));
      return { ...contract, versions };
    };
    // 45.00 and 20.00 for the one that is cancelled a second late; of 13 days both: 90.00 and 30.00
    const day = 86_400_000;
    expect(netOf(contract, example)).toBe('65.00');
    expect(netOf(draft(13 * day), example)).toBe('120.00');
    expect(netOf(draft(15 * day), example)).toBe('0.00');
    expect(netOf(draft(null), example)).toBe('0.00');
  });
});
