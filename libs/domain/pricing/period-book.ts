import type { Period } from '#domain/period/period.js';

/**
 * The sums of the journal up to a cut, for one contract and period; metering/quantity-key.ts reads their
 * keys.
 */
export interface PeriodBook {
  readonly contract: string;
  readonly period: Period;
  readonly quantities: ReadonlyMap<string, number>;
  /**
   * Earlier periods at the same cut, for what looks back: earn-back, last value, first contacts that had to
   * mature.
   */
  readonly history?: readonly PastPeriod[];
}

export interface PastPeriod {
  readonly period: Period;
  readonly quantities: ReadonlyMap<string, number>;
}
