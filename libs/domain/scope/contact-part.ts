import type { Leg, Segment } from '#domain/posting/posting.js';

/** A stay in a queue, under the name that the programme has for the queue. */
export interface QueueStay {
  readonly segment: Segment;
  readonly queue: string;
}

/** Of the whole: answered if any stay was, else abandoned if any was, else flowOut if any was. */
export type ContactResult = Segment['result'] | 'none';

export function resultOf(stays: readonly QueueStay[]): ContactResult {
  if (stays.length === 0) return 'none';
  const found = (['answered', 'abandoned', 'flowOut'] as const).find((result) =>
    stays.some(({ segment }) => segment.result === result),
  );
  return found ?? 'unknown';
}

/** From the first entry on, in every queue up to the answer. */
export function waitMsOf(stays: readonly QueueStay[]): number {
  const answer = stays.findIndex(({ segment }) => segment.result === 'answered');
  const waited = answer < 0 ? stays : stays.slice(0, answer + 1);
  return waited.reduce((sum, { segment }) => sum + segment.waitMs, 0);
}

/** The first entry into a queue, or the start of the first leg of a contact that never queued. */
export function enteredAt(stays: readonly QueueStay[], legs: readonly { readonly leg: Leg }[]): number {
  const at = stays[0]?.segment.enteredAt ?? legs[0]?.leg.startedAt;
  if (at === undefined) throw new Error('a part of a contact has neither a stay nor a leg');
  return at;
}
