import { type ContactFact, factWins } from '#domain/fact/fact.js';
import type { ContactContent } from '#domain/posting/posting.js';
import { interpret } from './interpret.js';

/** What the meter keeps of a contact: the set of its facts and what was last posted of it. */
export interface ContactState {
  readonly facts: ReadonlyMap<string, ContactFact>;
  /** Kept, not recomputed: what is taken back must be what was posted, also after `interpret` has been improved. */
  readonly posted: ContactContent | null;
}

export interface Change {
  readonly sign: 1 | -1;
  readonly content: ContactContent;
}

export const unknownContact: ContactState = { facts: new Map(), posted: null };

/**
 * Adds one fact to a contact. Where the interpretation changes, the old content is taken back and the new one posted;
 * a duplicate, a lower revision or a fact that changes nothing finished gives no change.
 */
export function addFact(state: ContactState, fact: ContactFact): { state: ContactState; changes: Change[] } {
  const known = state.facts.get(fact.id);
  if (known !== undefined && !factWins(fact, known)) return { state, changes: [] };
  if (!counts(fact)) return { state, changes: [] };
  const facts = new Map(state.facts).set(fact.id, fact);
  const content = interpret(facts.values());
  if (sameContent(state.posted, content)) return { state: { facts, posted: state.posted }, changes: [] };
  const changes: Change[] = [];
  if (state.posted !== null) changes.push({ sign: -1, content: state.posted });
  if (content !== null) changes.push({ sign: 1, content });
  return { state: { facts, posted: content }, changes };
}

/** Facts that no interpretation reads are not kept in the state; the log keeps them. */
function counts(fact: ContactFact): boolean {
  return fact.type !== 'contact.noted' && fact.type !== 'contact.ended';
}

/** Contents are built key by key in one order, so their texts are equal exactly when they are. */
function sameContent(a: ContactContent | null, b: ContactContent | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
