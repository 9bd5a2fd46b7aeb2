import type { ActivityRecorded } from '#domain/fact/fact.js';
import { factId } from '../identity.js';
import type { Refusal } from '../platform.js';
import { invalidField, invalidFields } from '../refusal.js';
import { idOf } from './names.js';
import { at, instantOf, type Reading } from './reading.js';
import { activity } from './schema.js';

/**
 * A finished stretch of an agent's day, as a planner or a time clock tells it. Each is an entity of its own,
 * by source and id of its event: a revision may move its borders.
 */
export function readActivity(reading: Reading): ActivityRecorded | Refusal {
  const { row, event, connection, warnings } = reading;
  const checked = activity.safeParse(event.data);
  if (!checked.success) return invalidFields(row, at(reading, 'data'), checked.error);
  const { agent, state, queue, programme } = checked.data;
  const startedAt = instantOf(reading, 'data.startedAt', checked.data.startedAt);
  if (typeof startedAt !== 'number') return startedAt;
  const endedAt = instantOf(reading, 'data.endedAt', checked.data.endedAt);
  if (typeof endedAt !== 'number') return endedAt;
  if (endedAt < startedAt)
    return invalidField(row, at(reading, 'data.endedAt'), 'must not be before startedAt');
  if (!programme && !queue) warnings.push({ field: 'data.programme', value: 'missing' });
  const id = factId([connection.connection, 'activity', event.source, event.id]);
  return {
    type: 'activity.recorded',
    id,
    entity: `${connection.connection}:activity/${id}`,
    connection: connection.connection,
    at: endedAt,
    revision: event.revision ?? 0,
    agent: idOf(agent, connection),
    state,
    startedAt,
    endedAt,
    queue: idOf(queue, connection),
    programme: programme || null,
  };
}
