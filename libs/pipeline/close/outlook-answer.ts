import { type DayName, dayNames } from '#domain/calendar/wall-clock.js';
import { Decimal } from '#domain/money/money.js';
import { runRateMethod } from '#domain/outlook/run-rate.js';
import type { TargetKind } from '#domain/outlook/target.js';
import { zonedTime } from '#domain/period/period.js';
import { dayMs } from '#domain/period/zone.js';
import type { AllowanceOrChargeKind, Invoice, UnitCode } from '#domain/pricing/invoice.js';
import type { ExpectedTarget, Outlook } from './outlook.js';

/** A forecast as the CLI and the HTTP API say it: decimals as texts, instants in the contract's zone. */
export interface OutlookAnswer {
  contract: string;
  brand: string | null;
  currency: string;
  period: string;
  at: string;
  endsAt: string;
  method: {
    name: typeof runRateMethod;
    elapsedDays: string;
    remainingDays: string;
    weekdays: DayName[];
    holidays: 'open' | 'closed';
    otherTermsFrom: string | null;
  };
  soFar: PricedAnswer;
  forecast: PricedAnswer | null;
  targets: TargetAnswer[];
  cut: { catalogue: string; facts: number[] | null; journal: number[] };
}

export interface PricedAnswer {
  net: string;
  lines: { id: string; line: string; name: string; quantity: string; unit: UnitCode; amount: string }[];
  allowancesAndCharges: {
    id: string;
    clause: string;
    kind: AllowanceOrChargeKind;
    name: string;
    amount: string;
  }[];
}

export interface TargetAnswer {
  kind: TargetKind;
  clause: string;
  name: string;
  reaches: string | null;
  kpi: { id: string; counted: boolean } | null;
  units: number;
  unit: 'ms' | 'units';
  quantityKeys: string[];
  worth: string;
  net: string;
  expected: number | null;
  text: string;
}

/** `textOf`: a target as a sentence, for people. */
export function outlookAnswer(
  outlook: Outlook,
  textOf: (target: ExpectedTarget, currency: string) => string,
): OutlookAnswer {
  const { contract, brand, at, catalogue, facts, journal, rate, soFar, forecast, targets } = outlook;
  const local = (instant: number): string => zonedTime(instant, contract.timeZone);
  return {
    contract: contract.id,
    brand,
    currency: contract.currency,
    period: soFar.period,
    at: local(at),
    endsAt: local(soFar.bounds.end),
    method: {
      name: runRateMethod,
      elapsedDays: daysText(rate.elapsedMs),
      remainingDays: daysText(rate.remainingMs),
      weekdays: rate.weekdays.flatMap((weekday) => dayNames[weekday - 1] ?? []),
      holidays: rate.areHolidaysOpen ? 'open' : 'closed',
      otherTermsFrom: rate.otherTermsFrom === null ? null : local(rate.otherTermsFrom),
    },
    soFar: pricedAnswer(soFar),
    forecast: forecast === null ? null : pricedAnswer(forecast),
    targets: targets.map((target) => ({
      ...targetAnswer(target, soFar.scale),
      text: textOf(target, contract.currency),
    })),
    cut: { catalogue, facts: facts === null ? null : [...facts], journal: [...journal] },
  };
}

function pricedAnswer({ scale, totals, lines, allowancesAndCharges }: Invoice): PricedAnswer {
  return {
    net: totals.net.toFixed(scale),
    lines: lines.map(({ id, line, name, quantity, unit, amount }) => {
      return { id, line, name, quantity: quantity.toFixed(), unit, amount: amount.toFixed(scale) };
    }),
    allowancesAndCharges: allowancesAndCharges.map(({ id, clause, kind, name, amount }) => {
      return { id, clause, kind, name, amount: amount.toFixed(scale) };
    }),
  };
}

function targetAnswer(target: ExpectedTarget, scale: number): Omit<TargetAnswer, 'text'> {
  const { kind, clause, name, reaches, kpi, units, unit, keys, worth, net, expected } = target;
  return {
    kind,
    clause,
    name,
    reaches,
    kpi: kpi === null ? null : { id: kpi.id, counted: kpi.isCounted },
    units,
    unit,
    quantityKeys: [...keys],
    worth: worth.toFixed(scale),
    net: net.toFixed(scale),
    expected,
  };
}

function daysText(ms: number): string {
  return new Decimal(ms).div(dayMs).toFixed(2);
}
