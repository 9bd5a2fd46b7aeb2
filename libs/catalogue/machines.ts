import type { Machines } from '#domain/scope/work-scope.js';
import type { Connection } from './catalogue.js';
import { type IdRange, idRange, isInRange } from './id-range.js';

/** The machines of all connections; null: there are none. */
export function machinesOf(connections: readonly Connection[]): Machines | null {
  const declared = connections.flatMap(({ id, machines }) =>
    machines === undefined ? [] : [{ id, ...machines }],
  );
  if (declared.length === 0) return null;
  return {
    isAgent: idTest(declared.map(({ id, agents }) => [id, agents] as const)),
    isQueue: idTest(declared.map(({ id, queues }) => [id, queues] as const)),
  };
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
