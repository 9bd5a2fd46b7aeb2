import { daysInPeriod, shiftPeriod, type Period } from '#domain/period/period.js';
import type { CommitmentSpan } from './commitment-span.js';
import type { Contract } from './contract.js';

/** The months that share a commitment, as far as the contract's term goes. */
export interface CommitmentPeriod {
  readonly first: Period;
  /** Included; null: a term without end. */
  readonly last: Period | null;
  /** Days of the calendar it has, also those outside of the term; null: it is the term itself. */
  readonly days: number | null;
}

/**
 * The commitment period that a month belongs to. Throws where the contract has no first day to count from.
 */
export function commitmentPeriod(
  { term }: Pick<Contract, 'term'>,
  over: CommitmentSpan,
  month: Period,
): CommitmentPeriod {
  const [begins, ends] = [monthOf(term.firstDay), monthOf(term.lastDay)];
  if (over === 'term') return { first: required(begins, over), last: ends, days: null };
  const length = over.endsWith('Year') ? 12 : 3;
  const origin = over.startsWith('calendar') ? '2000-01' : required(begins, over);
  const first = shiftPeriod(origin, Math.floor(monthsFrom(origin, month) / length) * length);
  const last = shiftPeriod(first, length - 1);
  const months = Array.from({ length }, (_, index) => shiftPeriod(first, index));
  return {
    first: begins !== null && begins > first ? begins : first,
    last: ends !== null && ends < last ? ends : last,
    days: months.reduce((days, each) => days + daysInPeriod(each), 0),
  };
}

/** Months from `first` up to the one before `month`, in order; empty: it is the first, or before it. */
export function monthsBefore(first: Period, month: Period): Period[] {
  const length = Math.max(0, monthsFrom(first, month));
  return Array.from({ length }, (_, index) => shiftPeriod(first, index));
}

function monthsFrom(first: Period, month: Period): number {
  const count = (period: Period): number => Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7));
  return count(month) - count(first);
}

function monthOf(day: string | null): Period | null {
  return day === null ? null : day.slice(0, 7);
}

function required(begins: Period | null, over: CommitmentSpan): Period {
  if (begins === null) throw new Error(`over: ${over} needs the first day of the contract`);
  return begins;
}
