import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { Kpi, NoData } from '#domain/contract/kpi.js';
import { kpiModule, scaleOf } from '#domain/kpi/kpis.js';
import { round } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { KpiValue } from '../invoice.js';
import type { PeriodBook } from '../period-book.js';
import { forecastTerm } from '../book-terms.js';
import type { PricingContext } from '../pricing-context.js';
import { isIn } from '../month-parts.js';
import { daysOf, type PeriodShare } from '../proration.js';
import type { TermsSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';

/** The part of a month over which a KPI is evaluated. */
export interface KpiScope {
  /** Sums of a version and calendar window that count. */
  readonly includes: (cell: { readonly version: number; readonly window: string | null }) => boolean;
  /** Only this calendar window, also of the month before; null: what `includes` says. */
  readonly window: string | null;
  /** Share of what was forecast for the month; null: all of it. */
  readonly share: PeriodShare | null;
}

export const wholeMonth: KpiScope = { includes: () => true, window: null, share: null };

export function inWindow(name: string): KpiScope {
  return { includes: ({ window }) => window === name, window: name, share: null };
}

/** A part of the month, of which a number that was forecast for the month is a share by calendar days. */
export function inPart(
  { contract, segments }: PricingContext,
  part: readonly TermsSegment[],
  window: string | null,
): KpiScope {
  const includes: KpiScope['includes'] = (cell) => isIn(part, cell);
  // a window stays one where it covers the month: what is looked at of the month before is that of the window
  if (window !== null) return { includes, window, share: null };
  if (part.length === segments.length) return wholeMonth;
  const days = daysOf(part, contract.timeZone);
  const of = daysOf(segments, contract.timeZone);
  return { includes, window, share: days === of || of === 0 ? null : { days, of } };
}

/** The month before, for what has no data in this one. */
function before({ window }: KpiScope): KpiScope {
  return window === null ? wholeMonth : inWindow(window);
}

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
  scope: KpiScope,
  version = pricing.periodEnd.version,
  book = pricing.book,
): KpiReading {
  const { trace } = pricing;
  const side = (name: 'n' | 'd'): Term => sumSide(trace, id, kpi, scope, name, version, book);
  const count = side('n');
  const given = kpiModule(kpi).forecast?.(kpi);
  const forecast = given === undefined ? null : forecastTerm({ ...pricing, book }, given, book.period);
  const { share } = scope;
  const inShare =
    forecast === null || share === null
      ? forecast
      : trace.apply('kpi', 'prorated', version, { value: forecast, ...share });
  const units = inShare ?? side('d');
  const { up, down } = scaleOf(kpi);
  const times = (value: Term, factor: number): Term =>
    factor === 1 ? value : trace.apply('kpi', 'product', version, { value, times: factor });
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

/** The value to judge by; null: there is no data and that means no effect. */
export function evaluatedFraction(
  pricing: PricingContext,
  reading: KpiReading,
  scope: KpiScope,
  version: number,
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
      const period = periodsOf(pricing.contract).shift(pricing.book.period, -1);
      const past = pricing.book.history?.find((candidate) => candidate.period === period);
      if (past === undefined) return null;
      const book: PeriodBook = { contract: pricing.book.contract, period, quantities: past.quantities };
      const earlier = readKpi(pricing, reading.id, reading.kpi, before(scope), version, book);
      return hasData(earlier, minSample) ? { n: earlier.n, d: earlier.d } : null;
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

export function hasData({ denominator, d }: KpiReading, minSample: number): boolean {
  return !d.value.isZero() && denominator >= minSample;
}

function sumSide(
  trace: CalculationTrace,
  id: string,
  kpi: Kpi,
  { includes }: KpiScope,
  side: 'n' | 'd',
  version: number,
  { quantities }: PeriodBook,
): Term {
  const found = [...quantities.keys()].sort().flatMap((key) => {
    const cell = key.startsWith(`kpi/${id}/`) ? decodeQuantityKey(key) : null;
    return cell?.kind === 'kpi' && cell.part === side && includes(cell) ? [key] : [];
  });
  const definition = `${kpi.type} version ${kpi.version}`;
  const inputs = Object.fromEntries(found.map((key) => [key, quantities.get(key) ?? 0]));
  return trace.apply('kpi', 'kpiSum', version, { definition, ...inputs });
}
