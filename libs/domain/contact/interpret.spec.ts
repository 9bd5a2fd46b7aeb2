import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact } from './facts.fixture.js';
import { addFact, type EntityState, unknownEntity } from '#domain/entity/fold.js';
import { interpret } from './interpret.js';
import type { ContactFact } from '#domain/fact/fact.js';

/**
 * Alice answers after one missed offer to Bob, holds, transfers to queue 2, wraps late; Bob answers there.
 */
const story: ContactFact[] = [
  fact('contact.started', 0),
  fact('queue.entered', 5_000),
  fact('agent.joined', 6_000, { leg: 'miss', agent: 'c:bob' }),
  fact('agent.left', 10_000, { leg: 'miss', agent: 'c:bob', talkMs: 0, alertMs: 4_000 }),
  fact('agent.joined', 11_000),
  fact('queue.left', 15_000),
  fact('agent.left', 100_000, { talkMs: 70_000, holdMs: 15_000, transferredOut: true }),
  fact('queue.entered', 100_000, { segment: 's2', queue: 'c:q2' }),
  fact('agent.wrapped', 130_000, { acwMs: 30_000, disposition: 'billing' }),
  fact('agent.joined', 118_000, { leg: 'l2', agent: 'c:bob', queue: 'c:q2' }),
  fact('queue.left', 120_000, { segment: 's2', queue: 'c:q2', waitMs: 20_000, answeredBy: 'c:bob' }),
  fact('agent.left', 200_000, { leg: 'l2', agent: 'c:bob', queue: 'c:q2', talkMs: 80_000 }),
  fact('agent.wrapped', 245_000, { leg: 'l2', agent: 'c:bob', queue: 'c:q2', acwMs: 45_000 }),
  fact('contact.ended', 200_000),
];

describe('interpret', () => {
  it('gives queue stays, answered legs and missed offers of a transferred contact', () => {
    // given a contact with a missed offer, a hold, a transfer and after-call work reported late
    // when it is interpreted
    // then every piece has its own times
    expect(interpret(story)).toEqual({
      kind: 'contact',
      contact: 'c:1',
      connection: 'c',
      direction: 'inbound',
      media: 'voice',
      customer: 'cust-1',
      segments: [
        { queue: 'c:q1', enteredAt: 5_000, leftAt: 15_000, waitMs: 10_000, result: 'answered' },
        { queue: 'c:q2', enteredAt: 100_000, leftAt: 120_000, waitMs: 20_000, result: 'answered' },
      ],
      legs: [
        {
          agent: 'c:alice',
          queue: 'c:q1',
          startedAt: 15_000,
          endedAt: 100_000,
          talkMs: 70_000,
          holdMs: 15_000,
          dialMs: 0,
          acwMs: 30_000,
          acwStartedAt: 100_000,
          disposition: 'billing',
          transferredOut: true,
        },
        {
          agent: 'c:bob',
          queue: 'c:q2',
          startedAt: 120_000,
          endedAt: 200_000,
          talkMs: 80_000,
          holdMs: 0,
          dialMs: 0,
          acwMs: 45_000,
          acwStartedAt: 200_000,
          disposition: null,
          transferredOut: false,
        },
      ],
      missed: [{ agent: 'c:bob', queue: 'c:q1', at: 10_000, alertMs: 4_000 }],
    });
  });

  it('takes the queue event for the answer when the talk lasted 0 s', () => {
    const content = interpret([
      fact('agent.joined', 9_000),
      fact('queue.left', 10_000),
      fact('agent.left', 10_000, { talkMs: 0 }),
    ]);
    expect(content?.legs).toMatchObject([
      { agent: 'c:alice', talkMs: 0, startedAt: 10_000, endedAt: 10_000 },
    ]);
    expect(content?.missed).toEqual([]);
  });

  it('does not take a missed offer for the answer while the answering session is still open', () => {
    const content = interpret([
      fact('agent.joined', 1_000, { leg: 'first' }),
      fact('agent.left', 4_000, { leg: 'first', talkMs: 0, alertMs: 3_000 }),
      fact('agent.joined', 8_000, { leg: 'second' }),
      fact('queue.left', 10_000),
    ]);
    expect(content?.legs).toEqual([]);
    expect(content?.missed).toHaveLength(1);
  });

  it('leaves out a session whose end never came, and a stay of unknown length', () => {
    expect(interpret([fact('agent.joined', 1_000), fact('agent.wrapped', 5_000)])).toBeNull();
    expect(interpret([fact('queue.left', 9_000, { waitMs: null })])).toBeNull();
  });

  it('measures a stay by its entry when the platform gives no duration', () => {
    const content = interpret([fact('queue.entered', 2_000), fact('queue.left', 9_000, { waitMs: null })]);
    expect(content?.segments).toMatchObject([{ enteredAt: 2_000, waitMs: 7_000 }]);
  });

  it('has the entry of a stay from its length where no event reported it', () => {
    const content = interpret([fact('queue.left', 9_000, { waitMs: 4_000 })]);
    expect(content?.segments).toMatchObject([{ enteredAt: 5_000, leftAt: 9_000, waitMs: 4_000 }]);
  });

  it('reads a row with wait, talk and after-call work at once', () => {
    const content = interpret([
      fact('segment.summarized', 0, {
        enteredAt: 0,
        waitMs: 21_000,
        talkMs: 223_000,
        holdMs: 18_000,
        acwMs: 11_000,
      }),
    ]);
    expect(content?.segments).toMatchObject([{ enteredAt: 0, leftAt: 21_000, waitMs: 21_000 }]);
    expect(content?.legs).toMatchObject([
      { startedAt: 21_000, endedAt: 262_000, talkMs: 223_000, holdMs: 18_000, acwStartedAt: 262_000 },
    ]);
  });

  it('gives an abandoned row no leg', () => {
    const content = interpret([
      fact('segment.summarized', 0, { result: 'abandoned', agent: null, talkMs: 0 }),
    ]);
    expect(content?.legs).toEqual([]);
    expect(content?.segments).toMatchObject([{ result: 'abandoned' }]);
  });

  it('takes of two completions of after-call work at one instant the one published last', () => {
    const wraps = [
      fact('agent.wrapped', 100_000, { id: 'a', revision: 9, disposition: 'corrected' }),
      fact('agent.wrapped', 100_000, { id: 'z', revision: 1, disposition: 'first' }),
    ];
    expect(interpret([fact('agent.left', 70_000), ...wraps])?.legs).toMatchObject([
      { disposition: 'corrected' },
    ]);
  });

  it('counts nothing of a row that says neither queue nor agent, and takes back what it said before', () => {
    const { state } = run([fact('segment.summarized', 0, { revision: 1 })]);
    const listening = fact('segment.summarized', 0, {
      revision: 2,
      queue: null,
      agent: null,
      result: 'unknown',
    });
    expect(addFact(state, listening).changes.map(({ sign }) => sign)).toEqual([-1]);
  });

  it('names the customer by the events themselves, else by what the platform identified later', () => {
    const anonymous = { customer: null };
    const late = [fact('queue.left', 10_000, anonymous), fact('contact.identified', 12_000)];
    expect(interpret(late)?.customer).toBe('cust-2');
    expect(interpret([...late, fact('queue.entered', 0)])?.customer).toBe('cust-1');
  });
});

describe('What a contact has of one instant', () => {
  /** Each with an id by which the facts alone would be in the order given. */
  const numbered = (facts: readonly ContactFact[]) =>
    facts.map((each, index) => ({ ...each, id: `fact ${index}` }));

  it('is in the order of its stays: by end, by queue, by result', () => {
    const stay = (segment: string, enteredAt: number, waitMs: number, queue: string, answered: boolean) =>
      fact('segment.summarized', 90_000, {
        segment,
        enteredAt,
        waitMs,
        queue,
        result: answered ? 'answered' : 'abandoned',
        agent: null,
      });
    const facts = [
      stay('1', 5_000, 9_000, 'c:q1', true),
      stay('2', 5_000, 4_000, 'c:q2', false),
      stay('3', 5_000, 4_000, 'c:q1', true),
      stay('4', 5_000, 4_000, 'c:q1', false),
      stay('5', 4_000, 9_000, 'c:q1', true),
    ];
    for (const order of [facts, facts.toReversed()]) {
      const { segments = [] } = interpret(numbered(order)) ?? {};
      expect(
        segments.map(({ enteredAt, leftAt, queue, result }) => [enteredAt, leftAt, queue, result]),
      ).toEqual([
        [4_000, 13_000, 'c:q1', 'answered'],
        [5_000, 9_000, 'c:q1', 'abandoned'],
        [5_000, 9_000, 'c:q1', 'answered'],
        [5_000, 9_000, 'c:q2', 'abandoned'],
        [5_000, 14_000, 'c:q1', 'answered'],
      ]);
    }
  });

  it('is in the order of its legs and missed offers: by agent, by queue', () => {
    const ended = (leg: string, agent: string, queue: string | null, talkMs: number) =>
      fact('agent.left', 90_000, { leg, agent, queue, talkMs, alertMs: 3_000 });
    const facts = [
      ended('1', 'c:bob', 'c:q1', 60_000),
      ended('2', 'c:alice', 'c:q1', 60_000),
      ended('3', 'c:bob', 'c:q2', 0),
      ended('4', 'c:bob', null, 0),
      ended('5', 'c:alice', 'c:q3', 0),
      ended('6', 'c:carl', 'c:q1', 70_000),
    ];
    for (const order of [facts, facts.toReversed()]) {
      const { legs = [], missed = [] } = interpret(numbered(order)) ?? {};
      expect(legs.map(({ agent }) => agent)).toEqual(['c:carl', 'c:alice', 'c:bob']);
      expect(missed.map(({ agent, queue }) => [agent, queue])).toEqual([
        ['c:alice', 'c:q3'],
        ['c:bob', null],
        ['c:bob', 'c:q2'],
      ]);
    }
  });
});

describe('addFact', () => {
  it('posts a stay as soon as it is over and takes it back when the leg is known', () => {
    // given a contact answered by Alice
    const answered = run([fact('queue.entered', 0), fact('agent.joined', 9_000), fact('queue.left', 10_000)]);
    expect(answered.signs).toEqual([1]);
    // when her session ends
    const ended = addFact(answered.state, fact('agent.left', 70_000));
    // then the old content is taken back and the new one posted
    expect(
      ended.changes.map(({ sign, content }) => [sign, content.kind === 'contact' && content.legs.length]),
    ).toEqual([
      [-1, 0],
      [1, 1],
    ]);
  });

  it('ignores a duplicate and a lower revision, and replaces by a higher one', () => {
    const { state } = run([fact('agent.left', 70_000, { revision: 5 })]);
    expect(addFact(state, fact('agent.left', 70_000, { revision: 5 })).changes).toEqual([]);
    expect(addFact(state, fact('agent.left', 70_000, { revision: 4, talkMs: 1 })).changes).toEqual([]);
    const revised = addFact(state, fact('agent.left', 70_000, { revision: 6, talkMs: 50_000 }));
    expect(
      revised.changes.map(({ sign, content }) => [
        sign,
        content.kind === 'contact' && content.legs[0]?.talkMs,
      ]),
    ).toEqual([
      [-1, 60_000],
      [1, 50_000],
    ]);
  });

  it('posts nothing for a revision that changes nothing finished', () => {
    const { state } = run([fact('agent.left', 70_000, { revision: 5 })]);
    expect(addFact(state, fact('agent.left', 70_000, { revision: 9 })).changes).toEqual([]);
  });

  it('ends at the same content, and posts a sum of exactly it, in any order and with any duplicates', () => {
    const whole = interpret(story);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(story, { minLength: story.length }),
        fc.array(fc.constantFrom(...story), { maxLength: 20 }),
        (order, again) => {
          const { state, sum } = run([...order, ...again]);
          expect(state.posted).toEqual(whole);
          expect(sum).toEqual(new Map([[JSON.stringify(whole), 1]]));
        },
      ),
    );
  });
});

function run(facts: readonly ContactFact[]): {
  state: EntityState;
  signs: number[];
  sum: Map<string, number>;
} {
  let state = unknownEntity;
  const signs: number[] = [];
  const sum = new Map<string, number>();
  for (const each of facts) {
    const added = addFact(state, each);
    state = added.state;
    for (const { sign, content } of added.changes) {
      signs.push(sign);
      const text = JSON.stringify(content);
      const count = (sum.get(text) ?? 0) + sign;
      if (count === 0) sum.delete(text);
      else sum.set(text, count);
    }
  }
  return { state, signs, sum };
}
