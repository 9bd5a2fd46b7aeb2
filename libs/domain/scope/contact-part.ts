import type { Leg, Segment } from '#domain/posting/posting.js';

/** A stay in a queue, under the name that the programme has for the queue. */
export interface QueueStay {
  readonly segment: Segment;
  readonly queue: string;
}

/** Of the whole: answered if any stay was, else abandoned if any was, else flowOut if any was. */
export type ContactResult = Segment['result'] | 'none';

export function resultOf(stays: readonly QueueStay[]): ContactResult {
  let result: ContactResult = 'none';
  for (const { segment } of stays) {
    if (precedence.indexOf(segment.result) > precedence.indexOf(result)) result = segment.result;
  }
  return result;
}

const precedence: readonly ContactResult[] = ['none', 'unknown', 'flowOut', 'abandoned', 'answered'];

/** From the first entry on, in every queue up to the answer. */
export function waitMsOf(stays: readonly QueueStay[]): number {
  let waitMs = 0;
  for (const { segment } of stays) {
    waitMs += segment.waitMs;
    if (segment.result === 'answered') break;
  }
  return waitMs;
}

/** The first entry into a queue, or the start of the first leg of a contact that never queued. */
export function enteredAt(stays: readonly QueueStay[], legs: readonly { readonly leg: Leg }[]): number {
  const at = stays[0]?.segment.enteredAt ?? legs[0]?.leg.startedAt;
  if (at === undefined) throw new Error('a part of a contact has neither a stay nor a leg');
  return at;
}
