import type { AgentChanged, AgentStretch, AgentTotals, Fact } from '#domain/fact/fact.js';
import { connection } from '../centre.js';
import type { Random } from '../random.js';

/**
 * What platforms say of agents: boundaries of timelines on several axes, with snapshots, logouts that are
 * lost, silences of a shift and longer, and several things of one instant; stretches reported as a whole; and
 * sums of intervals.
 */
export function agentFacts(instant: () => number, random: Random): Fact[] {
  const agents = ['a1', 'a2', 'a9'].filter(() => random.chance(0.5));
  return agents.flatMap((agent) => [
    ...['session', 'state', 'presence'].flatMap((axis) => {
      return random.chance(0.6) ? timelineFacts(agent, axis, instant(), random) : [];
    }),
    ...(random.chance(0.4) ? stretchFacts(agent, instant(), random) : []),
    ...(random.chance(0.3) ? totalsFacts(agent, instant(), random) : []),
  ]);
}

/** From one boundary to the next: within an instant, an hour, to the end of one, of a shift, over a night. */
const gaps = [0, 1, 60_000, 900_000, 2_400_000, 3_599_999, 3_600_000, 3_600_001, 7_200_000];
const longGaps = [12 * 3_600_000, 12 * 3_600_000 + 1, 20 * 3_600_000];

/** As account and platform have them, and one that is unknown. */
const states = [
  { code: 'IDLE', reason: null },
  { code: 'PREPARING', reason: null },
  { code: 'PREPARING', reason: null },
  { code: 'AUX', reason: '3' },
  { code: 'AUX', reason: '7' },
  { code: 'BREAK', reason: null },
  { code: 'INTERACTING', reason: null },
  { code: 'SOMETHING', reason: null },
  { code: 'NONE', reason: null },
  { code: 'LOGGED_IN', reason: null },
  { code: 'LOGGED_OUT', reason: null },
];
const sessionStates = states.slice(-2);

function stateOf(axis: string, random: Random): Pick<AgentChanged, 'code' | 'reason'> {
  return random.pick(axis === 'session' ? sessionStates : states);
}

function timelineFacts(agent: string, axis: string, start: number, random: Random): Fact[] {
  const entity = `${connection}:agent/${agent}/${axis}`;
  const facts: Fact[] = [];
  let at = start;
  let state = stateOf(axis, random);
  for (let left = random.integer(1, 12), index = 0; left > 0; left--, index++) {
    const fact: AgentChanged = {
      type: 'agent.changed',
      id: `${entity}/${index}`,
      entity,
      connection,
      at,
      revision: 2,
      agent: `${connection}:${agent}`,
      axis,
      ...state,
      observed: random.chance(0.25),
      sequence: random.chance(0.2) ? random.integer(0, 2) : 0,
    };
    // A logout, or anything else, may never be reported.
    if (!random.chance(0.08)) facts.push(fact);
    if (random.chance(0.2)) facts.push({ ...fact, ...stateOf(axis, random), revision: random.pick([1, 3]) });
    at += random.chance(0.12) ? random.pick(longGaps) : random.pick(gaps);
    if (!random.chance(0.35)) state = stateOf(axis, random);
  }
  return facts;
}

function stretchFacts(agent: string, startedAt: number, random: Random): Fact[] {
  const entity = `${connection}:stretch/${agent}`;
  const endedAt = startedAt + random.pick([1, 60_000, 5_400_000, 50_000_000]);
  const fact: AgentStretch = {
    type: 'agent.stretch',
    id: entity,
    entity,
    connection,
    at: endedAt,
    revision: 2,
    agent: `${connection}:${agent}`,
    ...stateOf('state', random),
    startedAt,
    endedAt,
  };
  if (!random.chance(0.3)) return [fact];
  return [fact, { ...fact, endedAt: endedAt - random.pick([1, 60_000]), revision: random.pick([1, 3]) }];
}

/** Rows of an interval, one for each group of agents: what is shared stands on each of them. */
function totalsFacts(agent: string, startedAt: number, random: Random): Fact[] {
  const entity = `${connection}:totals/${agent}`;
  const rows = Array.from({ length: random.integer(1, 3) }, (_, row): AgentTotals => {
    return {
      type: 'agent.totals',
      id: `${entity}/${row}`,
      entity,
      connection,
      at: startedAt,
      revision: 2,
      agent: `${connection}:${agent}`,
      startedAt,
      endedAt: startedAt + 1_800_000,
      shared: { STAFFED: random.pick([0, 1_800_000]) },
      own: { ACD: random.integer(0, 9_000), ACW: 0 },
    };
  });
  const [first] = rows;
  if (first === undefined || !random.chance(0.3)) return rows;
  return [...rows, { ...first, own: { ACD: 77 }, revision: random.pick([1, 3]) }];
}
