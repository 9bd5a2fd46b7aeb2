import type { Contract, Scope } from '#domain/contract/contract.js';
import type { Kpi, KpiDefinition } from '#domain/contract/kpi.js';
import type { UnitLine } from '#domain/contract/line.js';
import type { ContactCount, Measure } from '#domain/contract/measure.js';
import type { Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import { priceMonth, type BookSeries } from './books.js';

/**
 * What is observed of a programme, whatever its contract says: the ground on which a model of payment is
 * chosen.
 */
export interface BenchmarkTerms {
  readonly thresholdMs: number;
  readonly shortAbandonMs: number;
  readonly fcrWindowsMs: readonly number[];
}

export interface Benchmark {
  readonly period: Period;
  readonly counts: Readonly<Record<ContactCount['of'], number>>;
  readonly kpis: readonly ObservedKpi[];
}

export interface ObservedKpi {
  readonly id: string;
  readonly definition: Kpi;
  readonly numerator: number;
  readonly denominator: number;
  /** In the unit in which contracts speak of it; null: no data. */
  readonly value: Decimal | null;
}

const counted = ['offered', 'answered', 'handled', 'abandoned', 'flowOut'] as const;

/** A contract that charges nothing and counts what there is to know, over the work that a draft is about. */
export function benchmarkContract(draft: Contract, terms: BenchmarkTerms): Contract {
  const scope = draft.versions.at(-1)?.terms.scope ?? everything;
  const measures = counted.map((of): [string, Measure] => [
    of,
    { kind: 'contacts', of, minTalkMs: 0, where: null },
  ]);
  return {
    ...draft,
    id: `${draft.id} observed`,
    term: { firstDay: null, lastDay: null },
    versions: [
      {
        version: 1,
        from: null,
        reason: null,
        windows: [],
        terms: {
          scope,
          measures: Object.fromEntries(measures),
          kpis: kpisOf(terms),
          lines: counted.map(countLine),
          bonusMalus: [],
          corridors: [],
          waivers: [],
          limits: null,
          malus: { overallCap: null, vatTreatment: 'priceReduction' },
          vat: { category: 'Z', rate: '0', reason: null },
        },
      },
    ],
  };
}

export function benchmarkOf(books: BookSeries, period: Period): Benchmark {
  const { lines, kpis } = priceMonth(books, period);
  const definitions = books.contract.versions[0]?.terms.kpis ?? {};
  const counts = new Map(lines.map(({ line, quantity }) => [line, quantity.toNumber()]));
  return {
    period,
    counts: Object.fromEntries(counted.map((of) => [of, counts.get(of) ?? 0])) as Benchmark['counts'],
    kpis: kpis.flatMap(({ id, numerator, denominator, value }) => {
      const definition = definitions[id];
      return definition === undefined ? [] : [{ id, definition, numerator, denominator, value }];
    }),
  };
}

const everything: Scope = { queues: null, channels: null, directions: null };

function kpisOf({ thresholdMs, shortAbandonMs, fcrWindowsMs }: BenchmarkTerms): Record<string, Kpi> {
  const kpis: Record<string, KpiDefinition> = {
    aht: { type: 'aht', per: 'contact' },
    att: { type: 'att', per: 'contact' },
    acw: { type: 'acw', per: 'contact' },
    asa: { type: 'asa', of: 'answered' },
    serviceLevel: { type: 'serviceLevel', variant: 'SL-C', thresholdMs, shortAbandonMs },
    abandonment: { type: 'abandonment', shortAbandonMs },
    transfer: { type: 'transfer' },
    ...Object.fromEntries(fcrWindowsMs.map((windowMs) => [`fcr-${windowMs}`, resolution(windowMs)])),
  };
  return Object.fromEntries(
    Object.entries(kpis).map(([id, kpi]) => [id, { ...kpi, version: 1, minSample: 0, onNoData: 'neutral' }]),
  );
}

function resolution(windowMs: number): KpiDefinition {
  return { type: 'fcrPerContact', windowMs, unknownCustomer: 'exclude', basis: 'gross', notSolvable: [] };
}

function countLine(of: ContactCount['of']): UnitLine {
  return {
    id: of,
    name: of,
    model: 'perUnit',
    measure: of,
    pricing: { mode: 'flat', price: '0' },
    above: 0,
    proration: 'calendarDays',
    bands: [],
    stacking: 'highest',
    rates: [],
    indexation: null,
    settleAfter: 'close',
    vat: null,
    payIf: null,
  };
}
