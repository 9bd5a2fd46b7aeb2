import type { FixedLine, OneOffLine, PassThroughLine } from '#domain/contract/line.js';
import { dayBounds, daysInPeriod, type Period } from '#domain/period/period.js';
import { epochDayOf, zoneOf } from '#domain/period/zone.js';
import { draftOf, quantityTerm, type Draft } from '../line-draft.js';
import type { Stage, StagedLine } from '../terms-segments.js';
import type { Ledger } from '../trace.js';
import { indexed } from './unit-price.js';

/**
 * A monthly amount. Days of the calendar decide what part of it a stage gets, never hours: a month with a
 * change of clocks has no other price. A day belongs to the stage that rules its first moment. However many
 * parts a month has, together they cost the amount to the cent.
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
    const price = indexed(line.amount, line.indexation, stage.version, ledger);
    const prorated = line.proration === 'calendarDays';
    const days = prorated ? daysOf(stage, timeZone) : 1;
    if (days === 0) return [];
    const quantity = ledger.apply('measure', 'sum', stage.version, { [prorated ? 'days' : 'months']: days });
    const per = prorated ? daysInPeriod(period) : 1;
    const unit = prorated ? 'DAY' : 'MON';
    const draft = draftOf(staged, null, { quantity, shownPer: 1, unit, price, per }, ledger);
    return { ...draft, together: `fixed ${line.id}` };
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
    const quantity = ledger.apply('measure', 'sum', stage.version, { [line.day]: 1 });
    return draftOf(staged, null, { quantity, shownPer: 1, unit: 'C62', price: line.amount, per: 1 }, ledger);
  });
}

/** The sum of what was paid for the brand, with the markup, as one piece. */
export function passThroughDrafts(stages: readonly StagedLine<PassThroughLine>[], ledger: Ledger): Draft[] {
  return stages.flatMap((staged) => {
    const { line, stage, cells } = staged;
    const measure = stage.regime.terms.measures[line.measure];
    const scale = measure?.kind === 'eventSum' ? measure.scale : 0;
    return cells.map((cell) => {
      const units = quantityTerm(cell, stage.version, ledger);
      const cost = ledger.apply('line', 'amount', stage.version, {
        quantity: units,
        price: 1,
        per: 10 ** scale,
      });
      const price = ledger.apply('price', 'surcharge', stage.version, {
        price: cost,
        surcharge: line.markup,
      });
      const quantity = ledger.apply('measure', 'sum', stage.version, { [line.measure]: 1 });
      return draftOf(staged, cell.cell, { quantity, shownPer: 1, unit: 'C62', price, per: 1 }, ledger);
    });
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
