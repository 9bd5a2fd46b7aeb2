import type { KpiType } from '#domain/kpi/kpi-module.js';
import type { KpiUnit } from '#domain/kpi/kpi-unit.js';
import { kpiTypes, unitOf } from '#domain/kpi/kpis.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { Input, TraceRow } from '#domain/pricing/trace.js';
import type { RuleId } from '#domain/pricing/calculation-rules.js';

/** What a number in a row is in. Rows hold bare numbers; their units follow from what becomes of them. */
export type Unit =
  'ms' | 'thousandths' | 's' | 'money' | 'count' | 'ratio' | 'percent' | 'points' | 'perHour' | 'number';

/** The unit of each row's result, going back from rows of which it is known. */
export function unitsOf(
  rows: readonly TraceRow[],
  known: Iterable<readonly [row: string, unit: Unit]>,
): ReadonlyMap<string, Unit> {
  const units = new Map<string, Unit>(known);
  for (const row of rows.toReversed()) {
    if (row.rule === 'kpiSum') units.set(row.id, unitOfSum(row));
    for (const [name, input] of Object.entries(row.inputs)) {
      if (typeof input !== 'string' && !units.has(input.row)) {
        units.set(input.row, inputUnit(row, name, units.get(row.id) ?? 'number'));
      }
    }
  }
  return units;
}

/** The unit of one input of a row whose result is in `of`. */
export function inputUnit(row: TraceRow, name: string, of: Unit): Unit {
  return inputUnits[row.rule](name, of, row.inputs);
}

type UnitOf = (name: string, of: Unit, inputs: TraceRow['inputs']) => Unit;

const asResult: UnitOf = (_, of) => of;
const number: UnitOf = () => 'number';
const count: UnitOf = () => 'count';
const money: UnitOf = () => 'money';

/**
 * Names of inputs that hold a rate, or an amount that is given instead; the others of such a rule are values
 * of a KPI.
 */
const rates: UnitOf = (name, of) => (/rate/i.test(name) ? of : 'number');

const inputUnits: Readonly<Record<RuleId, UnitOf>> = {
  sum: asResult,
  countedOnce: asResult,
  difference: asResult,
  atMost: asResult,
  atLeast: asResult,
  increment: asResult,
  cappedShare: asResult,
  shortBy: asResult,
  scaled: asResult,
  prorated: (name, of) => (name === 'value' ? of : 'number'),
  proratedUnits: (name) => (name === 'value' ? 'count' : 'number'),
  rebate(name, _, inputs) {
    if (name.startsWith('rate ')) return 'ratio';
    if (name === 'base' || name.startsWith('amount ')) return 'money';
    const unit = inputs['unit'];
    return unit === 'ms' ? 'ms' : unit === 'units' ? 'count' : 'money';
  },
  round: (name, of) => (name === 'value' ? of : 'number'),
  roundShare: (name, of) => (name.startsWith('value ') ? of : 'number'),
  slice: asResult,
  product(name, of) {
    if (of === 'ms') return name === 'times' ? 'ms' : 'count';
    if (name === 'value' || of === 'number') return of;
    return 'ratio';
  },
  amount(name, _, inputs) {
    if (name === 'price') return 'money';
    return 'hoursPerFte' in inputs ? 'ms' : quantityUnit(inputs['per']);
  },
  surcharge: (name) => (name === 'price' ? 'money' : 'ratio'),
  bandHighest: money,
  bandSum: money,
  bandMultiply: money,
  stepPrice(name, _, inputs) {
    if (name.startsWith('price ')) return 'money';
    return 'per' in inputs ? 'ms' : 'count';
  },
  packages: count,
  indexRatio: (name) => (name === 'fixedShare' ? 'ratio' : 'number'),
  indexedPrice: (name) => (name === 'price' ? 'money' : 'number'),
  kpiSum: (_, __, inputs) => unitOfSum({ inputs }),
  holds: number,
  taken: (name, of) => (name === 'value' ? of : 'count'),
  stepRate: rates,
  linearRate: rates,
  pointRate: rates,
  firstRate: asResult,
  monthsInARow: (name) => (name.startsWith('amount ') ? 'money' : 'ratio'),
  escalated: (name, of) => (name === 'rate' ? of : name === 'months' ? 'count' : 'number'),
  exceeds: count,
  waivedRate: rates,
  cappedRate: asResult,
  saved: number,
  tax: (name) => (name === 'base' ? 'money' : name === 'rate' ? 'percent' : 'number'),
};

/** The definition begins with the type of the KPI, and the key of a sum says which side it is of. */
export function unitOfSum({ inputs }: Pick<TraceRow, 'inputs'>): Unit {
  const [type = ''] = (typeof inputs['definition'] === 'string' ? inputs['definition'] : '').split(' ');
  const key = Object.keys(inputs).find((name) => name.startsWith('kpi/'));
  const cell = key === undefined ? null : decodeQuantityKey(key);
  if (cell?.kind !== 'kpi') return 'count';
  return (kpiSumUnits as Readonly<Record<string, KpiSumUnits | undefined>>)[type]?.[cell.part] ?? 'count';
}

type KpiSumUnits = Readonly<Record<'n' | 'd', Unit>>;

const timePerCount: KpiSumUnits = { n: 'ms', d: 'count' };
const timePerTime: KpiSumUnits = { n: 'ms', d: 'ms' };
const countPerTime: KpiSumUnits = { n: 'count', d: 'ms' };
const scorePerCount: KpiSumUnits = { n: 'thousandths', d: 'count' };
const counts: KpiSumUnits = { n: 'count', d: 'count' };

const kpiSumUnits: Readonly<Record<KpiType, KpiSumUnits>> = {
  aht: timePerCount,
  att: timePerCount,
  acw: timePerCount,
  asa: timePerCount,
  delay: timePerCount,
  occupancy: timePerTime,
  utilisation: timePerTime,
  adherence: timePerTime,
  conformance: timePerTime,
  contactsPerHour: countPerTime,
  meanScore: scorePerCount,
  quality: scorePerCount,
  serviceLevel: counts,
  abandonment: counts,
  answerRate: counts,
  transfer: counts,
  hold: counts,
  fcrPerContact: counts,
  fcrPerIssue: counts,
  settled: counts,
  fcrDeclared: counts,
  fcrSurvey: counts,
  topBox: counts,
  nps: counts,
  ratio: counts,
  share: counts,
  within: counts,
};

/** Prices of time are per so many milliseconds, those of time saved for so many seconds. */
function quantityUnit(per: Input | undefined): Unit {
  const text = typeof per === 'string' ? per : (per?.value ?? '');
  return timeUnits[text] ?? 'count';
}

const timeUnits: Readonly<Record<string, Unit>> = { 3600000: 'ms', 60000: 'ms', 1000: 'ms', 3600: 's' };

/** In which people speak of a KPI, by the definition of its sums; null: the row is not of a KPI. */
export function kpiUnitOf(row: TraceRow | undefined): Unit | null {
  const definition = row?.rule === 'kpiSum' ? row.inputs['definition'] : undefined;
  const [type = ''] = typeof definition === 'string' ? definition.split(' ') : [];
  if (!(kpiTypes as readonly string[]).includes(type)) return null;
  return unitsOfKpis[unitOf({ type: type as KpiType })];
}

const unitsOfKpis: Readonly<Record<KpiUnit, Unit>> = {
  seconds: 's',
  ratio: 'ratio',
  points: 'points',
  score: 'number',
  perHour: 'perHour',
};
