import { describe, expect, it } from '@jest/globals';
import type { ContactContent } from '#domain/posting/posting.js';
import { episodesOf } from '#domain/posting/episodes.js';
import type { ContactFact } from '#domain/fact/fact.js';
import { fact } from './facts.fixture.js';
import { interpret } from './interpret.js';

type Story = (index: number) => ContactFact;
const second = 1_000;

/** Each makes every fact look at the others in another way. */
const stories: Record<string, Story> = {
  'sessions of one leg, each with after-call work': (index) =>
    index % 2 === 0
      ? fact('agent.left', index * second, { talkMs: 10 })
      : fact('agent.wrapped', index * second, { acwMs: 10 }),
  'stays that name an agent whose sessions show nothing': (index) =>
    index % 2 === 0
      ? fact('agent.left', index * second, { leg: `l${index}`, talkMs: 0 })
      : fact('queue.left', index * second, { segment: `s${index}`, waitMs: 10 }),
  'consultations within one long call': (index) =>
    index === 0
      ? fact('agent.left', 10_000 * second, { leg: 'call', talkMs: 10_000 * second, customer: null })
      : fact('agent.left', index * second, { leg: `l${index}`, talkMs: 10, direction: 'outbound' }),
  'callbacks that overlap': (index) =>
    fact('session.summarized', (1_000 + index) * second, {
      leg: `l${index}`,
      talkMs: 0,
      callbackMs: 500 * second,
    }),
  'after-call work around many calls': (index) =>
    index % 2 === 0
      ? fact('agent.left', index * second, { leg: `l${index}`, talkMs: 10 })
      : fact('session.summarized', 10_000 * second + index, {
          leg: `l${index}`,
          talkMs: 0,
          acwMs: 9_000 * second,
          acwEndedAt: 10_000 * second + index,
        }),
};

/** How often anything of the facts is looked at. */
function looksAt(story: Story, length: number): number {
  let looks = 0;
  const watched = Array.from({ length }, (_, index) => {
    return new Proxy(
      { ...story(index), id: `fact ${index}` },
      {
        get: (target, field) => {
          looks += 1;
          return Reflect.get(target, field) as unknown;
        },
      },
    );
  });
  interpret(watched);
  return looks;
}

describe('Interpreting a contact of k facts', () => {
  it.each(Object.entries(stories))(
    'looks at each of %s a number of times that grows as log k',
    (_, story) => {
      const [small, large] = [looksAt(story, 200), looksAt(story, 1_600)];
      // 8 times the facts: 8 * log 1600 / log 200 = 11.1 times the looks; 64 times if each looked at all
      // others
      expect(large / small).toBeLessThan(12);
    },
  );

  it('lists what is reported of one second by many wrap-ups once, where it would be listed very often', () => {
    const facts = Array.from({ length: 800 }, (_, index): ContactFact => {
      const at = (1 + (index >> 1)) * second;
      const leg = `l${index}`;
      return index % 2 === 0
        ? fact('agent.left', at, { leg, talkMs: 10 })
        : fact('agent.left', at, { leg, talkMs: 5, dialMs: 1 });
    });
    const wraps = facts.map((left, index) =>
      fact('agent.wrapped', 500 * second + index, {
        leg: 'leg' in left ? left.leg : '',
        acwMs: 500 * second,
      }),
    );
    const content = interpret([...facts, ...wraps].map((each, index) => ({ ...each, id: `fact ${index}` })));
    // 400 calls, 400 consultations within: without a bound each wrap-up of those has 400 pieces around the
    // calls
    expect(content?.legs).toHaveLength(400);
    expect(content?.sideWork?.length ?? 0).toBeLessThan(256 + 2 * 401);
  });
});

describe('Cutting a conversation into episodes', () => {
  it('looks at each stay and leg a bounded number of times', () => {
    const looksOf = (episodes: number): number => {
      let looks = 0;
      const watch = <T extends object>(item: T): T =>
        new Proxy(item, {
          get: (target, field) => {
            looks += 1;
            return Reflect.get(target, field) as unknown;
          },
        });
      const segments = Array.from({ length: episodes }, (_, index) =>
        watch({
          queue: 'c:q1',
          enteredAt: index * second,
          leftAt: index * second + 10,
          waitMs: 10,
          result: 'abandoned' as const,
        }),
      );
      const content: ContactContent = {
        kind: 'contact',
        contact: 'c:1',
        connection: 'c',
        direction: 'inbound',
        media: 'message',
        customer: null,
        segments,
        legs: [],
        missed: [],
      };
      expect(episodesOf(content)).toHaveLength(episodes);
      return looks;
    };
    expect(looksOf(1_600) / looksOf(200)).toBeLessThan(9);
  });
});
