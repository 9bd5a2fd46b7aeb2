import type { TraceRow } from '#domain/pricing/trace.js';
import type { Entry } from './explanation.js';
import { type Unit, unitOfSum, unitsOf } from './units.js';

/** Units of the values, and of the denominators of a KPI; the latter null: there are none. */
export interface SumUnits {
  readonly value: Unit;
  readonly denominator: Unit | null;
}

/** Of the sums that entries of an invoice rest on. `sums`: by quantity key. */
export function unitsOfSums(
  rows: readonly TraceRow[],
  entries: readonly Pick<Entry, 'row'>[],
  sums: ReadonlyMap<string, number>,
): SumUnits {
  const units = unitsOf(
    rows,
    entries.map(({ row }) => [row, 'money'] as const),
  );
  const unitOf = (isMeant: (key: string) => boolean): Unit | null => {
    const row = rows.find(({ inputs }) => Object.keys(inputs).some((key) => sums.has(key) && isMeant(key)));
    if (row === undefined) return null;
    return row.rule === 'kpiSum' ? unitOfSum(row) : (units.get(row.id) ?? 'number');
  };
  const isDenominator = (key: string): boolean => /^kpi\/.*\/d\/[^/]+$/.test(key);
  return { value: unitOf((key) => !isDenominator(key)) ?? 'count', denominator: unitOf(isDenominator) };
}
