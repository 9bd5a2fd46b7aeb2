import type { Kpi } from '#domain/contract/kpi.js';
import type { KpiValue } from '../invoice.js';
import type { PricingContext } from '../pricing-context.js';
import { monthParts } from '../month-parts.js';
import { inPart, inWindow, kpiValue, readKpi, windowsOf, wholeMonth, type KpiScope } from './kpi-reading.js';

/** Every KPI of the contract, over the month and in each of its windows. */
export function kpiValues(context: PricingContext): KpiValue[] {
  const { contract, book, periodEnd } = context;
  const decimals = contract.rounding.displayRatio;
  return Object.entries(periodEnd.terms.kpis).flatMap(([id, kpi]) => {
    const month = kpiValue(readKpi(context, id, kpi, scopeOf(context, id, kpi)), null, decimals);
    const windows = windowsOf(book, id).map((name) => {
      const reading = readKpi(context, id, kpi, inWindow(name));
      return kpiValue(reading, name, decimals);
    });
    return [month, ...windows];
  });
}

/**
 * Where an amendment or a calendar rule defines it otherwise: the part of the month with the last definition.
 */
function scopeOf(context: PricingContext, id: string, kpi: Kpi): KpiScope {
  const parts = monthParts(context.segments, ({ inForce }) => inForce.terms.kpis[id] ?? null);
  const own = parts.find(({ clause }) => JSON.stringify(clause) === JSON.stringify(kpi));
  return own === undefined || parts.length === 1 ? wholeMonth : inPart(context, own.segments, null);
}
