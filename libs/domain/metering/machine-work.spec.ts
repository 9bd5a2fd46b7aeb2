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
import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { Rate } from '#domain/contract/line.js';
import type { PostingContent, Segment } from '#domain/posting/posting.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import { contractMeter } from './contract-meter.js';

const s = 1_000;
const noon = paris('2026-04-15T12:00');
const attributes = { grade: null, site: null, country: null, skills: [], languages: [] };

/** c:bot is a machine of the catalogue, c:ivr one that no agent of it is. */
const scope: WorkScope = {
  ...sampleScope,
  agent: (agent, at) =>
    agent === 'c:bot' ? { ...attributes, kind: 'machine' } : sampleScope.agent(agent, at),
  machines: { isAgent: (agent) => agent === 'c:bot' || agent === 'c:ivr', isQueue: () => false },
};

const none = { grades: null, sites: null, countries: null, skills: null, languages: null };
const bot: Rate = {
  id: 'bot',
  price: '0.40',
  when: { ...none, queues: null, dispositions: null, kinds: ['machine'] },
};
const asked = (...kinds: readonly AgentKind[]) => ({
  where: { queues: null, media: null, directions: null, dispositions: null, kinds },
});

/** What counts and times of people, of machines and of both add up to; rates apart. */
function sums(...contents: readonly PostingContent[]): Record<string, number> {
  const measures = {
    'calls-people': contactCount('handled'),
    'calls-machines': contactCount('handled', asked('machine')),
    'calls-all': contactCount('handled', asked('machine', 'person')),
    'talk-people': workTime(['TALK', 'PREP']),
    'talk-machines': workTime(['TALK', 'PREP'], asked('machine')),
    'talk-all': workTime(['TALK', 'PREP'], asked('person', 'machine')),
  };
  const lines = Object.keys(measures).map((id) => {
    const own = { id, measure: id, rates: [bot] };
    return id.startsWith('calls') ? unitLine(own) : timeLine(own);
  });
  const meter = contractMeter(sampleContract({ measures, lines }), scope);
  const found: Record<string, number> = {};
  for (const { key, value } of contents.flatMap((content) => meter.measure(content))) {
    const [, line = '', , , , rate = ''] = key.split('/');
    const name = rate === '-' ? line : `${line} ${rate}`;
    found[name] = (found[name] ?? 0) + value;
  }
  return found;
}

const stay = (queue: string, at: number): Segment => {
  return { queue, enteredAt: at, leftAt: at, waitMs: 0, result: 'answered' };
};
const botLeg = sampleLeg(noon, noon + 30 * s, { agent: 'c:bot' });
const own = contact({ segments: [stay('c:q1', noon)], legs: [botLeg] });
const ofPerson = contact({ segments: [stay('c:q1', noon)], legs: [sampleLeg(noon, noon + 60 * s)] });
const handedOver = contact({
  segments: [stay('c:q1', noon), stay('c:q2', noon + 30 * s)],
  legs: [botLeg, sampleLeg(noon + 30 * s, noon + 90 * s, { queue: 'c:q2' })],
});

describe('work of machines', () => {
  it('is in measures that ask for it, at the rate of its kind, and in no other', () => {
    expect(sums(own)).toEqual({
      'calls-machines bot': 1,
      'calls-all bot': 1,
      'talk-machines bot': 30 * s,
      'talk-all bot': 30 * s,
    });
    expect(sums(ofPerson)).toEqual({
      'calls-people': 1,
      'calls-all': 1,
      'talk-people': 60 * s,
      'talk-all': 60 * s,
    });
  });

  it('is counted once with that of people, as theirs, where a person took over; the time of each is its own', () => {
    expect(sums(handedOver)).toEqual({
      'calls-people': 1,
      'calls-machines bot': 1,
      'calls-all': 1,
      'talk-people': 60 * s,
      'talk-machines bot': 30 * s,
      'talk-all bot': 30 * s,
      'talk-all': 60 * s,
    });
  });

  it('is of agents of the catalogue: that of a voice response unit counts nowhere', () => {
    const legs = [sampleLeg(noon, noon + 30 * s, { agent: 'c:ivr' })];
    expect(sums(contact({ segments: [stay('c:q1', noon)], legs }))).toEqual({});
  });

  it('outside of contacts counts in the same way', () => {
    const work = { kind: 'activity', activity: 'x', connection: 'c', state: 'PREP' } as const;
    const span = { startedAt: noon, endedAt: noon + 10 * s, queue: 'c:q1', programme: null };
    expect(sums({ ...work, ...span, agent: 'c:bot' })).toEqual({
      'talk-machines bot': 10 * s,
      'talk-all bot': 10 * s,
    });
    expect(sums({ ...work, ...span, agent: 'c:a1' })).toEqual({
      'talk-people': 10 * s,
      'talk-all': 10 * s,
    });
  });
});
