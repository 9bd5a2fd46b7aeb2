import { activityRecorded, outcomeFields } from '#domain/outcome/fields.js';
import type { Agent, Connection, Programme } from './catalogue.js';
import { contractOutcomeFaults } from './contract/outcomes.js';
import { contractScopeFaults } from './contract/scope.js';
import type { CatalogueDraft, DraftPart } from './draft.js';
import { fileFault, type FileFault } from './fault.js';
import type { FaultCode } from './fault-codes.js';
import { INSTANT_FORMS, instantMs } from './instant.js';
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
    ...stateFaults(draft.connections),
    ...reportFaults(draft),
    ...unknownAgents(draft.programmes, knownIds(draft.agents)),
    ...assignmentFaults(draft.programmes),
    ...agentIdFaults(draft.agents),
    ...agentChangeFaults(draft.agents, draft.connections),
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

/** Something that holds for a while, where it was written. */
interface Mapping {
  readonly span: { readonly from: number | null; readonly to: number | null };
  /** What it is mapped to, in words. */
  readonly to: string;
  readonly place: SourceLocation;
}

/** One queue may move from programme to programme but is never in two at once, nor twice in one. */
function queueFaults(programmes: readonly DraftPart<Programme>[]): FileFault[] {
  const mappings = programmes.flatMap(({ value, place }) =>
    (value?.queues ?? []).map((queue, index): [string, Mapping] => [
      `${queue.connection}:${queue.native}`,
      { span: queue, to: `programme '${value?.id ?? ''}'`, place: at(place, 'queues', index) },
    ]),
  );
  return overlaps(mappings, 'queue-mapped-twice', (id) => `queue ${id} is in`);
}

/** A code of an account means one thing at a time. */
function stateFaults(connections: readonly DraftPart<Connection>[]): FileFault[] {
  const mappings = connections.flatMap(({ value, place }) =>
    (value?.states ?? []).map((state, index): [string, Mapping] => [
      `${value?.id ?? ''}:${state.code}${state.reason === null ? '' : `/${state.reason}`}`,
      { span: state, to: `state ${state.state}`, place: at(place, 'states', index) },
    ]),
  );
  return overlaps(mappings, 'state-mapped-twice', (id) => `code ${id} is mapped to`);
}

/** A sender is limited to programmes and outcomes that are there. */
function reportFaults({ connections, programmes, outcomes }: CatalogueDraft): FileFault[] {
  const names = new Set([
    ...outcomeFields(outcomes.flatMap(({ value }) => value ?? [])).keys(),
    activityRecorded,
  ]);
  const known = [
    ['programmes', 'unknown-programme', 'programme', knownIds(programmes)],
    ['outcomes', 'unknown-outcome', 'outcome', names],
  ] as const;
  return connections.flatMap(({ value, place }) =>
    known.flatMap(([key, code, kind, ids]) =>
      (value?.mayReport?.[key] ?? []).flatMap((id, index) => {
        if (ids.has(id)) return [];
        return [faultAt(place, code, unknownReference(kind, id, ids), ['mayReport', key, index])];
      }),
    ),
  );
}

/** An agent may move from programme to programme, but a second of theirs beside contacts belongs to one. */
function assignmentFaults(programmes: readonly DraftPart<Programme>[]): FileFault[] {
  const mappings = programmes.flatMap(({ value, place }) =>
    (value?.agents ?? []).map((agent, index): [string, Mapping] => [
      agent.code,
      { span: agent, to: `programme '${value?.id ?? ''}'`, place: at(place, 'agents', index) },
    ]),
  );
  return overlaps(mappings, 'agent-assigned-twice', (code) => `agent ${code} works for`);
}

function unknownAgents(programmes: readonly DraftPart<Programme>[], known: ReadonlySet<string>): FileFault[] {
  return programmes.flatMap(({ written, place }) =>
    itemsAt(written, 'agents').flatMap((item, index) => {
      const code = textAt(item, 'code');
      if (code === null || known.has(code)) return [];
      return [
        faultAt(place, 'unknown-agent', unknownReference('agent', code, known), ['agents', index, 'code']),
      ];
    }),
  );
}

function at(place: SourceLocation, key: string, index: number): SourceLocation {
  return { ...place, path: [...place.path, key, index] };
}

function overlaps(
  mappings: readonly [string, Mapping][],
  code: FaultCode,
  says: (key: string) => string,
): FileFault[] {
  return [...grouped(mappings)].flatMap(([key, group]) => overlapsOf(group, code, says(key)));
}

function overlapsOf(group: readonly Mapping[], code: FaultCode, says: string): FileFault[] {
  const [first, ...later] = group.toSorted(
    (a, b) => (a.span.from ?? -Infinity) - (b.span.from ?? -Infinity) || 0,
  );
  if (first === undefined) return [];
  let holder = first;
  return later.flatMap((mapping) => {
    const before = holder;
    if ((mapping.span.to ?? Infinity) > (before.span.to ?? Infinity)) holder = mapping;
    if ((before.span.to ?? Infinity) <= (mapping.span.from ?? -Infinity)) return [];
    const message = `${says} ${before.to} in ${whereOf(before.place)} at the same time: end one with \`to\` before the other`;
    return [faultAt(mapping.place, code, message)];
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

/** Moments must exist on the clock of every connection under which the agent works, each once. */
function agentChangeFaults(
  agents: readonly DraftPart<Agent>[],
  connections: readonly DraftPart<Connection>[],
): FileFault[] {
  const zones = new Map(
    connections.flatMap(({ value }) => (value === null ? [] : [[value.id, value.timeZone]])),
  );
  return agents.flatMap(({ value, place }) => {
    const own = new Set((value?.ids ?? []).flatMap(({ connection }) => zones.get(connection) ?? []));
    return (value?.changes ?? []).flatMap(({ from }, index, changes) => {
      const at = ['changes', index, 'from'];
      const zone = [...own].find((each) => instantMs(from, each) === null);
      if (zone !== undefined) {
        const message = `'${from}' is no moment in ${zone} (allowed: ${INSTANT_FORMS})`;
        return [faultAt(place, 'malformed-instant', message, at)];
      }
      if (changes.findIndex((other) => other.from === from) === index) return [];
      return [faultAt(place, 'duplicate-instant', `${from} is there twice: write one change for it`, at)];
    });
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
