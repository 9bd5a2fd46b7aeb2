import type { Measure } from '#domain/contract/measure.js';
import { fault, type Fault, type Path } from '../../fault.js';
import type { FaultCode } from '../../fault-codes.js';
import { suggestion } from '../../nearest.js';
import { lineReferences } from '../lines.js';
import { measureReferences } from '../measures.js';
import type { WrittenTerms } from './written-terms.js';

/** What clauses can refer to, by kind. */
export interface ClauseNames {
  readonly measure: readonly string[];
  readonly count: readonly string[];
  /** Measures that count, or are time of agents or customers. */
  readonly volume: readonly string[];
  /** Measures of which each one may cost an amount. */
  readonly event: readonly string[];
  readonly kpi: readonly string[];
  readonly fcr: readonly string[];
  readonly line: readonly string[];
  readonly bonusMalus: readonly string[];
  readonly calendarRule: readonly string[];
}

const kinds: Readonly<Record<keyof ClauseNames, { readonly code: FaultCode; readonly name: string }>> = {
  measure: { code: 'unknown-measure', name: 'measure' },
  count: { code: 'unknown-count', name: 'count' },
  volume: { code: 'unknown-measure', name: 'measure of a volume' },
  event: { code: 'unknown-count', name: 'count' },
  kpi: { code: 'unknown-kpi', name: 'KPI' },
  fcr: { code: 'unknown-kpi', name: 'KPI of resolution' },
  line: { code: 'unknown-line', name: 'line' },
  bonusMalus: { code: 'unknown-bonus-malus', name: 'bonus or malus' },
  calendarRule: { code: 'unknown-calendar-rule', name: 'calendar rule' },
};

const events: ReadonlySet<Measure['kind']> = new Set(['contacts', 'events', 'elapsed', 'resolved']);
const volumes: ReadonlySet<Measure['kind']> = new Set(['contacts', 'events', 'resolved', 'time']);

export function namesOf(
  { measures, kpis, lines, bonusMalus }: WrittenTerms,
  windows: readonly string[],
): ClauseNames {
  const counted = Object.entries(measures).filter(([, { kind }]) => kind === 'contacts' || kind === 'events');
  return {
    measure: Object.keys(measures),
    count: counted.map(([id]) => id),
    volume: Object.entries(measures).flatMap(([id, { kind }]) => (volumes.has(kind) ? [id] : [])),
    event: Object.entries(measures).flatMap(([id, { kind }]) => (events.has(kind) ? [id] : [])),
    kpi: Object.keys(kpis),
    fcr: Object.entries(kpis).flatMap(([id, { type }]) =>
      type === 'fcrPerContact' || type === 'fcrPerIssue' || type === 'settled' ? [id] : [],
    ),
    line: lines.flatMap((line) => (line.model === 'gate' ? [] : [line.id])),
    bonusMalus: bonusMalus.flatMap(({ kind, id }) => (kind === 'earnBack' ? [] : [id])),
    calendarRule: windows,
  };
}

/** A name that refers to nothing; null refers on purpose to nothing. */
export function unknownFaults(
  name: string | null,
  to: keyof ClauseNames,
  path: Path,
  names: ClauseNames,
): Fault[] {
  const allowed = names[to];
  if (name === null || allowed.includes(name)) return [];
  const list = allowed.length === 0 ? 'there is none' : `allowed: ${allowed.join(', ')}`;
  const { code, name: kind } = kinds[to];
  return [fault(code, path, `there is no ${kind} '${name}'${suggestion(name, allowed)} (${list})`)];
}

/** Lines that name unknown measures, KPIs or lines, or measures of a kind that their model cannot charge. */
export function lineReferenceFaults(terms: WrittenTerms, names: ClauseNames): Fault[] {
  return terms.lines.flatMap((line, index) =>
    lineReferences(line).flatMap((reference) => {
      const path = ['lines', index, ...reference.path];
      const unknown = unknownFaults(reference.id, reference.to, path, names);
      if (unknown.length > 0 || reference.to !== 'measure') return unknown;
      return wrongKindFaults(reference.id, terms.measures[reference.id], reference.kinds, path);
    }),
  );
}

function wrongKindFaults(
  id: string,
  measure: Measure | undefined,
  allowed: readonly Measure['kind'][],
  path: Path,
): Fault[] {
  if (measure === undefined || allowed.includes(measure.kind)) return [];
  const message = `'${id}' is a measure of kind ${measure.kind} (allowed here: ${allowed.join(', ')})`;
  return [fault('wrong-measure-kind', path, message)];
}

/** Measures that name an unknown count or KPI of first-contact resolution. */
export function measureReferenceFaults({ measures }: WrittenTerms, names: ClauseNames): Fault[] {
  return Object.entries(measures).flatMap(([id, measure]) => {
    const { count, fcr } = measureReferences(measure);
    return [
      ...(count === undefined
        ? []
        : unknownFaults(count.id, 'count', ['measures', id, ...count.path], names)),
      ...(fcr === undefined ? [] : unknownFaults(fcr.id, 'fcr', ['measures', id, ...fcr.path], names)),
    ];
  });
}
