import type { Contract } from '#domain/contract/contract.js';
import type { QueueAssignment } from '#domain/scope/work-scope.js';
import type { LiveScope, ProgrammeRules } from '#domain/live/live-scope.js';
import type { Agent, Catalogue, Connection, Programme } from './catalogue.js';
import { durationMs } from './duration.js';
import { machinesOf } from './machines.js';

/**
 * Look-ups on one catalogue, compiled once: for the live view, for contracts and for callers that need one of
 * its parts. Called several times for each posting, so each is one probe of a map by the whole id
 * (`<connection>:<native>`) and, for queues, a comparison of integers: nothing is allocated or cut up.
 */
export interface CatalogueIndex extends LiveScope {
  readonly catalogue: Catalogue;
  connection(id: string): Connection | null;
  programme(id: string): Programme | null;
  contract(id: string): Contract | null;
  agent(agentId: string): Agent | null;
  /** By id; empty for a programme without contracts. */
  contractsOf(programmeId: string): readonly Contract[];
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** Made once so that a look-up allocates nothing. */
  readonly assignment: QueueAssignment;
}

const NO_CONTRACTS: readonly Contract[] = [];
/** Unknown queues are tallied; no service level is promised for them. */
const UNMAPPED_RULES: ProgrammeRules = {
  thresholdsMs: [],
  reason: 'none',
  fcrWindowsMs: [],
  agentTime: 'split',
};

export function catalogueIndex(catalogue: Catalogue): CatalogueIndex {
  const connections = byKey(catalogue.connections, ({ id }) => id);
  const programmes = byKey(catalogue.programmes, ({ id }) => id);
  const contracts = byKey(catalogue.contracts, ({ id }) => id);
  const contractsOf = Map.groupBy(catalogue.contracts, ({ programme }) => programme);
  const rules = new Map(catalogue.programmes.map((programme) => [programme.id, rulesOf(programme)]));
  const agents = agentsById(catalogue.agents);
  const spans = spansByQueue(catalogue.programmes);

  const machines = machinesOf(catalogue.connections);

  return {
    catalogue,
    ...(machines !== null && { machines }),
    connection: (id) => connections.get(id) ?? null,
    programme: (id) => programmes.get(id) ?? null,
    contract: (id) => contracts.get(id) ?? null,
    contractsOf: (programmeId) => contractsOf.get(programmeId) ?? NO_CONTRACTS,
    assignmentOf(queueId, atMs) {
      const found = spans.get(queueId);
      if (found === undefined) return null;
      for (let index = 0; index < found.length; index += 1) {
        const span = found[index];
        if (span !== undefined && atMs >= span.from && atMs < span.to) return span.assignment;
      }
      return null;
    },
    hasProgramme: (programmeId) => programmes.has(programmeId),
    rules: (programmeId) => rules.get(programmeId) ?? UNMAPPED_RULES,
    agent: (agentId) => agents.get(agentId) ?? null,
    agentCode: (agentId) => agents.get(agentId)?.code ?? null,
  };
}

function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]));
}

function rulesOf({ thresholdsMs, fcr, agentTime }: Programme): ProgrammeRules {
  return {
    thresholdsMs,
    reason: fcr.reason,
    fcrWindowsMs: fcr.windows.map((iso) => durationMs(iso) ?? 0),
    agentTime,
  };
}

function agentsById(agents: readonly Agent[]): Map<string, Agent> {
  const claims = agents.flatMap((agent) => {
    return agent.ids.map(({ connection, native }) => [`${connection}:${native}`, agent] as const);
  });
  return new Map(claims);
}

/** The latest span of a queue first: most postings are recent. */
function spansByQueue(programmes: readonly Programme[]): ReadonlyMap<string, readonly Span[]> {
  const spans = programmes.flatMap((programme) => {
    return programme.queues.map((queue): [string, Span] => [
      `${queue.connection}:${queue.native}`,
      {
        from: queue.from ?? -Infinity,
        to: queue.to ?? Infinity,
        assignment: { programme: programme.id, queue: queue.name },
      },
    ]);
  });
  const groups = Map.groupBy(spans, ([id]) => id);
  return new Map(
    [...groups].map(([id, group]) => [
      id,
      group.map(([, span]) => span).toSorted((a, b) => (a.from === b.from ? 0 : b.from - a.from)),
    ]),
  );
}
