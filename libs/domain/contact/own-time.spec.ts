import { describe, expect, it } from '@jest/globals';
import { fact } from './facts.fixture.js';
import { interpret } from './interpret.js';

/** Alice talked from 10 s to 100 s. */
const call = fact('agent.left', 100_000, { leg: 'a', talkMs: 90_000 });
/** She consulted a colleague from 60 s to 80 s. */
const consulted = fact('agent.left', 80_000, { leg: 'b', talkMs: 20_000 });
const wrap = (leg: string, at: number, acwMs: number | null) => fact('agent.wrapped', at, { leg, acwMs });

describe('A consultation that lasts beyond the call', () => {
  it('has of its dialling what lies beyond', () => {
    // dialled from 90 s to 110 s, talked until 130 s
    const beyond = fact('agent.left', 130_000, { leg: 'b', talkMs: 20_000, dialMs: 20_000 });
    expect(interpret([call, beyond])?.legs).toMatchObject([
      { startedAt: 10_000, endedAt: 100_000, dialMs: 0 },
      { startedAt: 110_000, endedAt: 130_000, dialMs: 10_000, talkMs: 20_000 },
    ]);
  });

  it('has half of its hold where half of it lies beyond, and no talk that no one reported', () => {
    // held from 99.999 s to 100.001 s
    const beyond = fact('agent.left', 100_001, { leg: 'b', talkMs: null, holdMs: 2 });
    expect(interpret([call, beyond])?.legs[1]).toMatchObject({ talkMs: null, holdMs: 1 });
  });
});

describe('Two sessions of an agent with the same times', () => {
  it('are one leg: that of the first by name', () => {
    const [first, second] = ['a', 'b'].map((leg) => {
      return fact('agent.left', 100_000, { leg, id: leg === 'a' ? '2' : '1', queue: `c:of ${leg}` });
    });
    for (const order of [
      [first!, second!],
      [second!, first!],
    ])
      expect(interpret(order)?.legs).toMatchObject([{ queue: 'c:of a', talkMs: 60_000 }]);
  });
});

describe('After-call work', () => {
  it('of a consultation is that of the call, where the call has none of its own', () => {
    const content = interpret([call, consulted, wrap('b', 130_000, 30_000)]);
    expect(content?.legs).toMatchObject([{ endedAt: 100_000, acwMs: 30_000, acwStartedAt: 100_000 }]);
    expect(content?.sideWork).toBeUndefined();
  });

  it('of a consultation is that of the last call before it', () => {
    const next = fact('agent.left', 200_000, { leg: 'c', talkMs: 50_000 });
    const content = interpret([call, consulted, next, wrap('b', 240_000, 30_000)]);
    expect(content?.legs).toMatchObject([{ acwMs: null }, { endedAt: 200_000, acwMs: 30_000 }]);
  });

  it('of no length, or of one that no one reported, is none', () => {
    for (const acwMs of [0, null]) {
      const content = interpret([call, consulted, wrap('b', 130_000, acwMs)]);
      expect(content?.legs).toMatchObject([{ acwMs: null }]);
      expect(content?.sideWork).toBeUndefined();
    }
  });

  it('of an offer that was not taken is listed whole, beside the call', () => {
    const offer = fact('agent.left', 110_000, { leg: 'b', talkMs: 0, alertMs: 5_000 });
    const side = { state: 'ACW_MISSED', agent: 'c:alice', queue: 'c:q1' };
    const after = interpret([call, offer, wrap('b', 120_000, 30_000)]);
    expect(after?.legs).toMatchObject([{ acwMs: null }]);
    expect(after?.sideWork).toEqual([{ ...side, startedAt: 90_000, endedAt: 120_000 }]);
  });

  it('of a callback that held a call with its own is no more than that', () => {
    const held = fact('session.summarized', 130_000, {
      leg: 'b',
      media: 'callback',
      talkMs: 0,
      callbackMs: 125_000,
      acwMs: 20_000,
      acwEndedAt: 150_000,
    });
    const content = interpret([call, wrap('a', 130_000, 30_000), held]);
    expect(content?.legs).toMatchObject([{ acwMs: 30_000 }]);
    // had from 5 s on: what is neither the call, from 10 s to 100 s, nor its after-call work, to 130 s
    const preview = { state: 'PREVIEW', agent: 'c:alice', queue: 'c:q1' };
    expect(content?.sideWork).toEqual([{ ...preview, startedAt: 5_000, endedAt: 10_000 }]);
  });

  it('of two legs of an agent counts once where it overlaps', () => {
    // 100 s to 130 s, and 120 s to 150 s after a second call
    const next = fact('agent.left', 120_000, { leg: 'c', talkMs: 10_000 });
    const content = interpret([call, wrap('a', 130_000, 30_000), next, wrap('c', 150_000, 30_000)]);
    expect(content?.legs).toMatchObject([
      { acwMs: 30_000, acwStartedAt: 100_000 },
      { acwMs: 20_000, acwStartedAt: 130_000 },
    ]);
  });
});
