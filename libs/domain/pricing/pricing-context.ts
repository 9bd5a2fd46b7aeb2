import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Forecast } from '#domain/contract/forecast.js';
import {
  encodeQuantityKey,
  type ForecastQuantityKey,
  decodeQuantityKey,
} from '#domain/metering/quantity-key.js';
import type { Period } from '#domain/period/period.js';
import type { TermsSegment } from './terms-segments.js';
import type { PeriodBook } from './invoice.js';
import type { CalculationTrace, Term } from './trace.js';

/** What all steps of one pricing share. */
export interface PricingContext {
  readonly contract: Contract;
  readonly book: PeriodBook;
  readonly segments: readonly TermsSegment[];
  readonly periodEnd: PeriodEndTerms;
  readonly trace: CalculationTrace;
  /** What could not be applied and why; told with the invoice. */
  readonly warnings: Note[];
}

export interface Note {
  readonly clause: string;
  readonly message: string;
}

/** What is judged once a month is judged by the version in force at its end. */
export interface PeriodEndTerms {
  readonly version: number;
  readonly terms: Terms;
}

/** null: the contract does not reach into the period. */
export function periodEndTerms(contract: Contract, segments: readonly TermsSegment[]): PeriodEndTerms | null {
  const last = segments.toSorted((a, b) => a.to - b.to).at(-1);
  const version = contract.versions.find((candidate) => candidate.version === last?.version);
  return version === undefined ? null : { version: version.version, terms: version.terms };
}

/**
 * The number agreed for a period, or the last one told for it: of two told at one instant the higher. null:
 * none.
 */
export function forecastTerm(
  { book, periodEnd, trace }: PricingContext,
  forecast: Forecast,
  period: Period,
): Term | null {
  if (forecast.kind === 'agreed') {
    const value = forecast.values[period];
    return value === undefined
      ? null
      : trace.apply('measure', 'sum', periodEnd.version, { [`agreed ${period}`]: value });
  }
  const told = lastTold(book, forecast.id);
  return told === null
    ? null
    : trace.apply('measure', 'sum', periodEnd.version, { [encodeQuantityKey(told)]: told.value });
}

function lastTold({ quantities }: PeriodBook, id: string): ForecastQuantityKey | null {
  let last: ForecastQuantityKey | null = null;
  for (const [key, times] of quantities) {
    const cell = times > 0 && key.startsWith(`forecast/${id}/`) ? decodeQuantityKey(key) : null;
    if (cell?.subject !== 'forecast') continue;
    if (last === null || cell.at > last.at || (cell.at === last.at && cell.value > last.value)) last = cell;
  }
  return last;
}
