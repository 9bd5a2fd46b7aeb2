import type { BonusMalus, Corridor, Limits, Waiver } from '#domain/contract/bonus-malus.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Vat } from '#domain/contract/line.js';
import type { Measure } from '#domain/contract/measure.js';
import { fault, type Fault } from '../faults.js';
import type { WrittenLine } from '../lines.js';
import type { Path } from '../../fault.js';
import { suggestion } from '../../nearest.js';

/** Terms as they were written, once their form is right. */
export interface WrittenTerms {
  readonly measures: Readonly<Record<string, Measure>>;
  readonly kpis: Readonly<Record<string, Kpi>>;
  readonly lines: readonly WrittenLine[];
  readonly adjustments: readonly BonusMalus[];
  readonly corridors: readonly Corridor[];
  readonly waivers: readonly (
    Waiver | { readonly id: string; readonly kind: 'period' | 'outage'; readonly of: readonly string[] }
  )[];
  readonly limits: Limits | null;
  readonly vat: Vat;
}

/** What clauses can refer to. */
export interface Names {
  readonly measures: readonly string[];
  readonly counts: readonly string[];
  readonly kpis: readonly string[];
  readonly lines: readonly string[];
  readonly adjustments: readonly string[];
  readonly windows: readonly string[];
  readonly fcr: readonly string[];
}

export function known(name: string | null, allowed: readonly string[], what: string, path: Path): Fault[] {
  if (name === null || allowed.includes(name)) return [];
  const list = allowed.length === 0 ? 'there is none' : `allowed: ${allowed.join(', ')}`;
  return [fault(path, `there is no ${what} '${name}'${suggestion(name, allowed)} (${list})`)];
}

export function adjustmentFaults(adjustment: BonusMalus, path: Path, names: Names): Fault[] {
  if (adjustment.kind === 'earnBack') {
    return adjustment.of.flatMap((id, index) =>
      known(id, names.adjustments, 'adjustment', [...path, 'of', index]),
    );
  }
  const equalEnds = adjustment.shapes.flatMap((shape, index) =>
    shape.shape === 'linear' && Number(shape.from.at) === Number(shape.to.at)
      ? [fault([...path, 'shapes', index, 'to', 'at'], `${shape.to.at} must differ from ${shape.from.at}`)]
      : [],
  );
  const noSize = adjustment.shapes.flatMap((shape, index) =>
    shape.shape === 'perPoint' && Number(shape.size) <= 0
      ? [fault([...path, 'shapes', index, 'size'], `${shape.size} must be above 0`)]
      : [],
  );
  return [
    ...known(adjustment.kpi, names.kpis, 'KPI', [...path, 'kpi']),
    ...adjustment.base.flatMap((id, index) => known(id, names.lines, 'line', [...path, 'base', index])),
    ...known(adjustment.during, names.windows, 'calendar rule', [...path, 'during']),
    ...equalEnds,
    ...noSize,
  ];
}

export function corridorFaults(corridor: Corridor, path: Path, terms: WrittenTerms, names: Names): Fault[] {
  const { lower, upper } = corridor;
  const missing = known(corridor.line, names.lines, 'line', [...path, 'line']);
  const line = terms.lines.find((candidate) => candidate.id === corridor.line);
  const flat =
    line !== undefined &&
    (line.model === 'perUnit' || line.model === 'outcome') &&
    line.pricing.mode === 'flat';
  const form =
    missing.length === 0 && !flat
      ? [fault([...path, 'line'], `'${corridor.line}' must be charged per unit at one price`)]
      : [];
  const none = lower === null && upper === null ? [fault(path, 'needs lower or upper')] : [];
  const crossed =
    lower !== null && upper !== null && Number(lower) > Number(upper)
      ? [fault([...path, 'upper'], `${upper} must not be below lower ${lower}`)]
      : [];
  return [...missing, ...form, ...none, ...crossed];
}

export function waiverFaults(waiver: WrittenTerms['waivers'][number], path: Path, names: Names): Fault[] {
  const of = waiver.of.flatMap((id, index) =>
    known(id, names.adjustments, 'adjustment', [...path, 'of', index]),
  );
  if (waiver.kind !== 'volumeAbove') return of;
  return [
    ...of,
    ...known(waiver.measure, names.counts, 'count', [...path, 'measure']),
    ...known(waiver.during, names.windows, 'calendar rule', [...path, 'during']),
  ];
}
