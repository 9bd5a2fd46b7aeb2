import { describe, expect, it } from '@jest/globals';
import { fact } from './facts.fixture.js';
import { interpret } from './interpret.js';

/** A session of Alice in which she neither talked, held nor dialled. */
const silent = (at: number, leg: string) => fact('agent.left', at, { leg, talkMs: 0 });

describe('A session was answered', () => {
  it.each([
    ['talk', { talkMs: 8_000 }],
    ['hold', { talkMs: 0, holdMs: 8_000 }],
    ['dialling', { talkMs: 0, dialMs: 8_000 }],
    ['as much hold as talk', { talkMs: 8_000, holdMs: 8_000 }],
    ['as much dialling as talk', { talkMs: 8_000, dialMs: 8_000 }],
  ])('that has %s', (_, parts) => {
    expect(interpret([fact('agent.left', 70_000, parts)])).toMatchObject({ legs: [parts], missed: [] });
  });

  it('that the queue names, though it ended just before: of several the last', () => {
    const content = interpret([
      silent(4_000, 'l1'),
      silent(9_990, 'l2'),
      fact('queue.left', 10_000, { answeredBy: 'c:alice' }),
    ]);
    expect(content?.legs).toMatchObject([{ endedAt: 9_990 }]);
    expect(content?.missed).toMatchObject([{ at: 4_000 }]);
  });

  it('that its own events report, before one that only a summary does', () => {
    const summary = fact('session.summarized', 20_000, { leg: 'l2', talkMs: 0 });
    const content = interpret([silent(50_000, 'l1'), summary, fact('queue.left', 30_000)]);
    expect(content?.legs).toMatchObject([{ endedAt: 50_000 }]);
    expect(content?.missed).toMatchObject([{ at: 20_000 }]);
  });

  it('that reports neither talk nor hold nor dialling, only if the queue says so', () => {
    const content = interpret([fact('agent.left', 70_000, { talkMs: null, holdMs: null })]);
    expect(content).toMatchObject({ legs: [], missed: [{ at: 70_000 }] });
  });

  it('or held a callback, however short: it is no missed offer', () => {
    const callback = fact('session.summarized', 70_000, { media: 'callback', talkMs: 0, callbackMs: 1 });
    const side = { state: 'PREVIEW', startedAt: 69_999, endedAt: 70_000 };
    expect(interpret([callback])).toMatchObject({ legs: [], missed: [], sideWork: [side] });
  });
});
