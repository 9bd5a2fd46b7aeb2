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

/** The book of an earlier period, which may look back as well; null: its sums are not there. */
export function pastBook(book: PeriodBook, period: Period): PeriodBook | null {
  const { contract, history = [] } = book;
  if (period === book.period) return { contract, period, quantities: book.quantities, history };
  const past = history.find((candidate) => candidate.period === period);
  return past === undefined ? null : { contract, period, quantities: past.quantities, history };
}

export interface PastPeriod {
  readonly period: Period;
  readonly quantities: ReadonlyMap<string, number>;
}
