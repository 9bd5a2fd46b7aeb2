import type { Agent, Programme, ProgrammeQueue } from './catalogue.js';
import { contractOutcomeFaults } from './contract/outcomes.js';
import { contractScopeFaults } from './contract/scope.js';
import type { CatalogueDraft, DraftPart } from './draft.js';
import { fileFault, type FileFault } from './fault.js';
import { allowedWords, suggestion } from './nearest.js';
import { faultAt, type SourceLocation } from './source.js';

/** What is wrong between the parts: missing or double tenants and ids, dangling references, double claims. */
export function consistencyFaults(draft: CatalogueDraft): FileFault[] {
  const connections = knownIds(draft.connections);
  return [
    ...tenantFaults(draft.tenants),
    ...duplicates(draft.connections, 'connection', 'id'),
    ...duplicates(draft.programmes, 'programme', 'id'),
    ...duplicates(draft.agents, 'agent', 'code'),
    ...duplicates(draft.outcomes, 'outcome', 'name'),
    ...duplicates(draft.contracts, 'contract', 'id'),
    ...draft.programmes.flatMap((programme) => unknownConnections(programme, 'queues', connections)),
    ...draft.agents.flatMap((agent) => unknownConnections(agent, 'ids', connections)),
    ...queueFaults(draft.programmes),
    ...agentIdFaults(draft.agents),
    ...contractScopeFaults(draft.contracts, draft.programmes),
    ...contractOutcomeFaults(draft.contracts, draft.outcomes),
  ];
}

function tenantFaults([first, ...others]: readonly DraftPart<string>[]): FileFault[] {
  if (first !== undefined) {
    return others.map(({ place }) =>
      faultAt(place, 'duplicate-tenant', `is written more than once: first in ${whereOf(first.place)}`),
    );
  }
  const message = 'is missing: one file must say whose centre this is, e.g. `tenant: acme`';
  return [{ ...fileFault('missing', '(no file)', message), path: 'tenant' }];
}

function duplicates(parts: readonly DraftPart<unknown>[], kind: string, key: string): FileFault[] {
  const first = new Map<string, SourceLocation>();
  return parts.flatMap(({ id, place }) => {
    if (id === null) return [];
    const holder = first.get(id);
    if (holder !== undefined) {
      const message = `${kind} '${id}' is there already: ${whereOf(holder)}`;
      return [faultAt(place, 'duplicate-id', message, [key])];
    }
    first.set(id, place);
    return [];
  });
}

/** Read from what was written, so that other faults of the same part do not hide these. */
function unknownConnections(
  { written, place }: DraftPart<unknown>,
  key: 'queues' | 'ids',
  known: ReadonlySet<string>,
): FileFault[] {
  return itemsAt(written, key).flatMap((item, index) => {
    const connection = textAt(item, 'connection');
    if (connection === null || known.has(connection)) return [];
    const message = unknownReference('connection', connection, known);
    return [faultAt(place, 'unknown-connection', message, [key, index, 'connection'])];
  });
}

function itemsAt(written: unknown, key: string): readonly unknown[] {
  const items = (written as Readonly<Record<string, unknown>> | null)?.[key];
  return Array.isArray(items) ? items : [];
}

function textAt(written: unknown, key: string): string | null {
  const text = (written as Readonly<Record<string, unknown>> | null)?.[key];
  return typeof text === 'string' ? text : null;
}

interface Mapping {
  readonly queue: ProgrammeQueue;
  readonly programme: string;
  readonly place: SourceLocation;
}

/** One queue may move from programme to programme but is never in two at once, nor twice in one. */
function queueFaults(programmes: readonly DraftPart<Programme>[]): FileFault[] {
  const mappings = programmes.flatMap(({ value, place }) => {
    return (value?.queues ?? []).map((queue, index): [string, Mapping] => [
      `${queue.connection}:${queue.native}`,
      { queue, programme: value?.id ?? '', place: { ...place, path: [...place.path, 'queues', index] } },
    ]);
  });
  return [...grouped(mappings)].flatMap(([id, group]) => overlaps(id, group));
}

function overlaps(id: string, group: readonly Mapping[]): FileFault[] {
  const [first, ...later] = group.toSorted(
    (a, b) => (a.queue.from ?? -Infinity) - (b.queue.from ?? -Infinity) || 0,
  );
  if (first === undefined) return [];
  let holder = first;
  return later.flatMap((mapping) => {
    const before = holder;
    if ((mapping.queue.to ?? Infinity) > (before.queue.to ?? Infinity)) holder = mapping;
    if ((before.queue.to ?? Infinity) <= (mapping.queue.from ?? -Infinity)) return [];
    const other = `programme '${before.programme}' in ${whereOf(before.place)}`;
    return [
      faultAt(
        mapping.place,
        'queue-mapped-twice',
        `queue ${id} is in ${other} at the same time: end one with \`to\` before the other`,
      ),
    ];
  });
}

function agentIdFaults(agents: readonly DraftPart<Agent>[]): FileFault[] {
  const claims = agents.flatMap(({ value, place }) => {
    return (value?.ids ?? []).map(({ connection, native }, index): [string, SourceLocation] => [
      `${connection}:${native}`,
      { ...place, path: [...place.path, 'ids', index] },
    ]);
  });
  return [...grouped(claims)].flatMap(([id, [first, ...others]]) => {
    if (first === undefined) return [];
    return others.map((place) =>
      faultAt(
        place,
        'agent-id-claimed-twice',
        `${id} is claimed in ${whereOf(first)} already: one id, one agent`,
      ),
    );
  });
}

function knownIds(parts: readonly DraftPart<unknown>[]): ReadonlySet<string> {
  return new Set(parts.flatMap(({ id }) => (id === null ? [] : [id])));
}

function unknownReference(kind: string, written: string, known: ReadonlySet<string>): string {
  return `there is no ${kind} '${written}'${suggestion(written, [...known])} ${allowedWords([...known])}`;
}

function whereOf({ document, path }: SourceLocation): string {
  return `${document.file}:${document.lineOf(path)}`;
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, item] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
