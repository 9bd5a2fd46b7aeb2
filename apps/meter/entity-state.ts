import type { Fact } from '#domain/fact/fact.js';
import type { EntityState } from '#domain/posting/fold.js';
import type { PostingContent } from '#domain/posting/posting.js';

/** State of an entity as the store keeps it: the facts without what the key already says. */
export function encodeEntityState(state: EntityState): string {
  const facts = [...state.facts.values()].map(
    ({ entity: _entity, connection: _connection, ...fact }) => fact,
  );
  return JSON.stringify({ facts, posted: state.posted });
}

/** `entity` is `<connection>:<native id>`; ids of connections have no colon. */
export function decodeEntityState(entity: string, text: string): EntityState {
  const connection = entity.slice(0, entity.indexOf(':'));
  const stored = JSON.parse(text) as { facts: Fact[]; posted: PostingContent | null };
  const facts = new Map(stored.facts.map((fact) => [fact.id, { ...fact, entity, connection }]));
  return { facts, posted: stored.posted };
}
