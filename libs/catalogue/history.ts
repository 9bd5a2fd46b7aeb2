import type { Contract } from '#domain/contract/contract.js';
import type { RateConditions } from '#domain/contract/line.js';
import { type Edit, editsSince, firstOpenPeriod } from '#domain/restatement/edits.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { Agent, Catalogue } from './catalogue.js';
import { fault, type Fault, type FileFault } from './fault.js';

/** The closed periods of a contract, and the catalogue under which the latest of them was closed. */
export interface ClosedContract {
  readonly contract: string;
  readonly closed: readonly Period[];
  readonly catalogue: Catalogue;
}

/**
 * What a catalogue changes in place though closed periods were priced by it; each with what to write instead.
 */
export function historyFaults(catalogue: Catalogue, closed: readonly ClosedContract[]): FileFault[] {
  const faults = closed.flatMap((each) => [
    ...contractHistoryFaults(catalogue, each),
    ...agentHistoryFaults(catalogue, each),
  ]);
  const unique = new Map(faults.map((each) => [`${each.path}\n${each.message}`, each]));
  return [...unique.values()].map((each) => ({ ...each, file: 'catalogue', line: null }));
}

function contractHistoryFaults(
  catalogue: Catalogue,
  { contract: id, closed, catalogue: then }: ClosedContract,
): Fault[] {
  const [before, after] = [contractIn(then, id), contractIn(catalogue, id)];
  if (before === null || after === null) return [];
  return editsSince(before, after, closed).map((edit) =>
    fault('edited-after-close', ['contracts', id, edit.path], editText(edit, before, closed)),
  );
}

function contractIn({ contracts }: Catalogue, id: string): Contract | null {
  return contracts.find((each) => each.id === id) ?? null;
}

function editText({ path, was, is, by }: Edit, contract: Contract, closed: readonly Period[]): string {
  const { open, last, day } = openOf(contract, closed);
  const changed = `${was === null ? 'was not there' : `was ${quoted(was)}`} and ${is === null ? 'is gone' : `is ${quoted(is)}`}`;
  const why = `${changed}, but ${last} is closed and was priced by it: restore it`;
  if (by === 'head') {
    return `${why}; to change it, end this contract before ${open} (term.lastDay) and write another from then on`;
  }
  if (is === null || path.startsWith('calendarRules.') || path === 'amendments') {
    return `${why} and write an amendment that holds from ${day} on`;
  }
  const amendment = `{ effective: ${day}, reason: ..., set: { '${path}': ${quoted(is)} } }`;
  return `${why} and write under amendments: ${amendment}`;
}

/** The first period that is open, its first day, and the one before it. */
function openOf(
  contract: Contract,
  closed: readonly Period[],
): { readonly open: Period; readonly last: Period; readonly day: string } {
  const open = firstOpenPeriod(contract, closed);
  const { shift, firstDay } = periodsOf(contract);
  return { open, last: shift(open, -1), day: firstDay(open) };
}

function quoted(value: string): string {
  return `'${value}'`;
}

const attributes = ['kind', 'grade', 'site', 'country', 'skills', 'languages'] as const;
type Attribute = (typeof attributes)[number];

const conditionOf: Readonly<Record<Attribute, keyof RateConditions>> = {
  kind: 'kinds',
  grade: 'grades',
  site: 'sites',
  country: 'countries',
  skills: 'skills',
  languages: 'languages',
};

/** Attributes of agents that a closed contract prices by: they change from a day on, never backwards. */
function agentHistoryFaults(
  catalogue: Catalogue,
  { contract: id, closed, catalogue: then }: ClosedContract,
): Fault[] {
  const contract = contractIn(then, id);
  if (contract === null) return [];
  const pricedBy = attributes.filter((attribute) => pricesBy(contract, conditionOf[attribute]));
  if (pricedBy.length === 0) return [];
  const { last, day } = openOf(contract, closed);
  const agents = new Map(catalogue.agents.map((agent) => [agent.code, agent]));
  return then.agents.flatMap((before) => {
    const after = agents.get(before.code);
    if (after === undefined) return [];
    return pricedBy.flatMap((attribute) => {
      const edited = editedAttribute(before, after, attribute, day);
      if (edited === null) return [];
      const [was, is] = edited;
      const message =
        `was ${was} and is ${is}, but ${id} prices by it and ${last} is closed: restore it and ` +
        `write under changes: { from: ${day}, ${attribute}: ${is} }`;
      return [fault('edited-after-close', ['agents', before.code, attribute], message)];
    });
  });
}

/** What was recorded, at the beginning and from each day on, before `open`; null: it is all there still. */
function editedAttribute(
  before: Agent,
  after: Agent,
  attribute: Attribute,
  open: string,
): [string, string] | null {
  const text = (value: unknown): string => JSON.stringify(value ?? null);
  if (text(before[attribute]) !== text(after[attribute]))
    return [text(before[attribute]), text(after[attribute])];
  for (const change of before.changes ?? []) {
    if (change.from >= open || !(attribute in change)) continue;
    const same = after.changes?.find(({ from }) => from === change.from);
    if (same === undefined || text(same[attribute]) !== text(change[attribute])) {
      return [`${text(change[attribute])} from ${change.from} on`, text(same?.[attribute])];
    }
  }
  return null;
}

function pricesBy({ versions }: Contract, condition: keyof RateConditions): boolean {
  const all = versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
  return all.some(({ lines }) =>
    lines.some((line) => 'rates' in line && line.rates.some(({ when }) => when[condition] !== null)),
  );
}
