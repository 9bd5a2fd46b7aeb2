import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { daysInMonth, shiftMonth, type Period } from '#domain/period/period.js';
import type { CommitmentSpan } from './commitment-span.js';
import type { Contract } from './contract.js';

/** The periods that share a commitment, as far as the contract's term goes. */
export interface CommitmentPeriod {
  readonly first: Period;
  /** Included; null: a term without end. */
  readonly last: Period | null;
  /** Days of the calendar it has, also those outside of the term; null: it is the term itself. */
  readonly days: number | null;
}

/**
 * The commitment period that a period of the contract belongs to. Quarters and years begin and end with a
 * period: the catalogue refuses those that would cut one. Throws where the contract has no first day to count
 * from.
 */
export function commitmentPeriod(
  contract: Pick<Contract, 'term'> & PeriodFrame,
  over: CommitmentSpan,
  period: Period,
): CommitmentPeriod {
  const { firstDay, lastDay } = contract.term;
  const { ofDay, firstDay: firstDayOf } = periodsOf(contract);
  const [begins, ends] = [firstDay, lastDay].map((day) => (day === null ? null : ofDay(day)));
  if (over === 'term') return { first: ofDay(required(firstDay, over)), last: ends ?? null, days: null };
  const { first, last, days } = monthsOfSpan(over, firstDay, firstDayOf(period).slice(0, 7));
  const [from, to] = [ofDay(`${first}-01`), ofDay(`${last}-${daysInMonth(last)}`)];
  return {
    first: begins != null && begins > from ? begins : from,
    last: ends != null && ends < to ? ends : to,
    days,
  };
}

/** The months of the quarter or year that a month lies in. */
function monthsOfSpan(
  over: Exclude<CommitmentSpan, 'term'>,
  firstDay: string | null,
  month: Period,
): { readonly first: Period; readonly last: Period; readonly days: number } {
  const length = over.endsWith('Year') ? 12 : 3;
  const origin = over.startsWith('calendar') ? '2000-01' : required(firstDay, over).slice(0, 7);
  const first = shiftMonth(origin, Math.floor(monthsFrom(origin, month) / length) * length);
  const months = Array.from({ length }, (_, index) => shiftMonth(first, index));
  return {
    first,
    last: shiftMonth(first, length - 1),
    days: months.reduce((days, each) => days + daysInMonth(each), 0),
  };
}

/** Periods from `first` up to the one before `period`, in order; empty: it is the first, or before it. */
export function periodsBefore(contract: PeriodFrame, first: Period, period: Period): Period[] {
  const { distance, shift } = periodsOf(contract);
  const length = Math.max(0, distance(first, period));
  return Array.from({ length }, (_, index) => shift(first, index));
}

function monthsFrom(first: Period, month: Period): number {
  const count = (each: Period): number => Number(each.slice(0, 4)) * 12 + Number(each.slice(5, 7));
  return count(month) - count(first);
}

function required(firstDay: string | null, over: CommitmentSpan): string {
  if (firstDay === null) throw new Error(`over: ${over} needs the first day of the contract`);
  return firstDay;
}
