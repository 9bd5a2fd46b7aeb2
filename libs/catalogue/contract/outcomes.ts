import type { Contract, Terms } from '#domain/contract/contract.js';
import type { OutcomeMention } from '#domain/kpi/kpi-module.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import { type OutcomeDefinition, type OutcomeFields, outcomeFields } from '#domain/outcome/fields.js';
import type { DraftPart } from '../draft.js';
import type { FileFault, Path } from '../fault.js';
import type { FaultCode } from '../fault-codes.js';
import { allowedWords, suggestion } from '../nearest.js';
import { faultAt } from '../source.js';
import { measureOutcomes } from './measures.js';

/** Contracts that read outcomes which are not defined, or a number that the outcome does not have. */
export function contractOutcomeFaults(
  contracts: readonly DraftPart<Contract>[],
  outcomes: readonly DraftPart<OutcomeDefinition>[],
): FileFault[] {
  if (outcomes.some(({ value }) => value === null)) return []; // their own faults come first
  const known = outcomeFields(outcomes.flatMap(({ value }) => value ?? []));
  return contracts.flatMap(({ value: contract, place }) => {
    if (contract === null) return [];
    return mentionsIn(contract).flatMap(({ name, field, path }) => {
      const found = faultOf(name, field, known);
      return found === null ? [] : [faultAt(place, found.code, found.message, path)];
    });
  });
}

function faultOf(
  name: string,
  field: string | null,
  known: ReadonlyMap<string, OutcomeFields>,
): { readonly code: FaultCode; readonly message: string } | null {
  const names = [...known.keys()];
  const fields = known.get(name);
  if (fields === undefined) {
    const message = `there is no outcome '${name}'${suggestion(name, names)}: define it under outcomes`;
    return { code: 'unknown-outcome', message: `${message} ${allowedWords(names)}` };
  }
  if (field === null) return null;
  const numbers = Object.keys(fields).filter((key) => isNumber(fields[key]?.type));
  if (numbers.includes(field)) return null;
  const message = `${name} has no number '${field}'${suggestion(field, numbers)}: define it under outcomes`;
  return { code: 'unknown-field', message: `${message} ${allowedWords(numbers)}` };
}

function isNumber(type: OutcomeFields[string]['type'] | undefined): boolean {
  return (
    type === 'decimal' || type === 'quantity' || type === 'integer' || type === 'count' || type === 'number'
  );
}

/** Every outcome that any version or window of the contract reads, each once. */
function mentionsIn({ versions }: Contract): OutcomeMention[] {
  const all = versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
  const found = all.flatMap(inTerms).map((mention) => [JSON.stringify(mention), mention] as const);
  return [...new Map(found).values()];
}

/** Of terms that an amendment or calendar rule sets, the path is that of what they amend. */
function inTerms({ measures, kpis }: Terms): OutcomeMention[] {
  const below = (mentions: readonly OutcomeMention[], at: Path): OutcomeMention[] =>
    mentions.map((mention) => ({ ...mention, path: [...at, ...mention.path] }));
  return [
    ...Object.entries(measures).flatMap(([id, each]) => below(measureOutcomes(each), ['measures', id])),
    ...Object.entries(kpis).flatMap(([id, kpi]) => below(kpiModule(kpi).mentions?.(kpi) ?? [], ['kpis', id])),
  ];
}
