import { describe, expect, it } from '@jest/globals';
import type { Contract } from '#domain/contract/contract.js';
import { materialize, exampleScope, givenGaps, type Example } from '#domain/metering/example.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { plain } from '#domain/money/money.js';
import { commitsOverMonths, lookBackPeriods } from '#domain/pricing/look-back.js';
import { contractsPage } from '#test/contracts-page.js';
import { mapBooks, priceMonth, type BookSeries } from './books.js';
import { clausesOf } from './clauses.js';

/** What an example gives, counted under any contract of the same programme. */
function counted(contract: Contract, example: Example): BookSeries {
  const meter = contractMeter(contract, exampleScope(contract, example));
  const read = commitsOverMonths(contract) ? lookBackPeriods(contract, example.period) : [];
  const months = new Map<string, Map<string, number>>(
    [example.period, ...read].map((month) => [month, new Map<string, number>()]),
  );
  for (const { content, repeat, times } of materialize(contract, example, 'queue')) {
    const gaps = repeat === null ? null : givenGaps(repeat.given, meter.issueWindowsMs);
    const again = repeat === null || gaps === null ? [] : meter.measureRepeat(repeat.contact, gaps);
    for (const { period, key, value } of [...meter.measure(content), ...again]) {
      const month = months.get(period) ?? new Map<string, number>();
      months.set(period, month.set(key, (month.get(key) ?? 0) + value * times));
    }
  }
  return { contract, months };
}

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
