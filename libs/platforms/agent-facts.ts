import { loggedIn, sessionAxis } from '#domain/timeline/timeline.js';
import type { AgentChanged } from '#domain/fact/fact.js';
import { factId } from './fact-id.js';

/** What all platforms' statements about agents have in common: ids and entities are made in one place. */
export interface AgentStatement {
  readonly connection: string;
  /** The platform's own id of the agent. */
  readonly native: string;
  readonly at: number;
  readonly revision: number;
}

interface State {
  readonly axis: string;
  readonly code: string;
  readonly reason?: string | null;
  readonly observed?: boolean;
  readonly sequence?: number;
}

/**
 * A boundary. One statement has one id by whichever path it comes: agent, axis, instant, order and code, so
 * that the same transition in two topics is one fact.
 */
export function agentChanged(
  { connection, native, at, revision }: AgentStatement,
  { axis, code, reason = null, observed = false, sequence = 0 }: State,
): AgentChanged {
  const kind = observed ? 'seen' : 'changed';
  return {
    type: 'agent.changed',
    id: factId([connection, 'agent', native, axis, kind, at, sequence, code]),
    entity: `${connection}:agent/${native}/${axis}`,
    connection,
    at,
    revision,
    agent: `${connection}:${native}`,
    axis,
    code,
    reason,
    observed,
    sequence,
  };
}

/**
 * Whatever an agent does shows that the session goes on. Kept by quarter-hour, the latest of each: enough to
 * say until when an agent who never logged out was there, and little to keep.
 */
export function sessionEvidence({ connection, native, at }: AgentStatement): AgentChanged {
  const statement = { connection, native, at, revision: at };
  const evidence = agentChanged(statement, { axis: sessionAxis, code: loggedIn, observed: true });
  const quarter = Math.floor(at / quarterMs);
  return { ...evidence, id: factId([connection, 'agent', native, sessionAxis, 'evidence', quarter]) };
}

const quarterMs = 900_000;
