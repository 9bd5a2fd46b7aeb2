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
  for (const { content, repeats, times } of materialize(contract, example, 'queue')) {
    const again = repeats.flatMap(({ contact, given }) => {
      return meter.measureRepeat(contact, givenGaps(given, meter.issueWindowsMs));
    });
    for (const { period, key, value } of [...meter.measure(content), ...again]) {
      const month = months.get(period) ?? new Map<string, number>();
      months.set(period, month.set(key, (month.get(key) ?? 0) + value * times));
    }
  }
  return { contract, months };
}
