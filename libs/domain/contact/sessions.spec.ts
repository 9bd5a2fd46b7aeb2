import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact } from './facts.fixture.js';
import { interpret } from './interpret.js';

describe('a summary of a session', () => {
  const events = [
    fact('agent.joined', 4_000),
    fact('agent.left', 70_000, { talkMs: 59_000 }),
    fact('agent.wrapped', 100_000, { acwMs: 29_000 }),
  ];
  const summary = fact('session.summarized', 70_004, { acwMs: 30_000, acwEndedAt: 100_010 });

  it('stands for all events of its leg, whichever came first', () => {
    const alone = interpret([summary]);
    expect(alone?.legs).toMatchObject([{ talkMs: 60_000, acwMs: 30_000, acwStartedAt: 70_010 }]);
    fc.assert(
      fc.property(fc.shuffledSubarray([...events, summary], { minLength: 4 }), (facts) => {
        expect(interpret(facts)?.legs).toEqual(alone?.legs);
      }),
    );
  });

  it('has the after-call work of the events, where it reports none', () => {
    const silent = fact('session.summarized', 70_004);
    expect(interpret([...events, silent])?.legs).toMatchObject([
      { talkMs: 60_000, acwMs: 29_000, acwStartedAt: 71_000 },
    ]);
  });

  it('leaves the events of other legs', () => {
    const other = fact('agent.left', 170_000, { leg: 'l2', agent: 'c:bob', talkMs: 10_000 });
    expect(interpret([...events, summary, other])?.legs).toMatchObject([
      { talkMs: 60_000 },
      { talkMs: 10_000 },
    ]);
  });

  it('is a missed offer where the agent only heard it ring', () => {
    const rang = fact('session.summarized', 70_000, { talkMs: 0, alertMs: 7_000 });
    expect(interpret([rang])).toMatchObject({ legs: [], missed: [{ agent: 'c:alice', alertMs: 7_000 }] });
  });
});

describe('what a session lasted', () => {
  it('is followed by its only after-call work', () => {
    const content = interpret([fact('agent.left', 70_000), fact('agent.wrapped', 100_000)]);
    expect(content?.legs).toMatchObject([{ acwMs: 30_000, acwStartedAt: 70_000 }]);
  });

  it('is its dialling, where talk and hold are unknown', () => {
    const content = interpret([fact('agent.left', 70_000, { talkMs: null, holdMs: null, dialMs: 5_000 })]);
    expect(content?.legs).toMatchObject([
      { startedAt: 70_000, endedAt: 70_000, talkMs: null, dialMs: 5_000 },
    ]);
  });

  it('is nothing of a row that reports neither talk nor hold', () => {
    const content = interpret([fact('segment.summarized', 0, { talkMs: null, holdMs: null })]);
    expect(content?.legs).toMatchObject([{ startedAt: 10_000, endedAt: 10_000 }]);
  });

  it('begins in a summary with the dialling, before talk and hold', () => {
    // dialled from 40 s, talked and held from 55 s to 75 s: at 39.999 s the stay was no part of it
    const call = fact('agent.left', 100_000, { leg: 'a', talkMs: 90_000, customer: null });
    const parts = { leg: 'b', talkMs: 12_000, holdMs: 8_000, dialMs: 15_000, customer: null };
    const summary = fact('session.summarized', 75_000, parts);
    const customerAt = (at: number) =>
      interpret([call, summary, fact('queue.entered', at, { customer: 'heard' })])?.customer;
    expect([customerAt(39_999), customerAt(40_000)]).toEqual(['heard', null]);
  });
});

describe('the seconds of one agent in one contact', () => {
  const call = fact('agent.left', 100_000, { leg: 'a', talkMs: 60_000, holdMs: 30_000 });
  const dialled = { direction: 'outbound', queue: null } as const;

  it('are those of the call while it is under way, and the consultation is no leg', () => {
    const inside = fact('agent.left', 80_000, { leg: 'b', talkMs: 20_000, ...dialled });
    expect(interpret([call, inside])?.legs).toMatchObject([{ talkMs: 60_000, holdMs: 30_000 }]);
  });

  it('are shared out in proportion where a consultation lasts beyond the call', () => {
    // begun at 80 s, ended at 120 s: half of its 30 s of talk and 10 s of hold lie beyond 100 s
    const beyond = fact('agent.left', 120_000, { leg: 'b', talkMs: 30_000, holdMs: 10_000, ...dialled });
    expect(interpret([beyond, call])?.legs).toMatchObject([
      { endedAt: 100_000, talkMs: 60_000 },
      { startedAt: 100_000, endedAt: 120_000, talkMs: 15_000, holdMs: 5_000 },
    ]);
  });

  it('are not known of a consultation before the call that it is from has ended', () => {
    const joined = fact('agent.joined', 5_000, { leg: 'a' });
    const inside = fact('agent.left', 80_000, { leg: 'b', talkMs: 20_000, ...dialled });
    expect(interpret([joined, inside])).toBeNull();
    expect(interpret([joined, inside, call])?.legs).toHaveLength(1);
  });

  it('are those of another agent as well who speaks at the same time', () => {
    const bob = fact('agent.left', 90_000, { leg: 'b', agent: 'c:bob', talkMs: 40_000 });
    expect(interpret([call, bob])?.legs).toHaveLength(2);
  });

  it('keep the transfer that was made on the consultation', () => {
    const inside = fact('agent.left', 100_000, {
      leg: 'b',
      talkMs: 20_000,
      transferredOut: true,
      ...dialled,
    });
    expect(interpret([call, inside])?.legs).toMatchObject([{ transferredOut: true }]);
  });

  it('sum to the union of what is reported, whatever overlaps', () => {
    const spans = fc.array(
      fc.record({ from: fc.integer({ min: 0, max: 50 }), length: fc.integer({ min: 1, max: 30 }) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(spans, (sessions) => {
        const lefts = sessions.map(({ from, length }, index) =>
          fact('agent.left', (from + length) * 1000, { leg: `l${index}`, talkMs: length * 1000 }),
        );
        const seconds = new Set(
          sessions.flatMap(({ from, length }) => Array.from({ length }, (_, s) => from + s)),
        );
        const legs = interpret(lefts)?.legs ?? [];
        expect(legs.reduce((sum, { talkMs }) => sum + (talkMs ?? 0), 0)).toBe(seconds.size * 1000);
      }),
    );
  });
});
