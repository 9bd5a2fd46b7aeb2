import { zero, type Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { amountsByClause } from '#domain/pricing/totals.js';
import { benchmarkOf, type Benchmark, type ObservedKpi } from './benchmarks.js';
import { priceMonth, type BookSeries } from './books.js';
import { breakEvensOf, type DriverReport } from './break-even.js';
import type { Clause } from './clauses.js';
import { driversOf, type ObservedFigures } from './drivers.js';

/**
 * What past months would have cost under a draft, beside what they cost; nothing in it is written anywhere.
 */
export interface WhatIf {
  readonly months: readonly MonthComparison[];
  readonly total: Comparison;
  readonly benchmarks: readonly Benchmark[];
  /** Only what money depends on. Empty without a present contract. */
  readonly breakEvens: readonly DriverReport[];
  readonly clauses: readonly ClauseEffect[];
}

export interface Comparison {
  /** null: there is no present contract. */
  readonly present: Decimal | null;
  readonly draft: Decimal;
  readonly difference: Decimal | null;
}

export interface MonthComparison extends Comparison {
  readonly period: Period;
  /** What the month was compared with: what was invoiced, or the present contract priced on the same sums. */
  readonly presentIs: 'billed' | 'priced' | 'none';
  readonly lines: readonly (Comparison & { readonly line: string })[];
  /** Clauses of the draft that could not be applied, and why. */
  readonly notes: Invoice['warnings'];
}

/** A clause of the draft and its effect: the draft's price less its price without it. */
export interface ClauseEffect {
  readonly kind: Clause['kind'];
  readonly id: string;
  readonly total: Decimal;
  readonly months: readonly { readonly period: Period; readonly effect: Decimal }[];
}

/** Amounts of a month by line and clause, and their sum. */
export interface Amounts {
  readonly net: Decimal;
  readonly parts: ReadonlyMap<string, Decimal>;
}

export interface WhatIfGiven {
  readonly periods: readonly Period[];
  readonly draft: BookSeries;
  readonly present: BookSeries | null;
  /** What was invoiced, adjustments included, of the months that were closed. */
  readonly billed: ReadonlyMap<Period, Amounts>;
  readonly benchmark: BookSeries;
  /** The draft without one clause at a time. */
  readonly clauses: readonly { readonly clause: Clause; readonly without: BookSeries }[];
}

export function whatIf({ periods, draft, present, billed, benchmark, clauses }: WhatIfGiven): WhatIf {
  const priced = new Map(periods.map((period) => [period, priceMonth(draft, period)]));
  const months = [...priced].map(([period, invoice]) => monthOf(period, invoice, present, billed));
  const benchmarks = periods.map((period) => {
    const seen = benchmarkOf(benchmark, period);
    return { ...seen, kpis: [...seen.kpis, ...ownKpis(draft, priced.get(period), seen)] };
  });
  const drivers = present === null ? [] : driversOf(draft, observed(benchmarks));
  return {
    months,
    total: totalOf(months),
    benchmarks,
    breakEvens: drivers.flatMap((driver) =>
      present === null ? [] : (breakEvensOf(draft, present, periods, driver) ?? []),
    ),
    clauses: clauses.map(({ clause: { kind, id }, without }) => {
      const effects = [...priced].map(([period, invoice]) => {
        return { period, effect: invoice.totals.net.minus(priceMonth(without, period).totals.net) };
      });
      return { kind, id, total: sum(effects.map(({ effect }) => effect)), months: effects };
    }),
  };
}

function monthOf(
  period: Period,
  invoice: Invoice,
  present: BookSeries | null,
  billed: ReadonlyMap<Period, Amounts>,
): MonthComparison {
  const draft = amountsOf(invoice);
  const invoiced = billed.get(period);
  const before = invoiced ?? (present === null ? null : amountsOf(priceMonth(present, period)));
  const names = new Set([...(before?.parts.keys() ?? []), ...draft.parts.keys()]);
  return {
    period,
    presentIs: invoiced !== undefined ? 'billed' : before === null ? 'none' : 'priced',
    ...compared(before?.net ?? null, draft.net),
    lines: [...names].map((line) => ({
      line,
      ...compared(before === null ? null : (before.parts.get(line) ?? zero), draft.parts.get(line) ?? zero),
    })),
    notes: invoice.warnings,
  };
}

/** KPIs of the draft of a kind that is not observed anyhow: surveys, conversions, ... */
function ownKpis({ contract }: BookSeries, invoice: Invoice | undefined, { kpis }: Benchmark): ObservedKpi[] {
  const types = new Set(kpis.map(({ definition }) => definition.type));
  return (invoice?.kpis ?? []).flatMap(({ id, window, numerator, denominator, value }) => {
    const definition = contract.versions.findLast(({ terms }) => id in terms.kpis)?.terms.kpis[id];
    if (definition === undefined || window !== null || types.has(definition.type)) return [];
    return [{ id, definition, numerator, denominator, value }];
  });
}

function amountsOf(invoice: Invoice): Amounts {
  return { net: invoice.totals.net, parts: amountsByClause(invoice) };
}

function compared(present: Decimal | null, draft: Decimal): Comparison {
  return { present, draft, difference: present === null ? null : draft.minus(present) };
}

function totalOf(months: readonly Comparison[]): Comparison {
  const known = months.flatMap(({ present }) => (present === null ? [] : [present]));
  return compared(known.length === months.length ? sum(known) : null, sum(months.map(({ draft }) => draft)));
}

function observed(benchmarks: readonly Benchmark[]): ObservedFigures {
  const handled = benchmarks.reduce((all, { counts }) => all + counts.handled, 0);
  const handleMs = benchmarks.reduce((all, { kpis }) => {
    return all + (kpis.find(({ id }) => id === 'aht')?.numerator ?? 0);
  }, 0);
  return { handled, handleMs };
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((all, value) => all.plus(value), zero);
}
