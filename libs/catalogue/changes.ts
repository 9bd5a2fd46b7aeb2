import type { Catalogue, ProgrammeQueue } from './catalogue.js';

export type CataloguePart =
  'tenant' | 'connection' | 'programme' | 'queue' | 'agent' | 'outcome' | 'contract' | 'confirmed';

/** What differs in one part of the catalogue: a contract, an agent, a queue of a programme, ... */
export interface CatalogueChange {
  readonly part: CataloguePart;
  /** Of a queue: `<programme>/<connection>:<native>`, with `@<instant>` where the mapping begins at one. */
  readonly id: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Of a part that has changed; else empty. */
  readonly fields: readonly FieldChange[];
}

/** Values as JSON has them; undefined: the field is not there. */
export interface FieldChange {
  /**
   * Such as `versions[0].terms.lines[talk].price`; members of a list are named by their id where they have
   * one.
   */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What putting `after` in force in the place of `before` changes, part by part; `before` null: all is new.
 */
export function catalogueChanges(before: Catalogue | null, after: Catalogue): CatalogueChange[] {
  const old = before === null ? new Map<string, Part>() : partsOf(before);
  const present = partsOf(after);
  const names = [...new Set([...old.keys(), ...present.keys()])];
  return names.flatMap((name): CatalogueChange[] => {
    const [was, is] = [old.get(name), present.get(name)];
    const either = is ?? was;
    if (either === undefined) return [];
    const { part, id } = either;
    if (was === undefined) return [{ part, id, kind: 'added', fields: [] }];
    if (is === undefined) return [{ part, id, kind: 'removed', fields: [] }];
    const fields = fieldChanges(was.value, is.value, '');
    return fields.length === 0 ? [] : [{ part, id, kind: 'changed', fields }];
  });
}

interface Part {
  readonly part: CataloguePart;
  readonly id: string;
  readonly value: unknown;
}

function partsOf({
  tenant,
  connections,
  programmes,
  agents,
  outcomes,
  contracts,
  confirmed = [],
}: Catalogue): Map<string, Part> {
  const parts: Part[] = [
    { part: 'tenant', id: tenant, value: {} },
    ...connections.map((value): Part => ({ part: 'connection', id: value.id, value })),
    ...programmes.flatMap(({ queues, ...value }): Part[] => [
      { part: 'programme', id: value.id, value },
      ...queues.map((queue): Part => ({ part: 'queue', id: queueId(value.id, queue), value: queue })),
    ]),
    ...agents.map((value): Part => ({ part: 'agent', id: value.code, value })),
    ...outcomes.map((value): Part => ({ part: 'outcome', id: value.name, value })),
    ...contracts.map((value): Part => ({ part: 'contract', id: value.id, value })),
    ...confirmed.map((value): Part => ({ part: 'confirmed', id: `${value.work}/${value.limit}`, value })),
  ];
  return new Map(parts.map((each) => [`${each.part} ${each.id}`, each]));
}

function queueId(programme: string, { connection, native, from }: ProgrammeQueue): string {
  const since = from === null ? '' : `@${new Date(from).toISOString()}`;
  return `${programme}/${connection}:${native}${since}`;
}

function fieldChanges(before: unknown, after: unknown, path: string): FieldChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [was, is] = [membersOf(before), membersOf(after)];
  if (was === null || is === null) return [{ path, before, after }];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const inside = name.startsWith('[') || path === '' ? `${path}${name}` : `${path}.${name}`;
    return fieldChanges(was.get(name), is.get(name), inside);
  });
}

/** Members by name; null: a value without any, or a list of plain values, which is shown as a whole. */
function membersOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const items: unknown[] = value;
  if (!items.every((item) => typeof item === 'object' && item !== null)) return null;
  const ids = items.map((item) => ('id' in item && typeof item.id === 'string' ? item.id : null));
  const named = ids.every((id) => id !== null) && new Set(ids).size === ids.length;
  return new Map(items.map((item, index) => [`[${named ? ids[index] : index}]`, item]));
}
