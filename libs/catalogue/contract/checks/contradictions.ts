import type { BonusMalus, Shape, StepShape } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import { unitOf } from '#domain/kpi/kpis.js';
import { fault, type Fault, type Path } from '../../fault.js';
import { committed } from './commitments.js';
import { ofMonths } from './discounts.js';
import type { WrittenTerms } from './written-terms.js';

/** Clauses that are right one by one, but of which one would be ignored in silence or count twice. */
export function contradictionFaults(terms: WrittenTerms): Fault[] {
  return [
    ...gateFaults(terms),
    ...minimumFaults(terms),
    ...corridorFaults(terms),
    ...terms.lines.flatMap((line, index) => {
      const kpi = line.model === 'gainShare' && line.per === 'hour' ? terms.kpis[line.kpi] : undefined;
      if (kpi === undefined || unitOf(kpi) === 'seconds') return [];
      const message = `hour is for KPIs of time; ${kpi.type} is not one (allowed: unit)`;
      return [fault('gain-share-per-hour', ['lines', index, 'per'], message)];
    }),
    ...terms.bonusMalus.flatMap((clause, index) => [
      ...baseFaults(clause, ['bonusMalus', index]),
      ...stepFaults(clause, ['bonusMalus', index]),
    ]),
  ];
}

/** A line has one condition, wherever it is written. */
function gateFaults({ lines }: WrittenTerms): Fault[] {
  return lines.flatMap((gate, index) => {
    if (gate.model !== 'gate') return [];
    const guarded = lines.find((line) => line.model !== 'gate' && line.id === gate.line);
    const own = guarded !== undefined && guarded.model !== 'gate' && guarded.payIf !== null;
    const earlier = lines.slice(0, index).some((other) => other.model === 'gate' && other.line === gate.line);
    if (!own && !earlier) return [];
    const message = `'${gate.line}' is paid on a condition already: a line has one`;
    return [fault('second-gate', ['lines', index, 'line'], message)];
  });
}

/** One least volume of a line, wherever it is written; and a month to which a minimum belongs. */
function minimumFaults({ lines, corridors }: WrittenTerms): Fault[] {
  return lines.flatMap((line, index) => {
    const minimum = 'minimum' in line ? line.minimum : undefined;
    if (minimum === undefined) return [];
    const path = ['lines', index, 'minimum'];
    const corridor = corridors.find((each) => each.line === line.id);
    const second = `'${line.id}' has the corridor ${corridor?.id ?? ''} already: write its lower there`;
    const open = 'goes with settleAfter: close, since results that mature are charged in other periods';
    return [
      ...(minimum.volume !== null && corridor !== undefined
        ? [fault('second-corridor', [...path, 'volume'], second)]
        : []),
      ...('settleAfter' in line && line.settleAfter === 'maturity'
        ? [fault('never-applies', path, open)]
        : []),
    ];
  });
}

function corridorFaults({ corridors }: WrittenTerms): Fault[] {
  return corridors.flatMap(({ line }, index) => {
    const other = corridors.slice(0, index).find((before) => before.line === line);
    if (other === undefined) return [];
    const message = `'${line}' has the corridor ${other.id} already`;
    return [fault('second-corridor', ['corridors', index, 'line'], message)];
  });
}

function baseFaults(clause: BonusMalus, path: Path): Fault[] {
  const [list, key] = clause.kind === 'earnBack' ? [clause.of, 'of'] : [clause.base, 'base'];
  return list.flatMap((id, index) =>
    list.indexOf(id) === index
      ? []
      : [fault('base-repeated', [...path, key, index], `'${id}' is listed twice and would count twice`)],
  );
}

type Point = StepShape['points'][number];

/** The first point that holds counts, so one that holds only where an earlier one does is never reached. */
function stepFaults(clause: BonusMalus, path: Path): Fault[] {
  if (clause.kind === 'scorecard') {
    const own = clause.of.flatMap(({ shapes }, index) => unreachable(shapes, [...path, 'of', index]));
    return [...own, ...unreachable(clause.shapes, path)];
  }
  return clause.kind === 'kpi' ? unreachable(clause.shapes, path) : [];
}

function unreachable(shapes: readonly Shape[], path: Path): Fault[] {
  return shapes.flatMap((shape, at) => {
    if (shape.shape !== 'step') return [];
    return shape.points.flatMap((point, index) => {
      const before = shape.points.slice(0, index).find((earlier) => implies(point, earlier));
      if (before === undefined) return [];
      const message =
        `${point.op} ${point.value} is never reached: ${before.op} ${before.value} holds before it, ` +
        'and the first that holds counts';
      return [fault('step-unreachable', [...path, 'shapes', at, 'points', index], message)];
    });
  });
}

/** Whether the one holds wherever the other does. */
function implies(point: Point, other: Point): boolean {
  const [value, than] = [Number(point.value), Number(other.value)];
  const upward = (op: Point['op']): boolean => op === 'gt' || op === 'gte';
  if (upward(point.op) !== upward(other.op)) return false;
  const closer = upward(point.op) ? value > than : value < than;
  const edge = other.op.endsWith('e') || !point.op.endsWith('e');
  return closer || (value === than && edge);
}

/**
 * Clauses that are evaluated for the month as a whole, which a calendar rule would set without effect:
 * limits, caps over all malus, corridors, what is earned back, and clauses that exist in the window alone.
 */
export function windowFaults(usual: Terms, window: Terms, path: Path): Fault[] {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const whole = (['limits', 'bonus', 'malus', 'corridors'] as const).filter(
    (part) => !same(usual[part], window[part]),
  );
  const faults = whole.map((part) =>
    wholeMonth(path, `${part} hold for the whole period: a calendar rule cannot change them`),
  );
  const minimums = ({ lines }: Terms): unknown => lines.map(({ minimum }) => minimum ?? null);
  if (!same(minimums(usual), minimums(window)) && usual.lines.length === window.lines.length) {
    faults.push(
      wholeMonth(path, 'a minimum of a line is for whole periods: a calendar rule cannot change it'),
    );
  }
  if (!same(committed(usual), committed(window))) {
    const message = 'commitments and `over` hold for whole periods: a calendar rule cannot change them';
    faults.push(wholeMonth(path, message));
  }
  if (!same(ofMonths(usual), ofMonths(window))) {
    const message = 'discounts and credits hold for whole periods: a calendar rule cannot change them';
    faults.push(wholeMonth(path, message));
  }
  const earned = ({ bonusMalus }: Terms): readonly BonusMalus[] =>
    bonusMalus.filter(({ kind }) => kind === 'earnBack');
  if (!same(earned(usual), earned(window))) {
    const message = 'earn-backs apply to whole periods: a calendar rule cannot change it';
    faults.push(wholeMonth(path, message));
  }
  const ids = ({ bonusMalus }: Terms): string[] => bonusMalus.map(({ id }) => id).sort();
  if (!same(ids(usual), ids(window))) {
    const message =
      'adds or removes a bonus or malus: write it under bonusMalus, with `during` for a window alone';
    faults.push(wholeMonth(path, message));
  }
  return faults;
}

function wholeMonth(path: Path, message: string): Fault {
  return fault('calendar-rule-changes-month', path, message);
}
