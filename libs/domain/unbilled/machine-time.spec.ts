import { describe, expect, it } from '@jest/globals';
import {
  contact,
  contactCount,
  paris,
  sampleContract,
  sampleLeg,
  sampleScope,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Terms } from '#domain/contract/contract.js';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import { UnbilledSums } from './unbilled-sums.js';

const noon = paris('2026-04-15T12:00');
const attributes = { grade: null, site: null, country: null, skills: [], languages: [] };
const scope: WorkScope = {
  ...sampleScope,
  agent: (agent, at) =>
    agent === 'c:bot' ? { ...attributes, kind: 'machine' } : sampleScope.agent(agent, at),
  machines: { isAgent: (agent) => agent === 'c:bot', isQueue: () => false },
};
const asked = (...kinds: readonly AgentKind[]) => ({
  where: { queues: null, media: null, directions: null, dispositions: null, kinds },
});
// 30 s of a bot that hands over to a person, who talks for 60 s
const content = contact({
  segments: [
    { queue: 'c:q1', enteredAt: noon, leftAt: noon, waitMs: 0, result: 'answered' },
    { queue: 'c:q2', enteredAt: noon + 30_000, leftAt: noon + 30_000, waitMs: 0, result: 'answered' },
  ],
  legs: [
    sampleLeg(noon, noon + 30_000, { agent: 'c:bot' }),
    sampleLeg(noon + 30_000, noon + 90_000, { queue: 'c:q2' }),
  ],
});

/** Time by cause; null: a line uses it. */
function causes(terms: Partial<Terms>): Record<string, number> {
  const span = { start: noon - 1_000, end: noon + 3_600_000 };
  const sums = new UnbilledSums([sampleContract(terms)], scope, span);
  sums.count({ content, sign: 1 });
  return Object.fromEntries(sums.rows().map(({ cause, ms }) => [cause ?? 'used', ms]));
}

describe('work of a machine that no line uses', () => {
  it.each([
    ['people alone', [], { used: 60_000, machine: 30_000 }],
    ['people and machines', ['person', 'machine'], { used: 90_000 }],
    ['machines alone', ['machine'], { used: 30_000, notCharged: 60_000 }],
  ] as const)('is what is left where a line counts the time of %s', (_, kinds, expected) => {
    const measure = workTime(['TALK'], kinds.length === 0 ? {} : asked(...kinds));
    expect(causes({ measures: { time: measure }, lines: [timeLine()] })).toEqual(expected);
  });

  it('is none where a line counts the contacts that a machine had', () => {
    const measures = { contacts: contactCount('handled', asked('machine')) };
    expect(causes({ measures, lines: [unitLine()] })).toEqual({ used: 30_000, notCharged: 60_000 });
  });
});
