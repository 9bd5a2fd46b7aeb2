import type { Contract } from '#domain/contract/contract.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { exampleScope, givenGaps, materialize, type Example } from '#domain/metering/example.js';
import { commitsOverMonths, lookBackPeriods } from '#domain/pricing/look-back.js';
import type { BookSeries } from './books.js';

/** What an example gives, counted under any contract of the same programme. */
export function counted(contract: Contract, example: Example): BookSeries {
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
