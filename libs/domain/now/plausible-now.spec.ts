import { describe, expect, it } from '@jest/globals';
import type { AgentChanged, AgentJoined, QueueEntered } from '#domain/fact/fact.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import { Now } from './now.js';
import { nowReport } from './report.js';

const hourMs = 3_600_000;
const at = Date.UTC(2026, 2, 5, 12);

const base = (entity: string, hoursAgo: number) => ({
  id: `${entity}/${hoursAgo}`,
  entity,
  connection: 'c',
  at: at - hoursAgo * hourMs,
  revision: 0,
});
const inbound = { direction: 'inbound', media: 'voice', customer: null } as const;
const waits = (contact: string, hoursAgo: number): QueueEntered => ({
  ...base(contact, hoursAgo),
  ...inbound,
  type: 'queue.entered',
  segment: 's',
  queue: 'c:q',
});
const talks = (contact: string, agent: string, hoursAgo: number): AgentJoined => ({
  ...base(contact, hoursAgo),
  ...inbound,
  type: 'agent.joined',
  leg: 'l',
  agent,
  queue: 'c:q',
});
const changes = (agent: string, axis: string, code: string, hoursAgo: number): AgentChanged => ({
  ...base(`${agent}/${axis}`, hoursAgo),
  type: 'agent.changed',
  agent,
  axis,
  code,
  reason: null,
  observed: false,
  sequence: 0,
});

/** A wait of at most two hours, a conversation and a state of at most four. */
const scope = (confirmed: Readonly<Record<string, number>> = {}): WorkScope => ({
  assignmentOf: (queue) => (queue === 'c:q' ? { programme: 'bank', queue: 'q' } : null),
  agent: () => null,
  agentProgramme: () => 'bank',
  stateOf: (_connection, code) =>
    code === 'IN' ? 'LOGGED_IN' : code === 'PREP' ? 'PREP' : code === 'BUSY' ? 'CONTACT' : null,
  plausibility: {
    limitsOf: () => ({ handlingMs: 4 * hourMs, waitMs: 2 * hourMs, stateMs: 4 * hourMs }),
    confirmedMs: (work, limit) => confirmed[`${limit} ${work}`] ?? 0,
  },
});

function report(facts: readonly Parameters<Now['add']>[0][], of = scope()) {
  const now = new Now();
  for (const fact of facts) now.add(fact);
  return nowReport(now, 'bank', { scope: of, queues: ['q'], nameOf: (agent) => agent, at });
}

describe('What goes on', () => {
  it('is not a wait or a conversation that has lasted longer than its connection allows', () => {
    const facts = [waits('c:1', 1), waits('c:2', 2.1), talks('c:3', 'c:ann', 3), talks('c:4', 'c:bob', 4.1)];
    expect(report(facts)).toMatchObject({
      waiting: 1,
      waitingSince: at - hourMs,
      talking: 1,
      agents: [{ agent: 'c:ann', state: 'CONTACT', contacts: 1 }],
      implausible: 2,
    });
  });

  it('is what lasts exactly as long as is allowed, or no longer than was confirmed', () => {
    const facts = [waits('c:1', 2), talks('c:2', 'c:ann', 4), talks('c:3', 'c:bob', 5)];
    expect(report(facts)).toMatchObject({ waiting: 1, talking: 1, implausible: 1 });
    expect(report(facts, scope({ 'handling c:3': 5 * hourMs }))).toMatchObject({
      talking: 2,
      implausible: 0,
    });
    expect(report(facts, scope({ 'handling c:3': 5 * hourMs - 1, 'wait c:3': 9 * hourMs }))).toMatchObject({
      implausible: 1,
    });
  });

  it('leaves out the whole contact of which one part takes too long', () => {
    const found = report([waits('c:1', 2.1), talks('c:1', 'c:ann', 1)]);
    expect(found).toMatchObject({ waiting: 0, talking: 0, agents: [], implausible: 1 });
  });

  it('leaves out of an agent the one state that lasts too long; what counts for nothing is not looked at', () => {
    const facts = [
      changes('c:ann', 'session', 'IN', 9),
      changes('c:ann', 'state', 'PREP', 1),
      changes('c:bob', 'state', 'PREP', 4.1),
      changes('c:carl', 'state', 'BUSY', 9),
      changes('c:dan', 'state', '77', 9),
    ];
    expect(report(facts)).toMatchObject({
      agents: [
        { agent: 'c:ann', state: 'PREP' },
        { agent: 'c:carl', state: 'CONTACT' },
        { agent: 'c:dan', state: null },
      ],
      implausible: 2,
    });
  });
});
