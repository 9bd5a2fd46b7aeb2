import { describe, expect, it } from '@jest/globals';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { ContactContent, Leg, Segment } from '#domain/posting/posting.js';
import type { AgentAttributes } from '#domain/scope/work-scope.js';
import type { LiveScope } from './live-scope.js';
import { resolutionLinks } from './resolution-links.js';

const attributes: AgentAttributes = { grade: null, site: null, country: null, skills: [], languages: [] };
const kindOf = (agent: string, at: number): AgentAttributes['kind'] =>
  agent === 'c:bot' || (agent === 'c:becomes' && at >= 1_000) ? 'machine' : 'person';

/** c:bot is a machine, c:becomes one from 1 000 on, c:ivr a voice response unit, all else are people. */
const scope: LiveScope = {
  assignmentOf: (queue) => {
    const programme = queue === 'c:elsewhere' ? 'other' : 'care';
    return queue.startsWith('c:') ? { programme, queue: queue.slice(2) } : null;
  },
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [], reason: 'queue', fcrWindowsMs: [], agentTime: 'split' }),
  agent: (agent, at) => ({ ...attributes, kind: kindOf(agent, at) ?? 'person' }),
  agentCode: (agent) => agent,
  machines: {
    isAgent: (agent, at) => agent === 'c:ivr' || kindOf(agent, at) === 'machine',
    isQueue: () => false,
  },
};
const care = new Set(['care']);

function stay(
  queue: string,
  enteredAt: number,
  leftAt: number,
  result: Segment['result'] = 'answered',
): Segment {
  return { queue, enteredAt, leftAt, waitMs: leftAt - enteredAt, result };
}

function leg(agent: string, queue: string, startedAt: number, endedAt: number, own: Partial<Leg> = {}): Leg {
  const talk = { talkMs: endedAt - startedAt, holdMs: 0, dialMs: 0, acwMs: null, acwStartedAt: null };
  return { agent, queue, startedAt, endedAt, ...talk, disposition: null, transferredOut: false, ...own };
}

function linkOf(segments: readonly Segment[], legs: readonly Leg[], own: Partial<ContactContent> = {}) {
  const base = { contact: 'c:1', connection: 'c', media: 'voice', customer: 'x', missed: [] } as const;
  const content: ContactContent = { kind: 'contact', direction: 'inbound', ...base, segments, legs, ...own };
  return resolutionLinks(content, scope, care)[0];
}

describe('a contact in the chain of resolutions', () => {
  it('is resolved by the machine alone that had it, from its entry to its end', () => {
    const link = linkOf([stay('c:bots', 100, 110)], [leg('c:bot', 'c:bots', 110, 500)]);
    expect(link).toMatchObject({ enteredAt: 100, endedAt: 500, connectedAt: 110, queue: 'bots' });
    expect(link?.resolution).toEqual({ by: 'machine', kinds: ['machine'], topic: 'bots', event: null });
  });

  it("is the person's where a machine hands it over and they answer", () => {
    const link = linkOf(
      [stay('c:bots', 100, 110), stay('c:people', 500, 600)],
      [leg('c:bot', 'c:bots', 110, 500), leg('c:ann', 'c:people', 600, 900)],
    );
    expect(link).toMatchObject({ endedAt: 900, legs: [{ agent: 'c:ann' }] });
    expect(link?.resolution).toMatchObject({ by: 'person', kinds: ['person', 'machine'] });
  });

  it('is of the queue in which people answered it first, else of the queue of its first leg', () => {
    const [lost, answered] = [stay('c:day', 100, 200, 'flowOut'), stay('c:night', 200, 300)];
    expect(linkOf([lost, answered], [leg('c:ann', 'c:back', 300, 900)])?.queue).toBe('night');
    expect(linkOf([], [leg('c:ann', 'c:back', 300, 900)])?.queue).toBe('back');
    // a machine of a queue of its own, from a queue that people answer otherwise
    expect(linkOf([answered], [leg('c:bot', 'c:bots', 300, 900)])?.queue).toBe('bots');
  });

  it.each([
    ['waits in a queue of people and gives up', [stay('c:people', 500, 600, 'abandoned')], []],
    ['is answered by people of another programme', [], [leg('c:bob', 'c:elsewhere', 600, 900)]],
    ['goes to people without a queue', [], [leg('c:bob', 'x', 600, 900)]],
  ])('is not resolved where the customer %s after the machine', (_, stays, legs) => {
    const link = linkOf([stay('c:bots', 100, 110), ...stays], [leg('c:bot', 'c:bots', 110, 500), ...legs]);
    expect(link?.resolution).toMatchObject({ by: null, kinds: ['machine'] });
  });

  it('is not resolved where the last leg of the machine was transferred out', () => {
    const out = { transferredOut: true };
    expect(linkOf([], [leg('c:bot', 'c:bots', 110, 500, out)])?.resolution).toMatchObject({ by: null });
    const [first, second] = [leg('c:bot', 'c:bots', 110, 500, out), leg('c:bot', 'c:bots', 500, 700)];
    expect(linkOf([], [first, second])?.resolution).toMatchObject({ by: 'machine' });
  });

  it('is of a kind by the day of the leg, and a voice response unit is no agent', () => {
    expect(linkOf([], [leg('c:becomes', 'c:bots', 999, 2_000)])?.resolution).toMatchObject({ by: 'person' });
    expect(linkOf([], [leg('c:becomes', 'c:bots', 1_000, 2_000)])?.resolution).toMatchObject({
      by: 'machine',
    });
    expect(linkOf([stay('c:menu', 100, 110)], [leg('c:ivr', 'c:menu', 110, 500)])).toBeUndefined();
  });

  it('is in it unanswered where it came in, and not where it went out or its customer is unknown', () => {
    const lost = [stay('c:people', 100, 200, 'abandoned')];
    expect(linkOf(lost, [])).toMatchObject({ endedAt: 200, resolution: { by: null, kinds: [] } });
    expect(linkOf(lost, [], { direction: 'outbound' })).toBeUndefined();
    expect(linkOf(lost, [], { customer: null })).toBeUndefined();
  });
});

describe('an outcome in the chain of resolutions', () => {
  const outcome: OutcomeContent = {
    kind: 'outcome',
    outcome: 'crm:1',
    connection: 'crm',
    programme: 'care',
    queue: null,
    agent: null,
    contact: null,
    customer: 'x',
    events: [
      { name: 'sale.made', at: 1, data: {} },
      { name: 'refund.made', at: 2, data: {} },
      { name: 'resolution.reopened', at: 3, data: { topic: 'people' } },
    ],
  };

  it('is one link for each event that takes resolutions back, about its topic or any', () => {
    expect(
      resolutionLinks(outcome, scope, care).map(({ enteredAt, resolution }) => [enteredAt, resolution]),
    ).toEqual([
      [2, { by: null, kinds: [], topic: null, event: 'refund.made' }],
      [3, { by: null, kinds: [], topic: 'people', event: 'resolution.reopened' }],
    ]);
  });

  it('is about its queue where topics are queues, unless it names one, and about any where they are not', () => {
    const queued = { ...outcome, programme: null, queue: 'c:desk' };
    const topicsOf = (reason: 'queue' | 'disposition'): (string | null | undefined)[] => {
      const ruled: LiveScope = { ...scope, rules: () => ({ ...scope.rules('care'), reason }) };
      return resolutionLinks(queued, ruled, care).map(({ resolution }) => resolution?.topic);
    };
    expect(topicsOf('queue')).toEqual(['desk', 'people']);
    expect(topicsOf('disposition')).toEqual([null, 'people']);
  });

  it('is none of another programme, nor of an unknown customer', () => {
    expect(resolutionLinks({ ...outcome, programme: 'other' }, scope, care)).toEqual([]);
    expect(resolutionLinks({ ...outcome, customer: null }, scope, care)).toEqual([]);
  });
});
