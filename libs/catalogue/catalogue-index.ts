import type { Contract } from '#domain/contract/contract.js';
import { platformState } from '#domain/timeline/platform-states.js';
import type { StateMeaning } from '#domain/activity/activity.js';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { QueueAssignment } from '#domain/scope/work-scope.js';
import type { LiveScope, ProgrammeRules } from '#domain/live/live-scope.js';
import { agreedResolutions } from '#domain/metering/resolving.js';
import type { Agent, Catalogue, Connection, Programme } from './catalogue.js';
import { durationMs } from './duration.js';
import { instantMs } from './instant.js';
import { machinesOf } from './machines.js';
import { plausibilityOf } from './plausibility.js';

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
  agent(agentId: string, at: number): Agent | null;
  /** By id; empty for a programme without contracts. */
  contractsOf(programmeId: string): readonly Contract[];
}

/** What holds in `[from, to)`; made once, so that a look-up allocates nothing. */
interface Span<T> {
  readonly from: number;
  readonly to: number;
  readonly value: T;
}

type Spans<T> = ReadonlyMap<string, readonly Span<T>[]>;

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
  const agreed = agreedResolutions(catalogue.contracts);
  const rules = new Map(
    catalogue.programmes.map((programme) => [programme.id, rulesOf(programme, agreed.get(programme.id))]),
  );
  const agents = agentsById(catalogue.agents, connections);
  const queues = spansByKey(queueSpans(catalogue.programmes));
  const assigned = spansByKey(agentSpans(catalogue));
  const states = spansByKey(stateSpans(catalogue.connections));

  const kindAt = (agentId: string, at: number): AgentKind | undefined => agentAt(agents, agentId, at)?.kind;
  const machines = machinesOf(catalogue, kindAt);
  const plausibility = plausibilityOf(catalogue);

  return {
    catalogue,
    ...(machines !== null && { machines }),
    ...(plausibility !== null && { plausibility }),
    connection: (id) => connections.get(id) ?? null,
    programme: (id) => programmes.get(id) ?? null,
    contract: (id) => contracts.get(id) ?? null,
    contractsOf: (programmeId) => contractsOf.get(programmeId) ?? NO_CONTRACTS,
    assignmentOf: (queueId, at) => valueAt(queues, queueId, at),
    agentProgramme: (agentId, at) => valueAt(assigned, agentId, at),
    stateOf(connectionId, code, reason, at) {
      const own = reason === null ? null : valueAt(states, `${connectionId}:${code}/${reason}`, at);
      const platform = connections.get(connectionId)?.platform;
      if (own !== null || platform === undefined) return own;
      return valueAt(states, `${connectionId}:${code}`, at) ?? platformState(platform, code, reason);
    },
    hasProgramme: (programmeId) => programmes.has(programmeId),
    rules: (programmeId) => rules.get(programmeId) ?? UNMAPPED_RULES,
    agent: (agentId, at) => agentAt(agents, agentId, at),
    agentCode: (agentId) => agents.get(agentId)?.[0]?.agent.code ?? null,
  };
}

function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]));
}

function rulesOf(
  { thresholdsMs, fcr, agentTime }: Programme,
  resolutions: ProgrammeRules['resolutions'],
): ProgrammeRules {
  return {
    thresholdsMs,
    reason: fcr.reason,
    fcrWindowsMs: fcr.windows.map((iso) => durationMs(iso) ?? 0),
    agentTime,
    ...(resolutions !== undefined && { resolutions }),
  };
}

interface AgentSpan {
  readonly from: number;
  readonly agent: Agent;
}

function agentAt(
  agents: ReadonlyMap<string, readonly AgentSpan[]>,
  agentId: string,
  at: number,
): Agent | null {
  const found = agents.get(agentId);
  if (found === undefined) return null;
  for (let index = 0; index < found.length; index += 1) {
    const span = found[index];
    if (span !== undefined && at >= span.from) return span.agent;
  }
  return null;
}

/** By platform id, the latest attributes first; a moment is read by the clock of the id's connection. */
function agentsById(
  agents: readonly Agent[],
  connections: ReadonlyMap<string, Connection>,
): Map<string, readonly AgentSpan[]> {
  const claims = agents.flatMap((agent) => {
    return agent.ids.map(({ connection, native }) => {
      const zone = connections.get(connection)?.timeZone ?? 'UTC';
      return [`${connection}:${native}`, attributeSpans(agent, zone)] as const;
    });
  });
  return new Map(claims);
}

function attributeSpans(agent: Agent, zone: string): readonly AgentSpan[] {
  const spans: AgentSpan[] = [{ from: -Infinity, agent }];
  const changes = (agent.changes ?? []).map(({ from, ...change }) => ({
    from: momentOf(from, zone),
    change,
  }));
  for (const { from, change } of changes.toSorted((a, b) => a.from - b.from)) {
    const before = spans[0]?.agent ?? agent;
    spans.unshift({ from, agent: { ...before, ...change } });
  }
  return spans;
}

function momentOf(text: string, zone: string): number {
  const ms = instantMs(text, zone);
  if (ms === null) throw new Error(`'${text}' is no moment in ${zone}`);
  return ms;
}

function valueAt<T>(spans: Spans<T>, key: string, at: number): T | null {
  const found = spans.get(key);
  if (found === undefined) return null;
  for (let index = 0; index < found.length; index += 1) {
    const span = found[index];
    if (span !== undefined && at >= span.from && at < span.to) return span.value;
  }
  return null;
}

interface Limits {
  readonly from: number | null;
  readonly to: number | null;
}

function spanOf<T>({ from, to }: Limits, value: T): Span<T> {
  return { from: from ?? -Infinity, to: to ?? Infinity, value };
}

function queueSpans(programmes: readonly Programme[]): [string, Span<QueueAssignment>][] {
  return programmes.flatMap(({ id, queues }) =>
    queues.map((queue): [string, Span<QueueAssignment>] => [
      `${queue.connection}:${queue.native}`,
      spanOf(queue, { programme: id, queue: queue.name }),
    ]),
  );
}

/** Under every id of the agent, on whatever platform. */
function agentSpans({ programmes, agents }: Catalogue): [string, Span<string>][] {
  const idsOf = new Map(agents.map(({ code, ids }) => [code, ids]));
  return programmes.flatMap((programme) =>
    programme.agents.flatMap((agent) =>
      (idsOf.get(agent.code) ?? []).map(({ connection, native }): [string, Span<string>] => [
        `${connection}:${native}`,
        spanOf(agent, programme.id),
      ]),
    ),
  );
}

function stateSpans(connections: readonly Connection[]): [string, Span<StateMeaning>][] {
  return connections.flatMap(({ id, states }) =>
    states.map((mapping): [string, Span<StateMeaning>] => [
      `${id}:${mapping.code}${mapping.reason === null ? '' : `/${mapping.reason}`}`,
      spanOf(mapping, mapping.state),
    ]),
  );
}

/** The latest span of a key first: most postings are recent. */
function spansByKey<T>(spans: readonly [string, Span<T>][]): Spans<T> {
  const groups = Map.groupBy(spans, ([key]) => key);
  return new Map(
    [...groups].map(([key, group]) => [
      key,
      group.map(([, span]) => span).toSorted((a, b) => (a.from === b.from ? 0 : b.from - a.from)),
    ]),
  );
}
