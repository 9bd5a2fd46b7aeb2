import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Warning } from './invoice.js';
import type { PeriodBook } from './period-book.js';
import { termsSegments, type TermsSegment } from './terms-segments.js';
import { CalculationTrace } from './trace.js';

/** What all steps of one price share. */
export interface PricingContext {
  readonly contract: Contract;
  readonly book: PeriodBook;
  readonly segments: readonly TermsSegment[];
  readonly periodEnd: PeriodEndTerms;
  /** Each step adds its rows. */
  readonly trace: CalculationTrace;
  /** Each step adds what it could not apply. */
  readonly warnings: Warning[];
}

/** What is evaluated once a month is evaluated under the version in force at the month's end. */
export interface PeriodEndTerms {
  readonly version: number;
  readonly terms: Terms;
}

export function pricingContext(contract: Contract, book: PeriodBook): PricingContext {
  const segments = termsSegments(contract, book.period);
  const periodEnd = periodEndTerms(contract, segments) ?? lastTerms(contract);
  return { contract, book, segments, periodEnd, trace: new CalculationTrace(), warnings: [] };
}

/** null: the contract does not reach into the period. */
function periodEndTerms(contract: Contract, segments: readonly TermsSegment[]): PeriodEndTerms | null {
  const last = segments.toSorted((a, b) => a.to - b.to).at(-1);
  const version = contract.versions.find((candidate) => candidate.version === last?.version);
  return version === undefined ? null : { version: version.version, terms: version.terms };
}

/** A contract that has ended may still have results that mature: under its last terms, without limits. */
function lastTerms({ id, versions }: Contract): PeriodEndTerms {
  const last = versions.at(-1);
  if (last === undefined) throw new Error(`contract ${id} has no version`);
  return { version: last.version, terms: { ...last.terms, limits: null } };
}
