import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import type { Measure } from '#domain/contract/measure.js';
import { type OutcomeDefinition, type OutcomeFields, outcomeFields } from '#domain/outcome/fields.js';
import type { Written } from '../draft.js';
import type { CatalogueFault, Path } from '../fault.js';
import { faultAt } from '../issue.js';
import { allowedWords, suggestion } from '../nearest.js';

/** Contracts that read outcomes which nobody can tell, or a number of theirs that they do not have. */
export function contractOutcomeFaults(
  contracts: readonly Written<Contract>[],
  outcomes: readonly Written<OutcomeDefinition>[],
): CatalogueFault[] {
  if (outcomes.some(({ value }) => value === null)) return []; // their own faults come first
  const known = outcomeFields(outcomes.flatMap(({ value }) => value ?? []));
  return contracts.flatMap(({ value: contract, place }) => {
    if (contract === null) return [];
    return mentions(contract).flatMap(({ name, field, path }) => {
      const message = faultOf(name, field, known);
      return message === null ? [] : [faultAt(place, message, path)];
    });
  });
}

function faultOf(
  name: string,
  field: string | null,
  known: ReadonlyMap<string, OutcomeFields>,
): string | null {
  const names = [...known.keys()];
  const fields = known.get(name);
  if (fields === undefined) {
    const message = `there is no outcome '${name}'${suggestion(name, names)}: define it under outcomes`;
    return `${message} ${allowedWords(names)}`;
  }
  if (field === null) return null;
  const numbers = Object.keys(fields).filter((key) => isNumber(fields[key]?.type));
  if (numbers.includes(field)) return null;
  const message = `${name} has no number '${field}'${suggestion(field, numbers)}: define it under outcomes`;
  return `${message} ${allowedWords(numbers)}`;
}

function isNumber(type: OutcomeFields[string]['type'] | undefined): boolean {
  return type === 'decimal' || type === 'integer' || type === 'count' || type === 'number';
}

interface Mention {
  readonly name: string;
  /** Summed or averaged, so it must be a number; null: only the event matters. */
  readonly field: string | null;
  readonly path: Path;
}

/** Every outcome that any version or window of the contract reads, each once. */
function mentions({ versions }: Contract): Mention[] {
  const all = versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
  const found = all.flatMap(inTerms).map((mention) => [JSON.stringify(mention), mention] as const);
  return [...new Map(found).values()];
}

/** Where amendments and calendar rules say it, the path is that of what they amend. */
function inTerms({ measures, kpis }: Terms): Mention[] {
  return [
    ...Object.entries(measures).flatMap(([id, measure]) => inMeasure(measure, ['measures', id])),
    ...Object.entries(kpis).flatMap(([id, kpi]) => inKpi(kpi, ['kpis', id])),
  ];
}

function inMeasure(measure: Measure, at: Path): Mention[] {
  if (measure.kind === 'events') {
    const { name, within, unless } = measure;
    const from = within === null ? [] : [only(within.from, [...at, 'within', 'from'])];
    return [only(name, [...at, 'name']), ...from, ...each(unless, [...at, 'unless'])];
  }
  if (measure.kind !== 'eventSum') return [];
  const { name, field, unless } = measure;
  return [
    only(name, [...at, 'name']),
    { name, field, path: [...at, 'field'] },
    ...each(unless, [...at, 'unless']),
  ];
}

function inKpi(kpi: Kpi, at: Path): Mention[] {
  const mentions = kpiModule(kpi).mentions?.(kpi) ?? [];
  return mentions.map((mention) => ({ ...mention, path: [...at, ...mention.path] }));
}

function only(name: string, path: Path): Mention {
  return { name, field: null, path };
}

function each(names: readonly string[], path: Path): Mention[] {
  return names.map((name, index) => only(name, [...path, index]));
}
