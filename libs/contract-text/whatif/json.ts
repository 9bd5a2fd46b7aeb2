import { plain, type Decimal } from '#domain/money/money.js';
import type { BreakEven, DriverReport } from '#domain/whatif/break-even.js';
import type { Comparison } from '#domain/whatif/whatif.js';
import type { WhatIfReport } from '#domain/whatif/whatif-report.js';
import { driverName, inUnits } from '#contract-text/whatif/drivers.js';

/** A what-if for programs: amounts are decimal strings, values of drivers are in the unit people speak of. */
export function whatIfJson({ draft, present, from, to, answer }: WhatIfReport): object {
  return {
    draft: draft.id,
    present: present?.id ?? null,
    currency: draft.currency,
    from,
    to,
    total: comparison(answer.total),
    months: answer.months.map(({ period, presentIs, lines, notes, ...amounts }) => ({
      period,
      presentIs,
      ...comparison(amounts),
      lines: lines.map(({ line, ...each }) => ({ line, ...comparison(each) })),
      notes,
    })),
    observed: answer.benchmarks.map(({ period, counts, kpis }) => ({
      period,
      ...counts,
      kpis: kpis.map(
        ({ id, definition: { type, version, ...parameters }, numerator, denominator, value }) => ({
          id,
          definition: type,
          version,
          parameters,
          numerator,
          denominator,
          value: text(value),
        }),
      ),
    })),
    breakEvens: answer.breakEvens.map(breakEvens),
    clauses: answer.clauses.map(({ kind, id, total, months }) => ({
      kind,
      id,
      total: text(total),
      months: months.map(({ period, effect }) => ({ period, effect: text(effect) })),
    })),
  };
}

function comparison({ present, draft, difference }: Comparison): object {
  return { present: text(present), draft: text(draft), difference: text(difference) };
}

function breakEvens({ driver, breakEvens: found, differenceLow, differenceHigh }: DriverReport): object {
  const value = (x: number): string => inUnits(driver, x);
  return {
    driver: driverName(driver),
    unit: driver.unit,
    now: value(driver.now),
    range: { low: value(driver.low), high: value(driver.high) },
    differenceLow: text(differenceLow),
    differenceHigh: text(differenceHigh),
    points: found.map(({ below, above, differenceBelow, differenceAbove }: BreakEven) => ({
      below: value(below),
      above: value(above),
      differenceBelow: text(differenceBelow),
      differenceAbove: text(differenceAbove),
    })),
  };
}

function text(value: Decimal | null): string | null {
  return value === null ? null : plain(value);
}
