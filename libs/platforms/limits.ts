import type { Fact } from '#domain/fact/fact.js';
import type { Refusal } from './platform.js';

/**
 * What a delivery may hold. Everything is bounded by its bytes already; these bound what few bytes can ask
 * for (docs/limits.md).
 */

/** Rows of a poll, events of a list, conversations of an answer. */
export const maxRows = 5_000;

/** Sessions of one conversation's record: each gives up to two facts, of which one contact has a thousand. */
export const maxSessions = 1_000;

/** Levels of lists and objects within each other. */
export const maxDepth = 64;

const dayMs = 86_400_000;

/** An activity, or a state that the platform reports as a whole: all of it is one person's time. */
const longestActivityDays = 7;

/** Talk and hold, after-call work, a callback: conversations in writing stay with an agent for days. */
const longestWorkDays = 31;

/** Values of all lists and objects together: 5 000 rows in a body of 1 MiB have fewer. */
export const maxValues = 150_000;

/** Which bound JSON text exceeds, without parsing it; null: none. */
export function exceededBound(json: string): 'depth' | 'values' | null {
  let [depth, values] = [0, 1];
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case quote:
        at = endOfText(json, at);
        break;
      case comma:
        if (++values > maxValues) return 'values';
        break;
      case openBracket:
      case openBrace:
        if (++depth > maxDepth) return 'depth';
        break;
      case closeBracket:
      case closeBrace:
        depth -= 1;
        break;
    }
  }
  return null;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Index of the quote that ends the text that begins at a quote; of the end of all, where it is not ended. */
function endOfText(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let before = at;
    while (json.charCodeAt(before - 1) === backslash) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
  return json.length;
}

export function tooManyRows(path: string, found: number, most: number, what: string): Refusal {
  const message = `${path === '' ? 'the delivery' : path} has ${found} ${what}, at most ${most} are read: split it`;
  return { row: null, code: 'too-many-rows', path, message };
}

/** The refusal of work that lasts longer than it can; null: it does not. `path`: of its row. */
function overlongWork(fact: Fact, row: number | null, path: string): Refusal | null {
  for (const [what, ms, days] of spansOf(fact)) {
    if (ms === null || ms <= days * dayMs) continue;
    const name = path === '' ? 'the delivery' : path;
    const message = `${name}: ${what} lasts longer than ${days} days, the most that is counted of one: split it`;
    return { row, code: 'span-too-long', path, message };
  }
  return null;
}

/** The first of the facts of a row that lasts too long. */
export function overlongIn(facts: readonly Fact[], row: number | null, path: string): Refusal | null {
  for (const fact of facts) {
    const overlong = overlongWork(fact, row, path);
    if (overlong !== null) return overlong;
  }
  return null;
}

type Spans = readonly (readonly [what: string, ms: number | null, days: number])[];

function spansOf(fact: Fact): Spans {
  switch (fact.type) {
    case 'activity.recorded':
    case 'agent.stretch':
      return [['the activity', fact.endedAt - fact.startedAt, longestActivityDays]];
    case 'agent.left':
      return [handled(fact)];
    case 'agent.wrapped':
      return [afterCallWork(fact)];
    case 'segment.summarized':
      return [handled({ ...fact, dialMs: 0 }), afterCallWork(fact)];
    case 'session.summarized':
      return [handled(fact), afterCallWork(fact), ['the callback', fact.callbackMs, longestWorkDays]];
    case 'agent.changed':
    case 'agent.joined':
    case 'agent.totals':
    case 'contact.ended':
    case 'contact.identified':
    case 'contact.noted':
    case 'contact.started':
    case 'entity.reinterpreted':
    case 'outcome.placed':
    case 'outcome.recorded':
    case 'outcome.withdrawn':
    case 'queue.entered':
    case 'queue.left':
    case 'schedule.published':
      return [];
  }
}

function handled({
  talkMs,
  holdMs,
  dialMs,
}: {
  readonly talkMs: number | null;
  readonly holdMs: number | null;
  readonly dialMs: number;
}): Spans[number] {
  return ['the call', (talkMs ?? 0) + (holdMs ?? 0) + dialMs, longestWorkDays];
}

function afterCallWork({ acwMs }: { readonly acwMs: number | null }): Spans[number] {
  return ['the after-call work', acwMs, longestWorkDays];
}
