import { describe, expect, it } from '@jest/globals';
import { contact, sampleLeg, sampleScope } from '#domain/contract/contract.fixture.js';
import { AgentClocks } from './agent-clocks.js';
import { claimsOf, type ClockScope } from './claims.js';
import { piecesOf } from './together.js';

/** `c:bot` is a machine, `c:x` unknown to the catalogue. */
const scope: ClockScope = {
  ...sampleScope,
  agentCode: (agent) => (agent === 'c:x' ? null : agent.slice(2)),
  machines: { isAgent: (agent) => agent === 'c:bot', isQueue: () => false },
};

const side = (agent: string, startedAt: number, endedAt: number) => {
  return { state: 'ACW_MISSED', agent, queue: null, startedAt, endedAt } as const;
};

describe('What a contact claims of persons’ time', () => {
  it('is after-call work beside its legs, of persons and not of machines', () => {
    const content = contact({ sideWork: [side('c:a1', 1_000, 4_000), side('c:bot', 2_000, 5_000)] });
    expect(claimsOf(content, scope).map(({ clock, from, to }) => [clock, from, to])).toEqual([
      ['a1/work', 1_000, 4_000],
    ]);
    expect(piecesOf(content, scope).map(({ agent, from, to }) => [agent, from, to])).toEqual([
      ['c:a1', 1_000, 4_000],
    ]);
  });

  it('is nothing of an agent unknown to the catalogue, whose time is all its own', () => {
    const leg = sampleLeg(10_000, 40_000, { agent: 'c:x' });
    const content = contact({ legs: [leg] });
    const claims = claimsOf(content, scope);
    expect(claims).toEqual([]);
    const own = new AgentClocks(claims, scope).ownTimeOf(content);
    expect(own.ofLeg(leg, 'handled', 15_000, 40_000)).toBe(25_000);
  });
});
