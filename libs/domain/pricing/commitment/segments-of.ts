import { periodsBefore } from '#domain/contract/commitment-period.js';
import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { termsSegments, type TermsSegment } from '../terms-segments.js';

/** The terms in all periods from the first to the last, both included. */
export function segmentsOf(contract: Contract, first: Period, last: Period): TermsSegment[] {
  const end = periodsOf(contract).shift(last, 1);
  return periodsBefore(contract, first, end).flatMap((period) => termsSegments(contract, period));
}
