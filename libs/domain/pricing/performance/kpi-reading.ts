import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { Kpi, NoData } from '#domain/contract/kpi.js';
import { kpiModule, scaleOf } from '#domain/kpi/kpis.js';
import { round } from '#domain/money/money.js';
import { previousPeriod } from '#domain/period/period.js';
import type { KpiValue } from '../invoice.js';
import type { PeriodBook } from '../period-book.js';
import { forecastTerm } from '../book-terms.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';

/** Calendar windows of a period over which a KPI is evaluated. */
export type WindowFilter = (window: string | null) => boolean;

export const allWindows: WindowFilter = () => true;

/** A KPI over a period: its value is n / d in the unit in which contracts speak of it. */
export interface KpiReading {
  readonly id: string;
  readonly kpi: Kpi;
  readonly n: Term;
  readonly d: Term;
  /** Denominator as counted: contacts, answers, customers. */
  readonly units: Term;
  readonly numerator: number;
  readonly denominator: number;
}

/** Numerator and denominator to compare with; texts where no data is taken as a value. */
export interface Fraction {
  readonly n: Term | string;
  readonly d: Term | string;
}

export function readKpi(
  pricing: PricingContext,
  id: string,
  kpi: Kpi,
  windows: WindowFilter,
  book = pricing.book,
): KpiReading {
  const { trace, periodEnd } = pricing;
  const count = sumSide(pricing, id, kpi, windows, 'n', book);
  const given = kpiModule(kpi).forecast?.(kpi);
  const forecast = given === undefined ? null : forecastTerm({ ...pricing, book }, given, book.period);
  const units = forecast ?? sumSide(pricing, id, kpi, windows, 'd', book);
  const { up, down } = scaleOf(kpi);
  const times = (value: Term, factor: number): Term =>
    factor === 1 ? value : trace.apply('kpi', 'product', periodEnd.version, { value, times: factor });
  return {
    id,
    kpi,
    n: times(count, up),
    d: times(units, down),
    units,
    numerator: count.value.toNumber(),
    denominator: units.value.toNumber(),
  };
}

/** The value to periodEnd by; null: there is no data and that means no effect. */
export function evaluatedFraction(
  pricing: PricingContext,
  reading: KpiReading,
  windows: WindowFilter,
  minSample: number,
  onNoData: NoData,
  target: string,
): Fraction | null {
  if (hasData(reading, minSample)) return { n: reading.n, d: reading.d };
  switch (onNoData) {
    case 'neutral':
      return null;
    case 'asTarget':
      return { n: target, d: '1' };
    case 'previousPeriod': {
      const period = previousPeriod(pricing.book.period);
      const past = pricing.book.history?.find((candidate) => candidate.period === period);
      if (past === undefined) return null;
      const book: PeriodBook = { contract: pricing.book.contract, period, quantities: past.quantities };
      const before = readKpi(pricing, reading.id, reading.kpi, windows, book);
      return hasData(before, minSample) ? { n: before.n, d: before.d } : null;
    }
  }
}

export function kpiValue(
  { id, kpi, n, d, numerator, denominator }: KpiReading,
  window: string | null,
  decimals: number,
): KpiValue {
  const value = d.value.isZero() ? null : round(n.value.div(d.value), decimals);
  return { id, definition: kpi.type, definitionVersion: kpi.version, window, numerator, denominator, value };
}

/** Windows in which the book has this KPI. */
export function windowsOf(book: PeriodBook, id: string): string[] {
  const found = [...book.quantities.keys()].flatMap((key) => {
    const cell = key.startsWith(`kpi/${id}/`) ? decodeQuantityKey(key) : null;
    return cell?.kind === 'kpi' && cell.window !== null ? [cell.window] : [];
  });
  return [...new Set(found)].sort();
}

function hasData({ denominator, d }: KpiReading, minSample: number): boolean {
  return !d.value.isZero() && denominator >= minSample;
}

function sumSide(
  { trace, periodEnd }: PricingContext,
  id: string,
  kpi: Kpi,
  windows: WindowFilter,
  side: 'n' | 'd',
  { quantities }: PeriodBook,
): Term {
  const found = [...quantities.keys()].sort().flatMap((key) => {
    const cell = key.startsWith(`kpi/${id}/`) ? decodeQuantityKey(key) : null;
    return cell?.kind === 'kpi' && cell.part === side && windows(cell.window) ? [key] : [];
  });
  const definition = `${kpi.type} version ${kpi.version}`;
  const inputs = Object.fromEntries(found.map((key) => [key, quantities.get(key) ?? 0]));
  return trace.apply('kpi', 'kpiSum', periodEnd.version, { definition, ...inputs });
}
