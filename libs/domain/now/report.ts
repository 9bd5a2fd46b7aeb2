import type { WorkScope } from '#domain/scope/work-scope.js';
import type { AxisState, Now, OpenLeg, WaitingContact } from './now.js';
import { plausibleNow } from './plausible-now.js';

export interface NowReport {
  readonly programme: string;
  readonly waiting: number;
  /** Begin of the longest wait, UTC epoch ms; null: none waits. */
  readonly waitingSince: number | null;
  /** Agents with a contact that they have taken. */
  readonly talking: number;
  /** Every queue of the programme, by name. */
  readonly queues: readonly QueueNow[];
  /** By name. */
  readonly agents: readonly AgentState[];
  /**
   * Contacts and states that have lasted longer than their connection allows (`Plausibility`): their end was
   * lost, and they are in none of the other figures.
   */
  readonly implausible: number;
}

export interface QueueNow {
  readonly queue: string;
  readonly waiting: number;
  readonly waitingSince: number | null;
}

export interface AgentState {
  readonly agent: string;
  /**
   * `CONTACT` (has taken one), `RING`, or what the catalogue says of the platform's code; null: the code is
   * unmapped.
   */
  readonly state: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  /** UTC epoch ms. */
  readonly since: number;
  /** Contacts that the agent has, of whatever programme. */
  readonly contacts: number;
}

/** The axis that says most of what an agent does comes first. */
const axes = ['state', 'routing', 'presence', 'session'];

/**
 * What is going on in a programme: by its queues, as the catalogue maps them at `at` (UTC epoch ms), and by
 * the agents who are in it or have a contact of it. `nameOf`: how an agent is called.
 */
export function nowReport(
  now: Now,
  programme: string,
  {
    scope,
    queues,
    nameOf,
    at,
  }: { scope: WorkScope; queues: readonly string[]; nameOf: (agent: string) => string; at: number },
): NowReport {
  const isMine = (queue: string | null): string | null => {
    const assigned = queue === null ? null : scope.assignmentOf(queue, at);
    return assigned?.programme === programme ? assigned.queue : null;
  };
  const { held, ...plausible } = plausibleNow(now, scope, at);
  const waiting = plausible.waiting.flatMap((contact) => {
    const queue = isMine(contact.queue);
    return queue === null || scope.machines?.isQueue(contact.queue) === true ? [] : [{ ...contact, queue }];
  });
  const { states } = plausible;
  const byAgent = Map.groupBy(plausible.legs, ({ agent }) => agent);
  const agents = [...new Set([...byAgent.keys(), ...states.keys()])].filter((agent) => {
    if (scope.machines?.isAgent(agent, at) === true) return false;
    const legs = byAgent.get(agent) ?? [];
    return (
      scope.agentProgramme?.(agent, at) === programme || legs.some(({ queue }) => isMine(queue) !== null)
    );
  });
  const own = agents.map((agent) => ({
    agent: nameOf(agent),
    ...stateOf(byAgent.get(agent) ?? [], states.get(agent) ?? [], scope, at),
  }));
  return {
    programme,
    ...waitOf(waiting),
    talking: agents.filter((agent) =>
      byAgent.get(agent)?.some(({ isAlerting, queue }) => !isAlerting && isMine(queue) !== null),
    ).length,
    queues: [...new Set([...queues, ...waiting.map(({ queue }) => queue)])]
      .sort()
      .map((queue) => ({ queue, ...waitOf(waiting.filter((contact) => contact.queue === queue)) })),
    agents: own.sort((a, b) => (a.agent < b.agent ? -1 : 1)),
    implausible: new Set(
      held.flatMap(({ work, queue, agent }) => {
        const isOwn =
          isMine(queue) !== null ||
          (queue === null && agent !== null && scope.agentProgramme?.(agent, at) === programme);
        return isOwn ? [work] : [];
      }),
    ).size,
  };
}

function waitOf(waiting: readonly WaitingContact[]): Pick<QueueNow, 'waiting' | 'waitingSince'> {
  return { waiting: waiting.length, waitingSince: waiting[0]?.since ?? null };
}

function stateOf(
  legs: readonly OpenLeg[],
  states: readonly AxisState[],
  scope: WorkScope,
  at: number,
): Omit<AgentState, 'agent'> {
  const contacts = legs.length;
  const own = { code: null, reason: null, contacts };
  const taken = legs.filter(({ isAlerting }) => !isAlerting);
  const leg = [...(taken.length > 0 ? taken : legs)].sort((a, b) => a.since - b.since)[0];
  if (leg !== undefined) return { ...own, state: leg.isAlerting ? 'RING' : 'CONTACT', since: leg.since };
  const ranked = [...states].sort((a, b) => axes.indexOf(a.axis) - axes.indexOf(b.axis));
  const meant = ranked.map((each) => ({
    ...each,
    state: scope.stateOf?.(each.connection, each.code, each.reason, at) ?? null,
  }));
  // A presence that refers to another axis says nothing by itself.
  const [first = null] = [...meant.filter(({ state }) => state !== 'CONTACT'), ...meant];
  if (first === null) throw new Error('an agent without a contact has a state');
  const { state, code, reason, since } = first;
  return { state, code, reason, since, contacts };
}
