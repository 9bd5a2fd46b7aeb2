import type { KpiValue } from '../invoice.js';
import type { PricingContext } from '../pricing-context.js';
import { inWindow, kpiValue, readKpi, windowsOf, wholeMonth } from './kpi-reading.js';

/** Every KPI of the contract, over the month and in each of its windows. */
export function kpiValues(context: PricingContext): KpiValue[] {
  const { contract, book, periodEnd } = context;
  const decimals = contract.rounding.displayRatio;
  return Object.entries(periodEnd.terms.kpis).flatMap(([id, kpi]) => {
    const month = kpiValue(readKpi(context, id, kpi, wholeMonth), null, decimals);
    const windows = windowsOf(book, id).map((name) => {
      const reading = readKpi(context, id, kpi, inWindow(name));
      return kpiValue(reading, name, decimals);
    });
    return [month, ...windows];
  });
}
