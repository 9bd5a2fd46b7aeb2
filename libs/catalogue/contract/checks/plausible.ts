import type { BonusMalus, JudgedClause, Scorecard, Shape } from '#domain/contract/bonus-malus.js';
import type { Gate, Kpi } from '#domain/contract/kpi.js';
import type { Indexation } from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import { unitOf } from '#domain/kpi/kpis.js';
import { fault, type Fault, type Path } from '../../fault.js';
import type { WrittenTerms } from './written-terms.js';

/** Numbers of a form that is right and of a size that cannot be meant: 90 for 90 %, a cap of 700 %. */
export function plausibilityFaults(terms: WrittenTerms): Fault[] {
  const { kpis, lines, bonusMalus, corridors, waivers, malus } = terms;
  return [
    ...lines.flatMap((line, index) => lineFaults(line, ['lines', index], kpis)),
    ...bonusMalus.flatMap((clause, index) => clauseFaults(clause, ['bonusMalus', index], kpis)),
    ...corridors.flatMap(({ lower, upper }, index) => [
      ...ratioFaults(lower, 5, ['corridors', index, 'lower']),
      ...ratioFaults(upper, 5, ['corridors', index, 'upper']),
    ]),
    ...waivers.flatMap((waiver, index) =>
      'above' in waiver ? ratioFaults(waiver.above, 5, ['waivers', index, 'above']) : [],
    ),
    ...ratioFaults(malus.overallCap, 1, ['malus', 'overallCap']),
    ...ratioFaults(terms.bonus?.overallCap ?? null, 1, ['bonus', 'overallCap']),
  ];
}

type Kpis = WrittenTerms['kpis'];

function lineFaults(line: WrittenTerms['lines'][number], path: Path, kpis: Kpis): Fault[] {
  const gates: [Gate, Path][] = [
    ...(line.payIf === null ? [] : [[line.payIf, [...path, 'payIf']] as [Gate, Path]]),
    ...('guards' in line ? line.guards : []).map((gate, index): [Gate, Path] => [
      gate,
      [...path, 'guards', index],
    ]),
  ];
  const bands = 'bands' in line ? line.bands : [];
  return [
    ...gates.flatMap(([gate, at]) => [
      ...valueFaults(valuesOf(kpis[gate.kpi]), gate.value, [...at, 'value']),
      ...neverHolds(valuesOf(kpis[gate.kpi]), gate, at),
    ]),
    ...bands.flatMap(({ surcharge }, index) =>
      ratioFaults(surcharge, 5, [...path, 'bands', index, 'surcharge']),
    ),
    ...('indexation' in line ? indexationFaults(line.indexation, [...path, 'indexation']) : []),
    ...(line.model === 'gainShare'
      ? [
          ...ratioFaults(line.share, 1, [...path, 'share']),
          ...valueFaults(valuesOf(kpis[line.kpi]), line.baseline, [...path, 'baseline']),
        ]
      : []),
    ...(line.model === 'passThrough' ? ratioFaults(line.markup, 1, [...path, 'markup']) : []),
  ];
}

function indexationFaults(indexation: Indexation | null, path: Path): Fault[] {
  if (indexation === null) return [];
  const { base, fixedShare, floor, ceiling } = indexation;
  const isCrossed = floor !== null && ceiling !== null && Number(floor) > Number(ceiling);
  return [
    ...(Number(base) > 0 ? [] : [fault('size-not-positive', [...path, 'base'], `${base} must be above 0`)]),
    ...ratioFaults(fixedShare, 1, [...path, 'fixedShare']),
    ...ratioFaults(floor, 5, [...path, 'floor']),
    ...ratioFaults(ceiling, 5, [...path, 'ceiling']),
    ...(isCrossed
      ? [fault('limits-crossed', [...path, 'ceiling'], `${ceiling} must not be below floor ${floor}`)]
      : []),
  ];
}

function clauseFaults(clause: BonusMalus, path: Path, kpis: Kpis): Fault[] {
  if (clause.kind === 'earnBack') return ratioFaults(clause.share, 1, [...path, 'share']);
  return [
    ...judgedFaults(clause, path, kpis),
    ...(clause.bonusIf ?? []).flatMap((gate, index) => {
      const at = [...path, 'bonusIf', index];
      return [
        ...valueFaults(valuesOf(kpis[gate.kpi]), gate.value, [...at, 'value']),
        ...neverHolds(valuesOf(kpis[gate.kpi]), gate, at),
      ];
    }),
    ...(clause.escalation ?? []).flatMap((times, index) =>
      ratioFaults(times, 10, [...path, 'escalation', index]),
    ),
    ...ratioFaults(clause.cap.bonus, 1, [...path, 'cap', 'bonus']),
    ...ratioFaults(clause.cap.malus, 1, [...path, 'cap', 'malus']),
  ];
}

function judgedFaults(clause: JudgedClause, path: Path, kpis: Kpis): Fault[] {
  switch (clause.kind) {
    case 'perEvent':
      return [];
    case 'kpi':
      return shapesFaults(clause, valuesOf(kpis[clause.kpi]), path, clause.unit !== 'amount');
    case 'scorecard':
      return [
        ...clause.of.flatMap(({ kpi, weight, shapes }, index) => [
          ...ratioFaults(weight, 1, [...path, 'of', index, 'weight']),
          ...shapesFaults({ shapes }, valuesOf(kpis[kpi]), [...path, 'of', index], false),
        ]),
        ...shapesFaults(clause, scoreValues(clause), path, clause.unit !== 'amount'),
      ];
  }
}

function shapesFaults(
  { shapes }: { readonly shapes: readonly Shape[] },
  values: Values | undefined,
  path: Path,
  areRates: boolean,
): Fault[] {
  return shapes.flatMap((shape, index) => shapeFaults(shape, values, [...path, 'shapes', index], areRates));
}

function shapeFaults(shape: Shape, kpi: Values | undefined, path: Path, areRates: boolean): Fault[] {
  const rateFaults = (rate: string, at: Path): Fault[] => (areRates ? ratioFaults(rate, 1, at) : []);
  switch (shape.shape) {
    case 'step':
      return shape.points.flatMap((point, index) => {
        const at = [...path, 'points', index];
        return [
          ...valueFaults(kpi, point.value, [...at, point.op]),
          ...neverHolds(kpi, point, at),
          ...rateFaults(point.rate, [...at, 'rate']),
        ];
      });
    case 'linear':
      return (['from', 'to'] as const).flatMap((end) => [
        ...valueFaults(kpi, shape[end].at, [...path, end, 'at']),
        ...rateFaults(shape[end].rate, [...path, end, 'rate']),
      ]);
    case 'perPoint':
      return [
        ...valueFaults(kpi, shape.from, [...path, 'from']),
        ...sizeFaults(kpi, shape.size, [...path, 'size']),
        ...rateFaults(shape.rate, [...path, 'rate']),
      ];
  }
}

/** `most` is 1 for what is a part of a whole; null: nothing is agreed. */
export function ratioFaults(ratio: string | null, most: number, path: Path): Fault[] {
  if (ratio === null || new Decimal(ratio).abs().lte(most)) return [];
  const size = new Decimal(ratio);
  const message = `${ratio} is ${size.times(100).toFixed()} %: write "${size.div(100).toFixed()}" for ${ratio} % (allowed: up to ${most * 100} %)`;
  return [fault('implausible-value', path, message)];
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/** What something that a clause is judged by can be. */
export interface Values extends Range {
  readonly name: string;
  readonly isRatio: boolean;
}

export function valuesOf(kpi: Kpi | undefined): Values | undefined {
  if (kpi === undefined) return undefined;
  return { ...rangeOf(kpi), name: kpi.type, isRatio: unitOf(kpi) === 'ratio' };
}

/** From the lowest points of every KPI to the highest, by weight; without end where points have none. */
export function scoreValues({ of }: Scorecard): Values {
  const ends = of.map(({ weight, shapes }) => {
    const points = shapes.flatMap(pointsOf).map((each) => Number(each) * Number(weight));
    const isOpen = shapes.some(({ shape }) => shape === 'perPoint');
    return { least: Math.min(0, ...points), most: isOpen ? Infinity : Math.max(0, ...points) };
  });
  const sum = (values: readonly number[]): number =>
    Number(values.reduce((all, each) => all + each, 0).toFixed(8));
  return {
    least: sum(ends.map(({ least }) => least)),
    most: sum(ends.map(({ most }) => most)),
    name: 'the score',
    isRatio: false,
  };
}

function pointsOf(shape: Shape): string[] {
  switch (shape.shape) {
    case 'step':
      return shape.points.map(({ rate }) => rate);
    case 'linear':
      return [shape.from.rate, shape.to.rate];
    case 'perPoint':
      return [];
  }
}

/** What a KPI can be, in the unit in which contracts speak of it. Events per event may be more than one. */
function rangeOf(kpi: Kpi): Range {
  switch (unitOf(kpi)) {
    case 'ratio':
      return { least: 0, most: kpi.type === 'ratio' || kpi.type === 'share' ? 10 : 1 };
    case 'points':
      return { least: -100, most: 100 };
    case 'seconds':
    case 'perHour':
      return { least: 0, most: Infinity };
    case 'score':
      return kpi.type === 'meanScore'
        ? { least: kpi.scale[0] ?? 0, most: kpi.scale[1] ?? Infinity }
        : { least: 0, most: Infinity };
  }
}

function valueFaults(values: Values | undefined, value: string, path: Path): Fault[] {
  if (values === undefined) return [];
  const { least, most } = values;
  if (Number(value) >= least && Number(value) <= most) return [];
  const fix =
    values.isRatio && Number(value) > 1
      ? `: it means ${new Decimal(value).times(100).toFixed()} %, write "${new Decimal(value).div(100).toFixed()}" for ${value} %`
      : '';
  const range = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  return [fault('implausible-value', path, `${value} is no value of ${values.name} (${range})${fix}`)];
}

function sizeFaults(values: Values | undefined, size: string, path: Path): Fault[] {
  const { least, most } = values ?? { least: 0, most: Infinity };
  if (values === undefined || Number(size) <= most - least) return [];
  const example = values.isRatio
    ? `: write "${new Decimal(size).div(100).toFixed()}" for ${size} points of percent`
    : '';
  return [
    fault(
      'implausible-value',
      path,
      `${size} is more than ${values.name} can differ (${most - least})${example}`,
    ),
  ];
}

/** Above the greatest value, or below the least. */
function neverHolds(
  values: Values | undefined,
  { op, value }: { readonly op: Gate['op']; readonly value: string },
  path: Path,
): Fault[] {
  if (values === undefined) return [];
  const { least, most } = values;
  const never = (op === 'gt' && Number(value) === most) || (op === 'lt' && Number(value) === least);
  if (!never) return [];
  const other = op === 'gt' ? 'gte' : 'lte';
  return [
    fault(
      'never-applies',
      path,
      `${op} ${value} never holds: ${values.name} is ${least} to ${most}; write ${other}`,
    ),
  ];
}
