import { describe, expect, it } from '@jest/globals';
import { contact, sampleLeg } from '#domain/contract/contract.fixture.js';
import { episodesOf } from './episodes.js';
import type { ContactContent, Leg, Segment } from './posting.js';

function stay(enteredAt: number, leftAt: number, result: Segment['result'] = 'answered'): Segment {
  return { queue: 'c:q1', enteredAt, leftAt, waitMs: leftAt - enteredAt, result };
}

function chat(segments: readonly Segment[], legs: readonly Leg[], rest: Partial<ContactContent> = {}) {
  return contact({ media: 'chat', segments, legs, ...rest });
}

const countOf = (content: ContactContent): number => episodesOf(content).length;

describe('An episode of a conversation in writing', () => {
  it('begins with each entry once all stays and sessions before it are over, to the millisecond', () => {
    const [first, leg] = [stay(0, 10), sampleLeg(10, 100)];
    const again = (at: number) => countOf(chat([first, stay(at, at + 5)], [leg, sampleLeg(at + 5, at + 9)]));
    expect([99, 100, 101].map(again)).toEqual([1, 2, 2]);
    // Without a session the stay alone says when it was over.
    const unserved = (at: number) => countOf(chat([stay(0, 10, 'abandoned'), stay(at, at + 5)], []));
    expect([9, 10, 11].map(unserved)).toEqual([1, 2, 2]);
  });

  it('goes on where the last session handed the customer on, and where a stay ended without an answer', () => {
    const [first, second] = [stay(0, 10), stay(200, 210)];
    expect(countOf(chat([first, second], [sampleLeg(10, 100, { transferredOut: true })]))).toBe(1);
    expect(countOf(chat([first, second], [sampleLeg(10, 100)]))).toBe(2);
    const results = ['abandoned', 'answered', 'flowOut', 'unknown'] as const;
    expect(results.map((result) => countOf(chat([stay(0, 10, result), second], [])))).toEqual([2, 2, 1, 1]);
    // The stay is the last of both: it flowed out after the session had ended.
    const flowedOut = [stay(0, 10), stay(50, 150, 'flowOut'), second];
    expect(countOf(chat(flowedOut, [sampleLeg(10, 100)]))).toBe(1);
    // Both ended at one instant: the session says how it ended.
    expect(countOf(chat([stay(0, 100, 'flowOut'), second], [sampleLeg(10, 100)]))).toBe(2);
  });

  it('goes on or not as the later of two says that ended at one instant; its own session is none before it', () => {
    const next = stay(200, 210);
    const stays = (one: Segment['result'], two: Segment['result']) =>
      countOf(chat([stay(0, 100, one), stay(50, 100, two), next], []));
    expect([stays('answered', 'flowOut'), stays('flowOut', 'answered')]).toEqual([1, 2]);
    const sessions = (one: boolean, two: boolean) => {
      const legs = [sampleLeg(10, 100, { transferredOut: one }), sampleLeg(50, 100, { transferredOut: two })];
      return countOf(chat([stay(0, 10), next], legs));
    };
    expect([sessions(false, true), sessions(true, false)]).toEqual([1, 2]);
    const atOnce = chat([stay(0, 10), stay(200, 200)], [sampleLeg(10, 100), sampleLeg(200, 250)]);
    expect(countOf(atOnce)).toBe(2);
  });

  it('has its own stays, sessions, missed offers and side work, and no list of side work where there is none', () => {
    const side = (startedAt: number) => {
      return { state: 'PREVIEW', agent: 'c:a1', queue: 'c:q1', startedAt, endedAt: startedAt + 1 } as const;
    };
    const missed = [300].map(
      (at) => ({ agent: 'c:a1', queue: 'c:q1', at }) as ContactContent['missed'][number],
    );
    const content = chat(
      [stay(0, 10), stay(200, 210), stay(400, 410)],
      [sampleLeg(10, 100), sampleLeg(210, 250)],
      {
        missed,
        sideWork: [side(5)],
      },
    );
    const [one, two, three] = episodesOf(content);
    const { sideWork: _, ...rest } = content;
    expect(one).toStrictEqual({
      ...rest,
      segments: [stay(0, 10)],
      legs: [sampleLeg(10, 100)],
      missed: [],
      sideWork: [side(5)],
    });
    expect(two).toStrictEqual({
      ...rest,
      segments: [stay(200, 210)],
      legs: [sampleLeg(210, 250)],
      missed,
    });
    expect(three).toStrictEqual({ ...rest, segments: [stay(400, 410)], legs: [], missed: [] });
  });

  it('is the whole contact where it was not taken up again, and of a call always', () => {
    const running = chat([stay(0, 10), stay(50, 60)], [sampleLeg(10, 100)]);
    expect(episodesOf(running)[0]).toBe(running);
    expect(episodesOf({ ...running, media: 'voice' })).toHaveLength(1);
    const twice = { ...chat([stay(0, 10), stay(200, 210)], [sampleLeg(10, 100)]), media: 'voice' } as const;
    expect(episodesOf(twice)).toEqual([twice]);
  });
});
