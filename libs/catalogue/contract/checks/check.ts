import type { Limits } from '#domain/contract/bonus-malus.js';
import type { Version } from '#domain/contract/contract.js';
import type { Gate, Kpi } from '#domain/contract/kpi.js';
import type { Vat } from '#domain/contract/line.js';
import type { Measure } from '#domain/contract/measure.js';
import { periodBounds, periodOf } from '#domain/period/period.js';
import {
  adjustmentFaults,
  corridorFaults,
  known,
  waiverFaults,
  type Names,
  type WrittenTerms,
} from './clauses.js';
import { contradictionFaults } from './contradictions.js';
import { bandFaults, tierFaults } from './prices.js';
import { fault, type Fault } from '../faults.js';
import type { WrittenLine } from '../lines.js';
import type { Path } from '../../fault.js';

/** What cannot be seen in one place: names of nothing, clauses that contradict each other. */
export function termsFaults(
  terms: WrittenTerms,
  windows: readonly string[],
  holidays: { readonly country: string | null; readonly extra: readonly string[] },
): Fault[] {
  const names = namesOf(terms, windows);
  return [
    ...doubleIds(terms),
    ...terms.lines.flatMap((line, index) => lineFaults(line, ['lines', index], terms, names)),
    ...Object.entries(terms.measures).flatMap(([id, measure]) =>
      measureFaults(measure, ['measures', id], names),
    ),
    ...Object.entries(terms.kpis).flatMap(([id, kpi]) => kpiFaults(kpi, ['kpis', id])),
    ...terms.adjustments.flatMap((adjustment, index) =>
      adjustmentFaults(adjustment, ['adjustments', index], names),
    ),
    ...terms.corridors.flatMap((corridor, index) =>
      corridorFaults(corridor, ['corridors', index], terms, names),
    ),
    ...terms.waivers.flatMap((waiver, index) => waiverFaults(waiver, ['waivers', index], names)),
    ...terms.lines.flatMap((line, index) => bandFaults(line, ['lines', index], holidays)),
    ...terms.lines.flatMap((line, index) => tierFaults(line, ['lines', index])),
    ...contradictionFaults(terms),
    ...limitFaults(terms.limits),
    ...vatFaults(terms.vat, ['vat']),
    ...terms.lines.flatMap((line, index) =>
      line.model === 'gate' || line.vat === null ? [] : vatFaults(line.vat, ['lines', index, 'vat']),
    ),
  ];
}

/** A change of the model of payment, which only two versions together show: at the border of a month only. */
export function switchFaults(before: Version, after: Version, timeZone: string, path: Path): Fault[] {
  const models = new Map(before.terms.lines.map(({ id, model }) => [id, model]));
  const { lines } = after.terms;
  const switched = lines.find(({ id, model }) => models.has(id) && models.get(id) !== model);
  const gone = [...models.keys()].find((id) => !lines.some((line) => line.id === id));
  const added = lines.find(({ id }) => !models.has(id));
  const what = switched?.id ?? (gone !== undefined && added !== undefined ? added.id : undefined);
  if (what === undefined || after.from === null) return [];
  const { start } = periodBounds(periodOf(after.from, timeZone), timeZone);
  if (start === after.from) return [];
  return [fault(path, `${what} changes the model of payment: possible at the first moment of a month only`)];
}

function namesOf({ measures, kpis, lines, adjustments }: WrittenTerms, windows: readonly string[]): Names {
  const counted = Object.entries(measures).filter(([, { kind }]) => kind === 'contacts' || kind === 'events');
  return {
    measures: Object.keys(measures),
    counts: counted.map(([id]) => id),
    kpis: Object.keys(kpis),
    lines: lines.flatMap((line) => (line.model === 'gate' ? [] : [line.id])),
    adjustments: adjustments.flatMap(({ kind, id }) => (kind === 'kpi' ? [id] : [])),
    windows,
    fcr: Object.entries(kpis).flatMap(([id, { type }]) =>
      type === 'fcrPerContact' || type === 'fcrPerIssue' ? [id] : [],
    ),
  };
}

function doubleIds(terms: WrittenTerms): Fault[] {
  const places: [string, Path][] = [
    ...Object.keys(terms.measures).map((id): [string, Path] => [id, ['measures', id]]),
    ...Object.keys(terms.kpis).map((id): [string, Path] => [id, ['kpis', id]]),
    ...(['lines', 'adjustments', 'corridors', 'waivers'] as const).flatMap((section) =>
      terms[section].map(({ id }, index): [string, Path] => [id, [section, index, 'id']]),
    ),
  ];
  const first = new Map<string, Path>();
  return places.flatMap(([id, path]) => {
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, path);
      return [];
    }
    return [fault(path, `'${id}' is the id of ${other.join('.')} as well: ids are unique in a contract`)];
  });
}

function lineFaults(line: WrittenLine, path: Path, terms: WrittenTerms, names: Names): Fault[] {
  if (line.model === 'gate') {
    return [
      ...known(line.line, names.lines, 'line', [...path, 'line']),
      ...gateFaults(line.payIf, [...path, 'payIf'], names),
    ];
  }
  const gate = line.payIf === null ? [] : gateFaults(line.payIf, [...path, 'payIf'], names);
  switch (line.model) {
    case 'time':
      return [...gate, ...measureOf(line.measure, ['time', 'seats'], path, terms, names)];
    case 'perUnit':
    case 'outcome':
      return [
        ...gate,
        ...measureOf(line.measure, ['contacts', 'events', 'resolved'], path, terms, names),
        ...maturityFaults(line, path, terms),
      ];
    case 'passThrough':
      return [...gate, ...measureOf(line.measure, ['eventSum'], path, terms, names)];
    case 'fixed':
      return [
        ...gate,
        ...known(line.includes?.measure ?? null, names.counts, 'count', [...path, 'includes', 'measure']),
      ];
    case 'gainShare':
      return [
        ...gate,
        ...known(line.kpi, names.kpis, 'KPI', [...path, 'kpi']),
        ...line.guards.flatMap((guard, index) => gateFaults(guard, [...path, 'guards', index], names)),
      ];
    case 'oneOff':
      return gate;
  }
}

function maturityFaults(
  line: Extract<WrittenLine, { measure: string; above: number }>,
  path: Path,
  terms: WrittenTerms,
): Fault[] {
  if (line.settleAfter !== 'maturity' || terms.measures[line.measure]?.kind === 'resolved') return [];
  return [
    fault(
      [...path, 'settleAfter'],
      `maturity is for measures of kind resolved; ${line.measure} is final at the close`,
    ),
  ];
}

function measureOf(
  id: string,
  kinds: readonly Measure['kind'][],
  path: Path,
  terms: WrittenTerms,
  names: Names,
): Fault[] {
  const at = [...path, 'measure'];
  const measure = terms.measures[id];
  if (measure === undefined) return known(id, names.measures, 'measure', at);
  if (kinds.includes(measure.kind)) return [];
  return [fault(at, `'${id}' is a measure of kind ${measure.kind} (allowed here: ${kinds.join(', ')})`)];
}

function gateFaults(gate: Gate, path: Path, names: Names): Fault[] {
  return known(gate.kpi, names.kpis, 'KPI', [...path, 'kpi']);
}

function measureFaults(measure: Measure, path: Path, names: Names): Fault[] {
  switch (measure.kind) {
    case 'time':
      return known(measure.averageCap?.measure ?? null, names.counts, 'count', [
        ...path,
        'averageCap',
        'measure',
      ]);
    case 'resolved':
      return known(measure.kpi, names.fcr, 'KPI of first-contact resolution', [...path, 'kpi']);
    case 'contacts':
    case 'events':
    case 'eventSum':
    case 'seats':
      return [];
  }
}

function kpiFaults(kpi: Kpi, path: Path): Fault[] {
  if (kpi.type !== 'topBox' && kpi.type !== 'meanScore') return [];
  const [low, high] = kpi.scale;
  if (low === undefined || high === undefined || low >= high) {
    return [fault([...path, 'scale'], `${JSON.stringify(kpi.scale)} must rise, such as [1, 5]`)];
  }
  const outside = kpi.type === 'topBox' ? kpi.boxes.filter((box) => box < low || box > high) : [];
  return outside.map((box) => fault([...path, 'boxes'], `box ${box} is not on the scale ${low} to ${high}`));
}

function limitFaults(limits: Limits | null): Fault[] {
  if (limits === null || limits.monthlyMin === null || limits.monthlyMax === null) return [];
  if (Number(limits.monthlyMin) <= Number(limits.monthlyMax)) return [];
  return [
    fault(['limits', 'monthlyMax'], `${limits.monthlyMax} must not be below monthlyMin ${limits.monthlyMin}`),
  ];
}

/** EN 16931 BR-AE, BR-O, BR-E, BR-Z: no tax, and a reason unless the rate is plainly zero. */
function vatFaults(vat: Vat, path: Path): Fault[] {
  if (vat.category === 'S') {
    return Number(vat.rate) > 0
      ? []
      : [fault([...path, 'rate'], `${vat.rate} must be above 0 in category S`)];
  }
  const rate =
    Number(vat.rate) === 0
      ? []
      : [fault([...path, 'rate'], `${vat.rate} must be "0" in category ${vat.category}`)];
  const reason =
    vat.category === 'Z' || vat.reason !== null
      ? []
      : [fault([...path, 'reason'], `is missing: category ${vat.category} needs one`)];
  return [...rate, ...reason];
}
