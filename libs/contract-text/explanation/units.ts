import type { Input, TraceRow } from '#domain/pricing/trace.js';
import type { RuleId } from '#domain/pricing/calculation-rules.js';

/** What a number in a row is in. Rows hold bare numbers; their units follow from what becomes of them. */
export type Unit = 'ms' | 's' | 'money' | 'count' | 'ratio' | 'percent' | 'number';

/** The unit of each row's result, going back from rows that are known to be amounts of money. */
export function unitsOf(rows: readonly TraceRow[], amounts: Iterable<string>): ReadonlyMap<string, Unit> {
  const units = new Map<string, Unit>([...amounts].map((row) => [row, 'money']));
  for (const row of rows.toReversed()) {
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
const ratio: UnitOf = () => 'ratio';

/** Names of inputs that hold a rate; the others of such a rule are values of a KPI. */
const rates: UnitOf = (name) => (/rate/i.test(name) ? 'ratio' : 'number');

const inputUnits: Readonly<Record<RuleId, UnitOf>> = {
  sum: asResult,
  difference: asResult,
  atMost: asResult,
  atLeast: asResult,
  increment: asResult,
  cappedShare: asResult,
  shortBy: asResult,
  scaled: asResult,
  round: (name, of) => (name === 'value' ? of : 'number'),
  roundShare: (name, of) => (name.startsWith('value ') ? of : 'number'),
  slice: asResult,
  product(name, of) {
    if (of === 'ms') return name === 'times' ? 'ms' : 'count';
    if (name === 'value' || of === 'number') return of;
    return 'ratio';
  },
  amount: (name, _, inputs) => (name === 'price' ? 'money' : quantityUnit(inputs['per'])),
  surcharge: (name) => (name === 'price' ? 'money' : 'ratio'),
  bandHighest: money,
  bandSum: money,
  bandMultiply: money,
  stepPrice: (name) => (name.startsWith('price ') ? 'money' : 'count'),
  packages: count,
  indexRatio: (name) => (name === 'fixedShare' ? 'ratio' : 'number'),
  indexedPrice: (name) => (name === 'price' ? 'money' : 'number'),
  kpiSum: number,
  holds: number,
  taken: (name, of) => (name === 'value' ? of : 'count'),
  stepRate: rates,
  linearRate: rates,
  pointRate: rates,
  firstRate: ratio,
  exceeds: count,
  waivedRate: rates,
  cappedRate: ratio,
  saved: number,
  tax: (name) => (name === 'base' ? 'money' : name === 'rate' ? 'percent' : 'number'),
};

/** Prices of time are per so many milliseconds, those of time saved for so many seconds. */
function quantityUnit(per: Input | undefined): Unit {
  const text = typeof per === 'string' ? per : (per?.value ?? '');
  return timeUnits[text] ?? 'count';
}

const timeUnits: Readonly<Record<string, Unit>> = { 3600000: 'ms', 60000: 'ms', 1000: 'ms', 3600: 's' };
