import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { Machines } from '#domain/scope/work-scope.js';
import type { Agent, Catalogue } from './catalogue.js';
import { type IdRange, idRange, isInRange } from './id-range.js';

/** The machines of all connections, and agents of that kind at an instant; null: there are none. */
export function machinesOf(
  { connections, agents }: Pick<Catalogue, 'connections' | 'agents'>,
  kindAt: (agent: string, at: number) => AgentKind | undefined,
): Machines | null {
  const declared = connections.flatMap(({ id, machines }) =>
    machines === undefined ? [] : [{ id, ...machines }],
  );
  const hasAgents = agents.some(isEverMachine);
  if (declared.length === 0 && !hasAgents) return null;
  const isDeclared = idTest(declared.map(({ id, agents: own }) => [id, own] as const));
  return {
    isAgent: (agent, at) => isDeclared(agent) || (hasAgents && kindAt(agent, at) === 'machine'),
    isQueue: idTest(declared.map(({ id, queues }) => [id, queues] as const)),
  };
}

/** Whether an agent is of kind `machine` at some instant. */
export function isEverMachine({ kind, changes = [] }: Agent): boolean {
  return kind === 'machine' || changes.some((change) => change.kind === 'machine');
}

/** Whether `<connection>:<native>` is one of them. */
function idTest(lists: readonly (readonly [string, readonly string[]])[]): (id: string) => boolean {
  const single = new Set<string>();
  const ranges = new Map<string, IdRange[]>();
  for (const [connection, natives] of lists) {
    for (const native of natives) {
      const range = idRange(native);
      if (range === null) single.add(`${connection}:${native}`);
      else ranges.set(connection, [...(ranges.get(connection) ?? []), range]);
    }
  }
  return (id) => {
    if (single.has(id)) return true;
    if (ranges.size === 0) return false;
    const colon = id.indexOf(':');
    const native = id.slice(colon + 1);
    return ranges.get(id.slice(0, colon))?.some((range) => isInRange(native, range)) ?? false;
  };
}
