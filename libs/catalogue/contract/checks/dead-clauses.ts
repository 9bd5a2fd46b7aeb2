import type { BonusMalus, JudgedClause, Shape } from '#domain/contract/bonus-malus.js';
import type { EventSelection } from '#domain/contract/kpi.js';
import type { Rate } from '#domain/contract/line.js';
import { type Measure, workedBy } from '#domain/contract/measure.js';
import { asVolumeLine, volumeTerms } from '#domain/contract/volume-line.js';
import { fault, type Fault, type Path } from '../../fault.js';
import { scoreValues, valuesOf, type Values } from './plausible.js';
import type { WrittenLine } from '../lines.js';
import type { WrittenTerms } from './written-terms.js';

/** Clauses that can never apply, whatever work comes: what was agreed is not what is written. */
export function deadClauseFaults(terms: WrittenTerms): Fault[] {
  const { measures, kpis, lines, bonusMalus, corridors, limits } = terms;
  return [
    ...Object.entries(measures).flatMap(([id, measure]) => measureFaults(measure, ['measures', id], terms)),
    ...Object.entries(kpis).flatMap(([id, kpi]) => [
      ...('numerator' in kpi ? selfFaults(kpi.numerator, ['kpis', id, 'numerator']) : []),
      ...('denominator' in kpi ? selfFaults(kpi.denominator, ['kpis', id, 'denominator']) : []),
    ]),
    ...lines.flatMap((line, index) => [
      ...('rates' in line ? rateFaults(line.rates, ['lines', index, 'rates']) : []),
      ...kindFaults(line, measures, ['lines', index, 'rates']),
      ...tierFaults(line, ['lines', index]),
    ]),
    ...bonusMalus.flatMap((clause, index) => {
      const path = ['bonusMalus', index];
      if (clause.kind !== 'earnBack') return judgedClauseFaults(clause, kpis, path);
      return withoutMalus(clause.of, bonusMalus, [...path, 'of'], 'there is nothing to give back');
    }),
    ...terms.waivers.flatMap(({ kind, of }, index) =>
      kind === 'outage'
        ? []
        : withoutMalus(of, bonusMalus, ['waivers', index, 'of'], 'there is nothing to waive'),
    ),
    ...corridors.flatMap(({ lower, upper, shortfallPrice, overflowPrice }, index) => [
      ...(shortfallPrice !== null && lower === null
        ? [unbounded(['corridors', index, 'shortfallPrice'], 'lower')]
        : []),
      ...(overflowPrice !== null && upper === null
        ? [unbounded(['corridors', index, 'overflowPrice'], 'upper')]
        : []),
    ]),
    ...(limits !== null && limits.monthlyMin === null && limits.monthlyMax === null
      ? [fault('never-applies', ['limits'], 'limits nothing: write monthlyMin or monthlyMax')]
      : []),
  ];
}

function unbounded(path: Path, bound: string): Fault {
  return fault('never-applies', path, `is never charged: the corridor has no ${bound}`);
}

const unanswered: ReadonlySet<string> = new Set(['abandoned', 'flowOut']);

/** An event that is taken back whenever there is one of its own name. */
function selfFaults({ name, unless }: EventSelection, path: Path): Fault[] {
  const index = unless.indexOf(name);
  if (index < 0) return [];
  const message = `'${name}' is taken back by itself: nothing would be counted; write another event, or a within`;
  return [fault('never-applies', [...path, 'unless', index], message)];
}

function measureFaults(measure: Measure, path: Path, { scope }: WrittenTerms): Fault[] {
  const faults: Fault[] = 'unless' in measure ? selfFaults(measure, path) : [];
  if (measure.kind === 'contacts' && measure.minTalkMs > 0 && !['answered', 'handled'].includes(measure.of)) {
    const message = `is not asked of contacts ${measure.of} (allowed with: answered, handled)`;
    faults.push(fault('never-applies', [...path, 'minTalk'], message));
  }
  if (measure.kind === 'time') {
    for (const state of Object.keys(measure.capsMs)) {
      if (measure.states.includes(state)) continue;
      const message = `caps ${state.toLowerCase()}, which the measure does not count`;
      faults.push(fault('never-applies', [...path, 'capPerContact'], message));
    }
  }
  if (measure.kind === 'contacts' && workedBy(measure) === 'machines' && unanswered.has(measure.of)) {
    const message = `leaves nothing to count: contacts ${measure.of} are answered by no machine`;
    faults.push(fault('never-applies', [...path, 'where', 'kinds'], message));
  }
  const where = 'where' in measure ? measure.where : null;
  if (where === null) return faults;
  const narrowed = [
    ['queues', where.queues, scope.queues],
    ['media', where.media, scope.channels],
    ['directions', where.directions, scope.directions],
  ] as const;
  for (const [key, asked, admitted] of narrowed) {
    if (
      asked === null ||
      admitted === null ||
      asked.some((word) => (admitted as readonly string[]).includes(word))
    )
      continue;
    const message = `${asked.join(', ')} is outside of the scope (allowed: ${admitted.join(', ')}): nothing would be counted`;
    faults.push(fault('never-applies', [...path, 'where', key], message));
  }
  return faults;
}

/** The first rate that fits holds, so one that fits only where an earlier one does is never charged. */
function rateFaults(rates: readonly Rate[], path: Path): Fault[] {
  return rates.flatMap((rate, index) => {
    const before = rates.slice(0, index).find((earlier) => fitsWhereverFits(earlier, rate));
    if (before === undefined) return [];
    const message = `${rate.id} is never charged: ${before.id} fits before it, and the first that fits holds`;
    return [fault('never-applies', [...path, index], message)];
  });
}

/** A rate for machines on a measure of people's work, or the other way round. */
function kindFaults(line: WrittenLine, measures: WrittenTerms['measures'], path: Path): Fault[] {
  const measure = 'rates' in line ? measures[line.measure] : undefined;
  if (measure === undefined || !('rates' in line) || !('where' in measure)) return [];
  const counted = workedBy(measure);
  if (counted === 'all') return [];
  const [own, other] =
    counted === 'people' ? (['person', 'machine'] as const) : (['machine', 'person'] as const);
  return line.rates.flatMap(({ id, when: { kinds } }, index) => {
    if (kinds === undefined || kinds.includes(own)) return [];
    const message =
      `${id} is never charged: '${line.measure}' counts the work of ${counted} alone; to count both write ` +
      'where: { kinds: [person, machine] } in the measure';
    return [fault('never-applies', [...path, index, 'when', 'kinds', kinds.indexOf(other)], message)];
  });
}

function fitsWhereverFits(wide: Rate, narrow: Rate): boolean {
  return (Object.keys(wide.when) as (keyof Rate['when'])[]).every((key) => {
    const choices: readonly string[] | null = wide.when[key] ?? null;
    return choices === null || (narrow.when[key]?.every((choice) => choices.includes(choice)) ?? false);
  });
}

function tierFaults(line: WrittenTerms['lines'][number], path: Path): Fault[] {
  const charged = asVolumeLine(line);
  if (charged === null) return [];
  const { pricing, above } = volumeTerms(charged);
  if (pricing.mode !== 'graduated' || above === 0) return prorationFaults(charged, path);
  return pricing.steps.flatMap(({ upTo }, index) => {
    if (upTo === null || upTo > above) return [];
    const message = `${upTo} is never charged: the first ${above} are included (above)`;
    return [fault('never-applies', [...path, 'tiers', 'steps', index, 'upTo'], message)];
  });
}

/** What shrinks with a month in part must be there. */
function prorationFaults(
  line: NonNullable<ReturnType<typeof asVolumeLine<WrittenLine>>>,
  path: Path,
): Fault[] {
  if (line.model !== 'time' || line.proration === undefined) return [];
  if (line.tiers !== undefined || (line.above ?? 0) > 0) return [];
  const message = 'has no effect: the line has neither tiers nor above';
  return [fault('never-applies', [...path, 'proration'], message)];
}

function withoutMalus(
  of: readonly string[],
  clauses: readonly BonusMalus[],
  path: Path,
  why: string,
): Fault[] {
  return of.flatMap((id, index) => {
    const clause = clauses.find((each) => each.id === id);
    if (clause === undefined || clause.kind === 'earnBack' || canBe('malus', clause)) return [];
    return [fault('never-applies', [...path, index], `'${id}' never takes a malus: ${why}`)];
  });
}

function ratesOf(shape: Shape): string[] {
  switch (shape.shape) {
    case 'step':
      return shape.points.map(({ rate }) => rate);
    case 'linear':
      return [shape.from.rate, shape.to.rate];
    case 'perPoint':
      return [shape.rate];
  }
}

/** The first shape that gives a rate other than 0 counts. */
function judgedClauseFaults(clause: JudgedClause, kpis: WrittenTerms['kpis'], path: Path): Fault[] {
  switch (clause.kind) {
    case 'kpi':
      return [
        ...shapeFaults(clause.shapes, valuesOf(kpis[clause.kpi]), path),
        ...uselessFaults(clause, path),
      ];
    case 'scorecard':
      return [
        ...clause.of.flatMap(({ kpi, shapes }, index) =>
          shapeFaults(shapes, valuesOf(kpis[kpi]), [...path, 'of', index]),
        ),
        ...shapeFaults(clause.shapes, scoreValues(clause), path),
        ...uselessFaults(clause, path),
      ];
    case 'perEvent':
      return [
        ...(Number(clause.amount) === 0
          ? [fault('never-applies', [...path, 'amount'], 'never gives an amount other than 0')]
          : []),
        ...uselessFaults(clause, path),
      ];
  }
}

/** Bounds, conditions and escalation of a bonus that is never given, or of a malus that is never taken. */
function uselessFaults(clause: JudgedClause, path: Path): Fault[] {
  const useless = (kind: 'bonus' | 'malus', at: Path): Fault[] =>
    canBe(kind, clause)
      ? []
      : [fault('never-applies', [...path, ...at], `has no effect: '${clause.id}' never gives a ${kind}`)];
  const { capAmount, bonusIf, escalation, proration, during } = clause;
  const hasAmounts = clause.kind === 'perEvent' || clause.unit === 'amount' || capAmount !== undefined;
  return [
    ...(['bonus', 'malus'] as const).flatMap((kind) => {
      return (capAmount?.[kind] ?? null) === null ? [] : useless(kind, ['capAmount', kind]);
    }),
    ...(bonusIf === undefined ? [] : useless('bonus', ['bonusIf'])),
    ...(escalation === undefined ? [] : useless('malus', ['escalation'])),
    ...(escalation?.every((times) => Number(times) === 1)
      ? [fault('never-applies', [...path, 'escalation'], 'multiplies by 1 in every month: leave it out')]
      : []),
    ...(proration === undefined || hasAmounts
      ? []
      : [fault('never-applies', [...path, 'proration'], 'has no effect: rates follow their base')]),
    ...(proration !== undefined && during !== null
      ? [
          fault(
            'never-applies',
            [...path, 'proration'],
            'has no effect: an amount for a window is that of the window',
          ),
        ]
      : []),
  ];
}

export function canBe(kind: 'bonus' | 'malus', clause: JudgedClause): boolean {
  const sign = kind === 'bonus' ? 1 : -1;
  const rates = clause.kind === 'perEvent' ? [clause.amount] : clause.shapes.flatMap(ratesOf);
  return rates.some((rate) => Math.sign(Number(rate)) === sign);
}

/**
 * Looks at the values at which a shape changes and between them: a shape that counts at none of them counts
 * nowhere.
 */
function shapeFaults(shapes: readonly Shape[], range: Values | undefined, path: Path): Fault[] {
  if (range === undefined) return [];
  const values = sampleValues(shapes, range);
  return shapes.flatMap((shape, index) => {
    const gives = values.filter((value) => rateAt(shape, value) !== 0);
    const earlier = shapes.slice(0, index);
    if (gives.some((value) => earlier.every((other) => rateAt(other, value) === 0))) return [];
    const isNothing = ratesOf(shape).every((rate) => Number(rate) === 0);
    // values that the KPI cannot have are another fault
    if (gives.length === 0 && !isNothing) return [];
    const message = isNothing
      ? 'never gives a rate other than 0'
      : 'never counts: wherever it gives a rate a shape before it does, and the first that does counts';
    return [fault('never-applies', [...path, 'shapes', index], message)];
  });
}

function sampleValues(shapes: readonly Shape[], { least, most }: Values): number[] {
  const changes = shapes.flatMap((shape): number[] => {
    switch (shape.shape) {
      case 'step':
        return shape.points.map(({ value }) => Number(value));
      case 'linear':
        return [Number(shape.from.at), Number(shape.to.at)];
      case 'perPoint': {
        const [from, size] = [Number(shape.from), Number(shape.size)];
        return shape.beyond === 'above' ? [from, from + size] : [from, from - size];
      }
    }
  });
  const end = most === Infinity ? Math.max(0, ...changes) * 2 + 1_000 : most;
  const sorted = [...new Set([least, ...changes, end])].filter((value) => value >= least && value <= end);
  sorted.sort((a, b) => a - b);
  // off the middle, where a line from a malus to a bonus may happen to be 0
  const between = sorted.slice(1).map((value, index) => value - (value - (sorted[index] ?? value)) * 0.382);
  return [...sorted, ...between];
}

function rateAt(shape: Shape, value: number): number {
  switch (shape.shape) {
    case 'step': {
      const point = shape.points.find(({ op, value: than }) => holds(value, op, Number(than)));
      return Number(point?.rate ?? 0);
    }
    case 'linear': {
      const { from, to } = shape;
      const way = (value - Number(from.at)) / (Number(to.at) - Number(from.at));
      const bounded = Math.min(1, Math.max(0, way));
      return Number(from.rate) + bounded * (Number(to.rate) - Number(from.rate));
    }
    case 'perPoint': {
      const beyond = (value - Number(shape.from)) * (shape.beyond === 'below' ? -1 : 1);
      const isReached = shape.count === 'full' ? beyond >= Number(shape.size) : beyond > 0;
      return isReached ? Number(shape.rate) : 0;
    }
  }
}

function holds(value: number, op: 'gt' | 'gte' | 'lt' | 'lte', than: number): boolean {
  switch (op) {
    case 'gt':
      return value > than;
    case 'gte':
      return value >= than;
    case 'lt':
      return value < than;
    case 'lte':
      return value <= than;
  }
}
