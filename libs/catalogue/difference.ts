import type { Contract, Terms } from '#domain/contract/contract.js';
import { type TermsInForce, termsInForce } from '#domain/contract/terms-in-force.js';
import { takesUnitsInOrder } from '#domain/contract/volume-order.js';
import { unmapped } from '#domain/live/live-scope.js';
import { extentOf } from '#domain/metering/contract-index.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { worksOf } from '#domain/scope/plausible-work.js';
import { togetherLimits } from '#domain/scope/plausibility.js';
import { programmesOf, type WorkScope } from '#domain/scope/work-scope.js';
import { agreedResolutions } from '#domain/metering/resolving.js';
import { canonicalJson } from '#wire/canonical-json.js';
import type { Catalogue, Programme } from './catalogue.js';
import { isEverMachine } from './machines.js';

/**
 * What two catalogues count differently: all that can make a posting count otherwise under one than under the
 * other. A posting that none of it touches counts the same under both; `difference.property.spec.ts` holds it
 * to that. What only names or prices something is not in here, where counting does not read it. Ids of queues
 * and agents are `<connection>:<native>`.
 */
export interface CatalogueDifference {
  /** Queues that are mapped otherwise at some instant. */
  readonly queues: ReadonlySet<string>;
  /** Programmes whose rules of counting differ, or that only one of the two has. */
  readonly programmes: ReadonlySet<string>;
  /** Agents who work for another programme at some instant. */
  readonly assigned: ReadonlySet<string>;
  /** Agents of whom contracts know something else. */
  readonly agents: ReadonlySet<string>;
  /** Connections with other machines. */
  readonly machines: ReadonlySet<string>;
  /** Connections whose codes of agents' states mean something else. */
  readonly states: ReadonlySet<string>;
  /** Connections with other limits of what is plausible. */
  readonly limits: ReadonlySet<string>;
  /** Pieces of work that are confirmed otherwise. */
  readonly confirmed: ReadonlySet<string>;
  readonly contracts: ReadonlyMap<string, ContractDifference>;
  /**
   * Programmes to whose live sums any of this may matter, but for work that is unmapped and for outcomes of
   * another programme's queue (`withReported`).
   */
  readonly liveProgrammes: ReadonlySet<string>;
}

export interface ContractDifference {
  /** Of the contract, in either. */
  readonly programmes: readonly string[];
  /** First instant of work (ms) that counts otherwise; -Infinity: any. */
  readonly from: number;
}

export function catalogueDifference(before: Catalogue, after: Catalogue): CatalogueDifference {
  const both = [before, after] as const;
  const queues = differing(...both, mappings);
  const assigned = differing(...both, assignments);
  const machines = differing(...both, machinesByConnection);
  const states = differing(...both, statesByConnection);
  const limits = differing(...both, limitsByConnection);
  const confirmed = differing(...both, confirmedByWork);
  const programmes = differing(...both, ({ programmes: all, contracts }) => {
    const agreed = agreedResolutions(contracts);
    return byId(all, (programme) => ({
      ...rulesOf(programme),
      resolutions: agreed.get(programme.id) ?? null,
    }));
  });
  const concerned = both.flatMap((catalogue) =>
    programmesConcerned(catalogue, { queues, assigned, machines, states }),
  );
  return {
    queues,
    programmes,
    assigned,
    agents: differing(...both, attributes),
    machines,
    states,
    limits,
    confirmed,
    contracts: contractDifferences(before.contracts, after.contracts),
    // What was reported for a programme may come by any connection.
    liveProgrammes: new Set(
      limits.size + confirmed.size > 0
        ? both.flatMap((catalogue) => catalogue.programmes.map(({ id }) => id))
        : [...programmes, ...concerned],
    ),
  };
}

/**
 * The same, where it is known which programmes outcomes have reported beside a queue: what the queue is
 * called then matters to that programme, wherever the queue is mapped.
 */
export function withReported(
  difference: CatalogueDifference,
  reported: Iterable<readonly [programme: string, queue: string]>,
): CatalogueDifference {
  const { queues, liveProgrammes } = difference;
  const concerned = [...reported].filter(([, queue]) => queues.has(queue)).map(([programme]) => programme);
  return { ...difference, liveProgrammes: new Set([...liveProgrammes, ...concerned]) };
}

/** Whether live sums may differ, those of unmapped work among them. */
export function affectsLive({
  queues,
  programmes,
  assigned,
  machines,
  states,
  limits,
  confirmed,
}: CatalogueDifference): boolean {
  return (
    queues.size +
      programmes.size +
      assigned.size +
      machines.size +
      states.size +
      limits.size +
      confirmed.size >
    0
  );
}

/** Whether sums of a contract may differ. */
export function affectsContract(
  { contracts, liveProgrammes, agents }: CatalogueDifference,
  { id, programme }: Pick<Contract, 'id' | 'programme'>,
): boolean {
  return contracts.has(id) || liveProgrammes.has(programme) || agents.size > 0;
}

/** Whether live sums of a programme (or `unmapped`) may differ: agents are summed by the platforms' ids. */
export function affectsProgramme(difference: CatalogueDifference, programme: string): boolean {
  return programme === unmapped ? affectsLive(difference) : difference.liveProgrammes.has(programme);
}

/** Whether a posting may count otherwise. `before`, `after`: how the catalogues assign work. */
export function touches(
  difference: CatalogueDifference,
  content: PostingContent,
  before: WorkScope,
  after: WorkScope,
): boolean {
  const { queues, programmes, agents, assigned, machines, states, limits, confirmed, contracts } = difference;
  if (limits.has(content.connection)) return true;
  if (confirmed.size > 0 && worksOf(content).some((work) => confirmed.has(work))) return true;
  if (queues.size > 0 && queuesOf(content).some((queue) => queues.has(queue))) return true;
  if (agents.size + assigned.size > 0) {
    if (agentsOf(content).some((agent) => agents.has(agent) || assigned.has(agent))) return true;
  }
  if (states.size > 0 && content.kind === 'timeline' && states.has(content.connection)) return true;
  if (machines.size > 0 && connectionsOf(content).some((connection) => machines.has(connection))) return true;
  if (programmes.size + contracts.size === 0) return false;
  const own = new Set([...programmesIn(content, before), ...programmesIn(content, after)]);
  for (const programme of own) if (programmes.has(programme)) return true;
  for (const { programmes: of, from } of contracts.values()) {
    if (of.some((programme) => own.has(programme)) && extentOf(content).to >= from) return true;
  }
  return false;
}

/** As contracts see it; beyond that totals of the platform are shown for the agent's programme. */
function programmesIn(content: PostingContent, scope: WorkScope): readonly string[] {
  if (content.kind !== 'totals') return programmesOf(content, scope);
  const assigned = scope.agentProgramme?.(content.agent, content.startedAt) ?? null;
  return assigned === null ? [] : [assigned];
}

/** The queues that a posting names. */
export function queuesOf(content: PostingContent): string[] {
  switch (content.kind) {
    case 'contact': {
      const { segments, legs, missed, sideWork = [] } = content;
      return [...segments, ...legs, ...missed, ...sideWork].flatMap(({ queue }) => queue ?? []);
    }
    case 'activity':
    case 'outcome':
      return content.queue === null ? [] : [content.queue];
    case 'timeline':
    case 'totals':
    case 'schedule':
      return [];
  }
}

/** The agents that a posting names. */
export function agentsOf(content: PostingContent): string[] {
  switch (content.kind) {
    case 'contact':
      return [...content.legs, ...content.missed, ...(content.sideWork ?? [])].map(({ agent }) => agent);
    case 'outcome':
      return content.agent === null ? [] : [content.agent];
    case 'activity':
    case 'timeline':
    case 'totals':
    case 'schedule':
      return [content.agent];
  }
}

/** The connections whose machines may have worked on it: only contacts have any. */
export function connectionsOf(content: PostingContent): string[] {
  if (content.kind !== 'contact') return [];
  const named = [...queuesOf(content), ...agentsOf(content)].map((id) => id.slice(0, id.indexOf(':')));
  return [...new Set([content.connection, ...named])];
}

/** Names of the entries that are not the same in both. */
function differing<T>(
  before: Catalogue,
  after: Catalogue,
  entriesOf: (catalogue: Catalogue) => ReadonlyMap<string, T>,
): Set<string> {
  const [was, is] = [entriesOf(before), entriesOf(after)];
  const names = new Set([...was.keys(), ...is.keys()]);
  return new Set([...names].filter((name) => textOf(was.get(name)) !== textOf(is.get(name))));
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : canonicalJson(value);
}

/** Where each queue belongs, and when. */
function mappings({ programmes }: Catalogue): Map<string, object[]> {
  const spans = programmes.flatMap(({ id, queues }) =>
    queues.map(({ connection, native, name, from, to }) => {
      return [`${connection}:${native}`, { programme: id, name, from, to }] as const;
    }),
  );
  return grouped(spans);
}

/** For whom each agent works, and when. */
function assignments({ programmes, agents }: Catalogue): Map<string, object[]> {
  const idsOf = new Map(agents.map(({ code, ids }) => [code, ids]));
  const spans = programmes.flatMap(({ id, agents: own }) =>
    own.flatMap(({ code, from, to }) =>
      (idsOf.get(code) ?? []).map(({ connection, native }) => {
        return [`${connection}:${native}`, { programme: id, from, to }] as const;
      }),
    ),
  );
  return grouped(spans);
}

function grouped<T>(entries: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = Map.groupBy(entries, ([name]) => name);
  return new Map([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]));
}

/** What the connection says of them, and its agents who are of that kind at some time. */
function machinesByConnection({ connections, agents }: Catalogue): Map<string, object> {
  const own = agents.filter(isEverMachine).flatMap(({ ids, kind, changes = [] }) => {
    const kinds = changes.flatMap((change) =>
      change.kind === undefined ? [] : [[change.from, change.kind]],
    );
    return ids.map(({ connection, native }) => ({ connection, native, kind, kinds }));
  });
  const byConnection = Map.groupBy(own, ({ connection }) => connection);
  return new Map(
    connections.flatMap(({ id, machines, timeZone }) => {
      const machineAgents = byConnection.get(id);
      if (machines === undefined && machineAgents === undefined) return [];
      return [[id, { machines, ...(machineAgents !== undefined && { machineAgents, timeZone }) }] as const];
    }),
  );
}

/** What a platform's codes mean follows from the platform and from the connection's own table. */
function statesByConnection({ connections }: Catalogue): Map<string, object> {
  return new Map(connections.map(({ id, platform, states }) => [id, { platform, states }]));
}

/**
 * How far ahead a clock may be is a matter of reading deliveries, and by limits of several pieces of work
 * books differ alone: the tally counts the same.
 */
function limitsByConnection({ connections }: Catalogue): Map<string, object> {
  return new Map(
    connections.flatMap(({ id, limits }) => {
      if (limits === undefined) return [];
      const { aheadMs: _a, dayMs: _d, atOnce: _o, ...counting } = limits;
      return [[id, counting] as const];
    }),
  );
}

/** How far each piece of work is confirmed by itself: who did it is no matter. */
function confirmedByWork({ confirmed = [] }: Catalogue): Map<string, object[]> {
  const alone = confirmed.filter(({ limit }) => !togetherLimits.some((other) => other === limit));
  return grouped(alone.map(({ work, limit, ms }) => [work, { limit, ms }] as const));
}

/** What counting reads of a programme beside its queues and agents: all that is not left out here by name. */
function rulesOf(programme: Programme): object {
  const { id: _i, brand: _b, timeZone: _t, serviceLevel: _s, queues: _q, agents: _a, ...rules } = programme;
  return rules;
}

function byId<T extends { readonly id: string }>(
  items: readonly T[],
  valueOf: (item: T) => object,
): Map<string, object> {
  return new Map(items.map((item) => [item.id, valueOf(item)]));
}

/** What contracts may know of each agent; the code is looked up when figures are read. */
function attributes({ agents, connections }: Catalogue): Map<string, object> {
  const zones = new Map(connections.map(({ id, timeZone }) => [id, timeZone]));
  return new Map(
    agents.flatMap((agent) => {
      const { ids, code: _, ...known } = agent;
      return ids.map(({ connection, native }) => {
        // changes take effect by the clock of the connection
        const zone = known.changes === undefined ? null : (zones.get(connection) ?? null);
        return [`${connection}:${native}`, { ...known, zone }] as const;
      });
    }),
  );
}

function programmesConcerned(
  { programmes, agents }: Catalogue,
  {
    queues,
    assigned,
    machines,
    states,
  }: Pick<CatalogueDifference, 'queues' | 'assigned' | 'machines' | 'states'>,
): string[] {
  const idsOf = new Map(agents.map(({ code, ids }) => [code, ids]));
  const hasQueue = ({ queues: own }: Programme): boolean =>
    own.some(({ connection, native }) => queues.has(`${connection}:${native}`) || machines.has(connection));
  const hasAgent = ({ agents: own }: Programme): boolean =>
    own.some(({ code }) =>
      (idsOf.get(code) ?? []).some(({ connection, native }) => {
        return assigned.has(`${connection}:${native}`) || states.has(connection);
      }),
    );
  return programmes.filter((each) => hasQueue(each) || hasAgent(each)).map(({ id }) => id);
}

function contractDifferences(
  before: readonly Contract[],
  after: readonly Contract[],
): Map<string, ContractDifference> {
  const [was, is] = [before, after].map((all) => new Map(all.map((each) => [each.id, each])));
  const differences = new Map<string, ContractDifference>();
  for (const id of new Set([...before, ...after].map((each) => each.id))) {
    const [old, present] = [was?.get(id), is?.get(id)];
    const programmes = [...new Set([old, present].flatMap((each) => each?.programme ?? []))];
    const from = old === undefined || present === undefined ? -Infinity : differsFrom(old, present);
    if (from !== null) differences.set(id, { programmes, from });
  }
  return differences;
}

/** First instant of work that two versions of a contract may count otherwise; null: none. */
function differsFrom(before: Contract, after: Contract): number | null {
  if (canonicalJson(before) === canonicalJson(after)) return null;
  if (canonicalJson(frameOf(before)) !== canonicalJson(frameOf(after))) return -Infinity;
  const [was, is] = [termsInForce(before), termsInForce(after)];
  const borders = [...was, ...is].flatMap(({ from, to }) => [from, to]);
  const starts = [...new Set([-Infinity, ...borders])].toSorted((a, b) => a - b);
  const since = starts.find((at) => termsText(was, at) !== termsText(is, at)) ?? Infinity;
  const from = Math.min(since, ...differingOutages(was, is));
  return from === Infinity ? null : from;
}

/**
 * What holds for all of a contract, as far as counting reads it. A line that takes its units in order of time
 * under any terms has its sums named by time under all of them.
 */
function frameOf(contract: Contract): object {
  // What only prices and names read is left out by name, so that nothing new is forgotten.
  const {
    id: _i,
    seller: _s,
    buyer: _b,
    currency: _c,
    period,
    close: _cl,
    rounding: _r,
    invoicing: _in,
    ...known
  } = contract;
  const { versions, ...frame } = known;
  const all = versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
  const lines = new Set(all.flatMap((terms) => terms.lines.map(({ id }) => id)));
  const ordered = [...lines].filter((id) => all.some((terms) => takesUnitsInOrder(terms, id))).sort();
  const { graceHours: _g, disputeDays: _d, lateEvents: _l, ...rhythm } = period;
  return { ...frame, rhythm, ordered };
}

const texts = new WeakMap<Terms, string>();

function termsText(all: readonly TermsInForce[], at: number): string | null {
  const inForce = all.find(({ from, to }) => at >= from && at < to);
  if (inForce === undefined) return null;
  const { version, window, terms } = inForce;
  const text = texts.get(terms) ?? canonicalJson(terms);
  texts.set(terms, text);
  return `${version} ${window} ${text}`;
}

/** Beginnings of outages that one has and the other has not: they are left out whenever they were agreed. */
function differingOutages(was: readonly TermsInForce[], is: readonly TermsInForce[]): number[] {
  const [before, after] = [was, is].map(outagesOf);
  if (before === undefined || after === undefined) return [];
  const all = [...before, ...after];
  return all.filter(([text]) => !before.has(text) || !after.has(text)).map(([, from]) => from);
}

function outagesOf(all: readonly TermsInForce[]): Map<string, number> {
  const outages = all.flatMap(({ terms: { waivers, bonusMalus } }) =>
    waivers.flatMap((waiver) => {
      if (waiver.kind !== 'outage') return [];
      // which KPIs it concerns follows from the clauses it names
      const clauses = bonusMalus.filter(({ id }) => waiver.of.includes(id));
      return [[canonicalJson({ waiver, clauses }), waiver.from] as const];
    }),
  );
  return new Map(outages);
}
