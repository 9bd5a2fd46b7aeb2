import type { ContactContent } from './posting.js';

/** A call of 10 s in queue `c:q` that agent `c:a` answers at once. `startedAt`: UTC epoch ms. */
export function tenSeconds(name: string | number, startedAt: number, customer: string): ContactContent {
  const leg = { dialMs: 0, acwMs: null, acwStartedAt: null, disposition: null, transferredOut: false };
  const work = { agent: 'c:a', queue: 'c:q', startedAt, endedAt: startedAt + 10_000, talkMs: 10_000 };
  return {
    kind: 'contact',
    contact: `c:${name}`,
    connection: 'c',
    direction: 'inbound',
    media: 'voice',
    customer,
    segments: [{ queue: 'c:q', enteredAt: startedAt, leftAt: startedAt, waitMs: 0, result: 'answered' }],
    legs: [{ ...work, holdMs: 0, ...leg }],
    missed: [],
  };
}
