import type { FixedLine, OneOffLine } from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import { dayBounds, daysInPeriod, type Period } from '#domain/period/period.js';
import { epochDayOf, zoneOf } from '#domain/period/zone.js';
import { placed, valueOf, type Draft } from './draft.js';
import type { Stage, StagedLine } from './book-lines.js';
import type { Ledger } from './row.js';
import { indexed } from './unit-price.js';

/**
 * A monthly amount. Days of the calendar decide what part of it a stage gets, never hours: a month with a change of
 * clocks has no other price. A day belongs to the stage that rules its first moment.
 */
export function fixedDrafts(
  stages: readonly StagedLine<FixedLine>[],
  period: Period,
  timeZone: string,
  ledger: Ledger,
): Draft[] {
  const shown = stages.every(({ line }) => line.proration === 'none') ? stages.slice(-1) : stages;
  return shown.flatMap((staged) => {
    const { line, stage } = staged;
    const amount = indexed(line.amount, line.indexation, stage.version, ledger);
    const prorated = line.proration === 'calendarDays';
    const days = prorated ? daysOf(stage, timeZone) : 1;
    const whole = prorated ? daysInPeriod(period) : 1;
    if (days === 0) return [];
    const exact = ledger.apply('line', 'amount', stage.version, {
      quantity: days,
      price: amount,
      per: whole,
    });
    return {
      ...placed(staged, null),
      quantity: new Decimal(days),
      unit: prorated ? 'DAY' : 'MON',
      price: valueOf(amount),
      baseQuantity: new Decimal(whole),
      exact,
    } as const;
  });
}

/** Charged in the period of its day, under the terms then in force. */
export function oneOffDrafts(
  stages: readonly StagedLine<OneOffLine>[],
  timeZone: string,
  ledger: Ledger,
): Draft[] {
  return stages.flatMap((staged) => {
    const { line, stage } = staged;
    const { start } = dayBounds(line.day, timeZone);
    if (!stage.parts.some(({ from, to }) => start >= from && start < to)) return [];
    const exact = ledger.apply('line', 'amount', stage.version, { quantity: 1, price: line.amount, per: 1 });
    const one = new Decimal(1);
    return {
      ...placed(staged, null),
      quantity: one,
      unit: 'C62',
      price: valueOf(line.amount),
      baseQuantity: one,
      exact,
    };
  });
}

/** Local days whose first moment lies in the stage. */
function daysOf({ parts }: Stage, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const dayAfter = (instant: number): number => {
    const day = epochDayOf(instant + zone.offsetAt(instant));
    return zone.startOfDay(day) === instant ? day : day + 1;
  };
  return parts.reduce((days, { from, to }) => days + dayAfter(to) - dayAfter(from), 0);
}
