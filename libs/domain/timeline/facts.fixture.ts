import type { AgentChanged, AgentStretch, AgentTotals } from '#domain/fact/fact.js';

const base = { connection: 'c', at: 1_772_445_600_000, revision: 1_772_445_600_100, agent: 'c:alice' };

/** One of each type of statement about an agent. */
export const agentFacts: readonly (AgentChanged | AgentStretch | AgentTotals)[] = [
  {
    ...base,
    type: 'agent.changed',
    id: 'changed',
    entity: 'c:agent/alice/state',
    axis: 'state',
    code: 'AUX',
    reason: '3',
    observed: true,
    sequence: 7,
  },
  {
    ...base,
    type: 'agent.stretch',
    id: 'stretch',
    entity: 'c:stretch/alice-break-1',
    code: 'break',
    reason: null,
    startedAt: base.at - 60_000,
    endedAt: base.at,
  },
  {
    ...base,
    type: 'agent.totals',
    id: 'totals',
    entity: 'c:totals/1-alice-2',
    startedAt: base.at,
    endedAt: base.at + 1_800_000,
    shared: { STAFFED: 1_800_000 },
    own: { ACD: 5_000 },
  },
];
