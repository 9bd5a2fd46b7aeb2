import { describe, expect, it } from '@jest/globals';
import { liveEvents } from './live-events.js';
import type { NowAnswer } from './now-answer.js';

const quiet: NowAnswer = {
  programme: 'aurore',
  at: '2026-03-05T13:00:00+01:00',
  timeZone: 'Europe/Paris',
  position: '4.0',
  waiting: 0,
  waitingSince: null,
  longestWaitMs: null,
  talking: 0,
  queues: [],
  agents: [],
  implausible: 0,
};
const waits: NowAnswer = {
  ...quiet,
  at: '2026-03-05T13:00:02+01:00',
  position: '5.0',
  waiting: 1,
  waitingSince: '2026-03-05T13:00:01+01:00',
  longestWaitMs: 1_000,
};
const later: NowAnswer = { ...waits, at: '2026-03-05T13:00:09+01:00', position: '6.0', longestWaitMs: 8_000 };

/** Answers one after the other, then the last of them again and again. */
function live(answers: readonly NowAnswer[], { seen = null as string | null, heartbeatMs = 60_000 } = {}) {
  const ended = new AbortController();
  let next = 0;
  const read = async () => answers[Math.min(next++, answers.length - 1)] ?? quiet;
  const letIn = { now: true };
  const isLetIn = async () => letIn.now;
  const options = { first: quiet, seen, ended: ended.signal, heartbeatMs, isLetIn };
  return { ended, letIn, events: liveEvents(read, options) };
}

describe('Live events', () => {
  it('say first how it is, with the position as id, then what changed', async () => {
    const { events } = live([quiet, waits]);
    expect((await events.next()).value).toBe(`id: 4.0\nevent: now\ndata: ${JSON.stringify(quiet)}\n\n`);
    expect((await events.next()).value).toBe(`id: 5.0\nevent: now\ndata: ${JSON.stringify(waits)}\n\n`);
  });

  it('leave out the first for a reader who has it', async () => {
    const { events } = live([waits], { seen: '4.0' });
    expect((await events.next()).value).toMatch(/^id: 5\.0\n/);
  });

  it('take the mere passing of time for no change, but show that the connection holds', async () => {
    const { events } = live([waits, later], { heartbeatMs: 0 });
    await events.next();
    await events.next();
    expect((await events.next()).value).toBe(': still here\n\n');
  });

  it('end where the reader is let in no longer, before anything more is read', async () => {
    const { events, letIn } = live([waits]);
    await events.next();
    letIn.now = false;
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('end with the server', async () => {
    const { events, ended } = live([quiet]);
    await events.next();
    const waiting = events.next();
    ended.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
