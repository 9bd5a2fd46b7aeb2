import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { BookSeries } from './books.js';

/**
 * What a month's amount may depend on and nobody knows beforehand: how many contacts, how long they take,
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

export type DriverUnit = 'contacts' | 'seconds' | 'ratio' | 'points' | 'score' | 'perHour' | 'events';

/** What was observed, of all months together. */
export interface Observed {
  readonly handled: number;
  /** Dialling, conversation, hold and after-call work of the contacts handled, ms. */
  readonly handleMs: number;
}

/** Volume, handle time, and the KPIs that clauses of the draft look at; nothing of which there is nothing. */
export function driversOf(draft: BookSeries, observed: Observed): Driver[] {
  const { handled, handleMs } = observed;
  if (handled === 0) return [];
  const volume = { name: 'volume', kpi: null, unit: 'contacts', perUnit: 1, now: handled } as const;
  const tenths = Math.round(handleMs / handled / 100);
  const time = { name: 'handleTime', kpi: null, unit: 'seconds', perUnit: 10, now: tenths } as const;
  return [
    { ...volume, low: Math.ceil(handled / 10), high: handled * 3 },
    ...(tenths === 0 ? [] : [{ ...time, low: Math.ceil(tenths / 4), high: tenths * 3 }]),
    ...judgedKpis(draft.contract).flatMap((kpi) => kpiDriver(draft, kpi) ?? []),
  ];
}

interface NamedKpi {
  readonly id: string;
  readonly definition: Kpi;
}

/** KPIs of which money depends, by the last terms that have them. */
function judgedKpis({ versions }: Contract): NamedKpi[] {
  const all = versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
  const ids = new Set(all.flatMap(judgedIds));
  return [...ids].flatMap((id) => {
    const definition = all.findLast((terms) => id in terms.kpis)?.kpis[id];
    return definition === undefined ? [] : [{ id, definition }];
  });
}

function judgedIds({ adjustments, lines, measures }: Terms): string[] {
  return [
    ...adjustments.flatMap((adjustment) => (adjustment.kind === 'kpi' ? [adjustment.kpi] : [])),
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
  const range = (unit: DriverUnit, perUnit: number, now: number, low: number, high: number): Driver => {
    return { name: 'kpi', kpi, unit, perUnit, now, low, high };
  };
  const { definition } = kpi;
  switch (definition.type) {
    case 'aht':
    case 'att':
    case 'acw':
      return null;
    case 'asa':
    case 'delay': {
      const now = d === 0 ? 0 : Math.round(n / d / 100);
      return d === 0 ? null : range('seconds', 10, now, 0, Math.max(6_000, now * 3));
    }
    case 'serviceLevel':
    case 'abandonment':
    case 'answerRate':
    case 'transfer':
    case 'hold':
    case 'occupancy':
    case 'utilisation':
    case 'fcrPerContact':
    case 'fcrPerIssue':
    case 'fcrDeclared':
    case 'fcrSurvey':
    case 'topBox':
    case 'ratio':
    case 'within':
      return d === 0 ? null : range('ratio', 10_000, Math.round((n * 10_000) / d), 0, 10_000);
    case 'nps':
      return d === 0 ? null : range('points', 10, Math.round((n * 1_000) / d), -1_000, 1_000);
    case 'meanScore': {
      const [low = 0, high = 0] = definition.scale;
      return d === 0 ? null : range('score', 100, Math.round(n / d / 10), low * 100, high * 100);
    }
    case 'quality':
      return d === 0 ? null : range('score', 100, Math.round(n / d / 10), 0, 10_000);
    case 'contactsPerHour': {
      const now = d === 0 ? 0 : Math.round((n * 36_000_000) / d);
      return now === 0 ? null : range('perHour', 10, now, 0, now * 3);
    }
    case 'share':
      return n === 0 ? null : range('events', 1, n, 0, n * 3);
  }
}

/** Numerator and denominator as counted, over all months. */
function sidesOf({ months }: BookSeries, id: string): { readonly n: number; readonly d: number } {
  const sides = { n: 0, d: 0 };
  for (const quantities of months.values()) {
    for (const [key, value] of quantities) {
      const cell = key.startsWith(`kpi/${id}/`) ? decodeQuantityKey(key) : null;
      if (cell?.subject === 'kpi') sides[cell.part] += value;
    }
  }
  return sides;
}
