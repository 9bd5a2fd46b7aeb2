import type { OutcomePlaced, OutcomeRecorded, OutcomeWithdrawn } from '#domain/fact/fact.js';
import { supersedes } from './fold.js';

/**
 * Subjects lie apart, so an event that a revision gives another subject would count in both: the event is an
 * entity of its own beside them, and there its revisions meet.
 */
export function placementOf({ id, connection, at, revision, entity }: OutcomeRecorded): OutcomePlaced {
  const event = `${connection}:event/${id}`;
  return { type: 'outcome.placed', id, entity: event, connection, at, revision, subject: entity };
}

/**
 * What the subject is given that an event is no longer about, once it is said to be about two. In
 * whatever order the events come, each subject but the last one has it at a revision not below its own.
 * null: there is but one subject.
 *
 * @param known where the event was said to be before; null: nowhere
 */
export function withdrawalOf(placed: OutcomePlaced, known: OutcomePlaced | null): OutcomeWithdrawn | null {
  if (known === null || known.subject === placed.subject) return null;
  const [holder, loser] = supersedes(placed, known) ? [placed, known] : [known, placed];
  const { id, connection, at, subject } = loser;
  return {
    type: 'outcome.withdrawn',
    id,
    entity: subject,
    connection,
    at,
    revision: holder.revision,
    subject: holder.subject,
  };
}
