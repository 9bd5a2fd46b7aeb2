import type { Contract } from '#domain/contract/contract.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { type ContractMeter, contractMeter } from '#domain/metering/contract-meter.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import type { Period } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import { type JournalLimit, type OnAddition, type OnPosting, readQuantities } from './read-quantities.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';

/** Sums of a period at a cut, and of the earlier ones that its price looks back to. */
export type BookWithHistory = Required<Pick<PeriodBook, 'quantities' | 'history'>>;

/** How a catalogue maps work; a contract may be measured by the mapping of another catalogue than its own. */
export type Mapping = LiveScope;

export interface BookRequest {
  readonly contract: Contract;
  readonly period: Period;
  readonly mapping: Mapping;
  readonly limit: JournalLimit;
  /** Without regard to other work of the same person, as the tally sums. */
  readonly isInFull?: boolean;
  /** Called with all that is added to the sums of the period itself, or taken back from them. */
  readonly onAddition?: OnAddition | undefined;
}

/** One reading of the journal for the periods, and for all that they look back to. */
export async function readBooks(
  log: Log,
  requests: readonly BookRequest[],
  onPosting?: OnPosting,
): Promise<BookWithHistory[]> {
  const meters = new Map<Mapping, Map<Contract, ContractMeter>>();
  const wanted = requests.map(({ contract, period, mapping, limit, isInFull = false, onAddition }) => {
    const known = meters.get(mapping) ?? new Map<Contract, ContractMeter>();
    meters.set(mapping, known);
    const meter = known.get(contract) ?? contractMeter(contract, mapping);
    known.set(contract, meter);
    const periods = [period, ...lookBackPeriods(contract, period)];
    return periods.map((each, index) => {
      const request = { period: each, meter, view: mapping, limit, isInFull };
      return index === 0 && onAddition !== undefined ? { ...request, onAddition } : request;
    });
  });
  const read = await readQuantities(log, wanted.flat(), onPosting);
  let next = 0;
  return wanted.map((periods) => {
    const [own, ...history] = periods.map(({ period }) => {
      return { period, quantities: read[next++] ?? new Map<string, number>() };
    });
    return { quantities: own?.quantities ?? new Map<string, number>(), history };
  });
}
