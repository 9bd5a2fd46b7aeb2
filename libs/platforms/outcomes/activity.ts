import type { ActivityRecorded } from '#domain/fact/fact.js';
import { factId } from '../fact-id.js';
import type { Refusal } from '../platform.js';
import { invalidField, invalidFields } from '../refusal.js';
import { prefixedId } from './identifiers.js';
import { pathOf, readInstantField, type EventContext } from './event-context.js';
import { activity } from './schema.js';

/**
 * A finished stretch of an agent's day, as a planner or a time clock reports it. Each is an entity of its
 * own, by source and id of its event: a revision may move its borders.
 */
export function activityFactOf(reading: EventContext): ActivityRecorded | Refusal {
  const { row, event, connection, warnings } = reading;
  const checked = activity.safeParse(event.data);
  if (!checked.success) return invalidFields(row, pathOf(reading, 'data'), checked.error);
  const { agent, state, queue, programme } = checked.data;
  const startedAt = readInstantField(reading, 'data.startedAt', checked.data.startedAt);
  if (typeof startedAt !== 'number') return startedAt;
  const endedAt = readInstantField(reading, 'data.endedAt', checked.data.endedAt);
  if (typeof endedAt !== 'number') return endedAt;
  if (endedAt < startedAt)
    return invalidField(row, pathOf(reading, 'data.endedAt'), 'must not be before startedAt');
  if (!programme && !queue) warnings.push({ code: 'missing-value', field: 'data.programme', value: null });
  const id = factId([connection.connection, 'activity', event.source, event.id]);
  return {
    type: 'activity.recorded',
    id,
    entity: `${connection.connection}:activity/${id}`,
    connection: connection.connection,
    at: endedAt,
    revision: event.revision ?? 0,
    agent: prefixedId(agent, connection),
    state,
    startedAt,
    endedAt,
    queue: prefixedId(queue, connection),
    programme: programme || null,
  };
}
