import { interpret } from '#domain/contact/interpret.js';
import {
  type ActivityTold,
  type ContactFact,
  type Fact,
  factWins,
  type OutcomeTold,
} from '#domain/fact/fact.js';
import { interpretOutcome } from '#domain/outcome/interpret.js';
import type { PostingContent } from './posting.js';

/** What the meter keeps of an entity: the set of its facts and what was last posted of it. */
export interface EntityState {
  readonly facts: ReadonlyMap<string, Fact>;
  /**
   * Kept, not recomputed: what is taken back must be what was posted, also after interpreting has been
   * improved.
   */
  readonly posted: PostingContent | null;
}

export interface Change {
  readonly sign: 1 | -1;
  readonly content: PostingContent;
}

export const unknownEntity: EntityState = { facts: new Map(), posted: null };

/**
 * Adds one fact to an entity. Where the interpretation changes, the old content is taken back and the new one
 * posted; a duplicate, a lower revision or a fact that changes nothing finished gives no change.
 */
export function addFact(state: EntityState, fact: Fact): { state: EntityState; changes: Change[] } {
  const known = state.facts.get(fact.id);
  if (known !== undefined && !factWins(fact, known)) return { state, changes: [] };
  if (!counts(fact)) return { state, changes: [] };
  const facts = new Map(state.facts).set(fact.id, fact);
  const content = interpretEntity(facts.values());
  if (sameContent(state.posted, content)) return { state: { facts, posted: state.posted }, changes: [] };
  const changes: Change[] = [];
  if (state.posted !== null) changes.push({ sign: -1, content: state.posted });
  if (content !== null) changes.push({ sign: 1, content });
  return { state: { facts, posted: content }, changes };
}

/** Facts that no interpretation reads are not kept in the state; the log keeps them. */
function counts(fact: Fact): boolean {
  return fact.type !== 'contact.noted' && fact.type !== 'contact.ended';
}

/** Facts of one entity are of one kind: its id says which. */
function interpretEntity(facts: Iterable<Fact>): PostingContent | null {
  const contact: ContactFact[] = [];
  const outcome: OutcomeTold[] = [];
  let activity: ActivityTold | null = null;
  for (const fact of facts) {
    if (fact.type === 'outcome.told') outcome.push(fact);
    else if (fact.type === 'activity.told') activity = fact;
    else contact.push(fact);
  }
  if (outcome.length > 0) return interpretOutcome(outcome);
  return activity === null ? interpret(contact) : activityContent(activity);
}

function activityContent(fact: ActivityTold): PostingContent | null {
  const { entity, connection, agent, state, startedAt, endedAt, queue, programme } = fact;
  if (endedAt <= startedAt) return null;
  return {
    kind: 'activity',
    activity: entity,
    connection,
    agent,
    state,
    startedAt,
    endedAt,
    queue,
    programme,
  };
}

/** Contents are built key by key in one order, so their texts are equal exactly when they are. */
function sameContent(a: PostingContent | null, b: PostingContent | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
