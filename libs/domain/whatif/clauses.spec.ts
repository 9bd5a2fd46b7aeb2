import { describe, expect, it } from '@jest/globals';
import { plain } from '#domain/money/money.js';
import { contractsPage } from '#test/contracts-page.js';
import { mapBooks, priceMonth, type BookSeries } from './books.js';
import { clausesOf } from './clauses.js';
import { counted } from './counted-example.fixture.js';

const cases = contractsPage().flatMap(({ title, contract, examples }) =>
  examples.flatMap((example) =>
    clausesOf(contract).map((clause) => ({
      title: `${title}: ${example.says}: without ${clause.kind} ${clause.id}`,
      contract,
      example,
      clause,
    })),
  ),
);

describe('A clause that is taken out', () => {
  it('is found in every section of a contract', () => {
    expect([...new Set(cases.map(({ clause }) => clause.kind))].sort()).toEqual([
      'amendment',
      'averageCap',
      'bands',
      'bonusCap',
      'bonusMalus',
      'calendarRule',
      'caps',
      'commitment',
      'corridor',
      'credits',
      'discount',
      'gate',
      'guards',
      'increment',
      'indexation',
      'line',
      'lineMinimum',
      'malusCap',
      'maximum',
      'minimum',
      'rates',
      'tiers',
      'waiver',
    ]);
  });

  it('leaves a contract that prices what is counted under it', () => {
    for (const { clause, example } of cases) {
      expect(() => priceMonth(counted(clause.without, example), example.period)).not.toThrow();
    }
  });

  it.each(cases.filter(({ clause }) => clause.sums !== null))(
    'needs no second count: $title',
    ({ contract, example, clause }) => {
      const sums = clause.sums ?? ((quantities) => quantities);
      const kept = { ...mapBooks(counted(contract, example), sums), contract: clause.without };
      const recounted = counted(clause.without, example);
      const net = (books: BookSeries): string => plain(priceMonth(books, example.period).totals.net);
      expect(net(kept)).toBe(net(recounted));
    },
  );
});
