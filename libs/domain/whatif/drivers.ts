import type { Contract, Terms } from '#domain/contract/contract.js';
import { conditionKpis, evaluatedKpis } from '#domain/contract/evaluated-kpis.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { type KpiUnit, kpiScales } from '#domain/kpi/kpi-unit.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { BookSeries } from './books.js';

/**
 * What a month's amount may depend on and is not known beforehand: how many contacts, how long they take,
 * what comes of them. Values are integers, `perUnit` of which are one unit that people speak of: 3 780 is 378
 * s at ten a second.
 */
export interface Driver {
  readonly name: 'volume' | 'handleTime' | 'kpi';
  /** Of the draft; null where it is no KPI. */
  readonly kpi: { readonly id: string; readonly definition: Kpi } | null;
  readonly unit: DriverUnit;
  readonly perUnit: number;
  /** As observed over all months, nearest integer. */
  readonly now: number;
  /** The search goes from here to there. */
  readonly low: number;
  readonly high: number;
}

export type DriverUnit = KpiUnit | 'contacts' | 'events';

/** What was observed, of all months together. */
export interface ObservedFigures {
  readonly handled: number;
  /** Dialling, conversation, hold and after-call work of the contacts handled, ms. */
  readonly handleMs: number;
}

/** Volume, handle time, and the KPIs that clauses of the draft look at; nothing of which there is nothing. */
export function driversOf(draft: BookSeries, observed: ObservedFigures): Driver[] {
  const { handled, handleMs } = observed;
  if (handled === 0) return [];
  const volume = { name: 'volume', kpi: null, unit: 'contacts', perUnit: 1, now: handled } as const;
  const tenths = Math.round(handleMs / handled / 100);
  const time = { name: 'handleTime', kpi: null, unit: 'seconds', perUnit: 10, now: tenths } as const;
  return [
    { ...volume, low: Math.ceil(handled / 10), high: handled * 3 },
    ...(tenths === 0 ? [] : [{ ...time, low: Math.ceil(tenths / 4), high: tenths * 3 }]),
    ...pricedKpis(draft.contract).flatMap((kpi) => kpiDriver(draft, kpi) ?? []),
  ];
}

interface NamedKpi {
  readonly id: string;
  readonly definition: Kpi;
}

/** KPIs of which money depends, by the last terms that have them. */
function pricedKpis({ versions }: Contract): NamedKpi[] {
  const all = versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
  const ids = new Set(all.flatMap(evaluatedIds));
  return [...ids].flatMap((id) => {
    const definition = all.findLast((terms) => id in terms.kpis)?.kpis[id];
    return definition === undefined ? [] : [{ id, definition }];
  });
}

function evaluatedIds({ bonusMalus, lines, measures }: Terms): string[] {
  return [
    ...bonusMalus.flatMap((clause) => [...evaluatedKpis(clause), ...conditionKpis(clause)]),
    ...lines.flatMap((line) => [
      ...(line.payIf === null ? [] : [line.payIf.kpi]),
      ...(line.model === 'gainShare' ? [line.kpi, ...line.guards.map(({ kpi }) => kpi)] : []),
    ]),
    ...Object.values(measures).flatMap((measure) => (measure.kind === 'resolved' ? [measure.kpi] : [])),
  ];
}

/** null: it moves with the handle time, or there is nothing to scale. */
function kpiDriver(draft: BookSeries, kpi: NamedKpi): Driver | null {
  const { n, d } = sidesOf(draft, kpi.id);
  const module = kpiModule(kpi.definition);
  const { unit, whatIf } = module;
  if (whatIf === 'handleTime') return null;
  if (whatIf === 'count') {
    const driver = { name: 'kpi', kpi, unit: 'events', perUnit: 1, now: n } as const;
    return n === 0 ? null : { ...driver, low: 0, high: n * 3 };
  }
  if (d === 0) return null;
  const { up, down } = kpiScales[unit];
  const perUnit = perUnitOf[unit];
  const now = Math.round((n * up * perUnit) / (d * down));
  const driver = { name: 'kpi', kpi, unit, perUnit, now } as const;
  switch (unit) {
    case 'seconds':
      return { ...driver, low: 0, high: Math.max(6_000, now * 3) };
    case 'ratio':
      return { ...driver, low: 0, high: 10_000 };
    case 'points':
      return { ...driver, low: -1_000, high: 1_000 };
    case 'score': {
      const [low, high] = module.scoreRange?.(kpi.definition) ?? [0, 0];
      return { ...driver, low: low * perUnit, high: high * perUnit };
    }
    case 'perHour':
      return now === 0 ? null : { ...driver, low: 0, high: now * 3 };
  }
}

/** Steps of the search in one unit: tenths of a second, hundredths of a percent. */
const perUnitOf: Readonly<Record<KpiUnit, number>> = {
  seconds: 10,
  ratio: 10_000,
  points: 10,
  score: 100,
  perHour: 10,
};

/** Numerator and denominator as counted, over all months. */
function sidesOf({ months }: BookSeries, id: string): { readonly n: number; readonly d: number } {
  const sides = { n: 0, d: 0 };
  for (const quantities of months.values()) {
    for (const [key, value] of quantities) {
      const cell = key.startsWith(`kpi/${id}/`) ? decodeQuantityKey(key) : null;
      if (cell?.kind === 'kpi') sides[cell.part] += value;
    }
  }
  return sides;
}
