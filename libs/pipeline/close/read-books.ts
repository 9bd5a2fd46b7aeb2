import type { Contract } from '#domain/contract/contract.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import type { Period } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import { type Quantities, readQuantities } from './read-quantities.js';
import { lookBackPeriods } from './look-back.js';

/** Sums of a period at a cut, and of the earlier ones that its price looks back to. */
export type BookWithHistory = Required<Pick<PeriodBook, 'quantities' | 'history'>>;

/** How a catalogue maps work; a contract may be measured by the mapping of another catalogue than its own. */
export type Mapping = LiveScope;

/** One reading of the journal for the period and all that it looks back to. */
export async function readBook(
  contract: Contract,
  period: Period,
  offsets: readonly number[],
  log: Log,
  mapping: Mapping,
): Promise<BookWithHistory> {
  const [books] = await readBooks([contract], period, offsets, log, mapping);
  if (books === undefined) throw new Error(`the book of ${contract.id} was not read`);
  return books;
}

/** The same for several versions of a contract in one reading. */
export async function readBooks(
  contracts: readonly Contract[],
  period: Period,
  offsets: readonly number[],
  log: Log,
  mapping: Mapping,
): Promise<BookWithHistory[]> {
  const requests = contracts.map((contract) => {
    const meter = contractMeter(contract, mapping);
    const periods = [period, ...lookBackPeriods(contract, period)];
    return periods.map((each) => ({ contract: contract.id, period: each, meter }));
  });
  const read = await readQuantities(log, offsets, requests.flat(), mapping);
  let next = 0;
  return requests.map((periods) => {
    const [own, ...past] = periods.map((each) => {
      const quantities: Quantities = read[next++] ?? new Map<string, number>();
      return { period: each.period, quantities };
    });
    return { quantities: own?.quantities ?? new Map<string, number>(), history: past };
  });
}
