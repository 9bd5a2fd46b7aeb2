import type { ContactState } from '#domain/contact/fold.js';
import type { ContactFact } from '#domain/fact/fact.js';
import type { ContactContent } from '#domain/posting/posting.js';

/** State of a contact as the store keeps it: the facts without what the key already says. */
export function encodeContactState(state: ContactState): string {
  const facts = [...state.facts.values()].map(
    ({ entity: _entity, connection: _connection, ...fact }) => fact,
  );
  return JSON.stringify({ facts, posted: state.posted });
}

/** `entity` is `<connection>:<native id>`; ids of connections have no colon. */
export function decodeContactState(entity: string, text: string): ContactState {
  const connection = entity.slice(0, entity.indexOf(':'));
  const stored = JSON.parse(text) as { facts: ContactFact[]; posted: ContactContent | null };
  const facts = new Map(stored.facts.map((fact) => [fact.id, { ...fact, entity, connection }]));
  return { facts, posted: stored.posted };
}
