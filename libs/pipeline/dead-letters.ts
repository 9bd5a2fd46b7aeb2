import type { Batch, Log } from '#log/log.js';
import { encodeRefused, type RefusedRecord, type RefusalResolved, refusalId } from '#wire/refused.js';
import { topics } from '#wire/topics.js';

/**
 * Writes what was refused, or resolved by a re-drive, to `telephony.refused`. Must be acknowledged before the
 * position of the stage moves on: a dead letter is never lost.
 */
export async function appendRefused(
  log: Log,
  entries: readonly (RefusedRecord | RefusalResolved)[],
): Promise<void> {
  if (entries.length === 0) return;
  const records = entries.map((entry) => ({ key: entry.id, value: encodeRefused(entry) }));
  await log.append(topics.refused.name, records);
}

/** A record of one of our own topics that cannot be read. It stays where it is; the partition goes on. */
export function unreadableRecord(
  stage: RefusedRecord['stage'],
  batch: Batch,
  offset: number,
  expected: string,
): RefusedRecord {
  const message = `the record cannot be read: expected ${expected}`;
  return refusedRecord(stage, batch, offset, { connection: null, reason: 'unreadable', message });
}

/** A record of a parked entity, or the one that parks it. */
export function parkedRecord(
  stage: RefusedRecord['stage'],
  batch: Batch,
  offset: number,
  {
    entity,
    connection,
    cause,
  }: { readonly entity: string; readonly connection: string; readonly cause: string },
): RefusedRecord {
  const message =
    `${entity} is parked, which leaves out all that comes of it: ${cause}; closes of its contracts wait ` +
    'for a decision (tallyline parked list)';
  return refusedRecord(stage, batch, offset, { connection, reason: 'parked', message });
}

/** A whole record of one of our own topics that a stage cannot use. */
export function refusedRecord(
  stage: RefusedRecord['stage'],
  { topic, partition }: Batch,
  offset: number,
  why: Pick<RefusedRecord, 'connection' | 'reason' | 'message'>,
): RefusedRecord {
  return {
    state: 'refused',
    id: refusalId(stage, recordName(topic, partition, offset), null),
    stage,
    from: { topic, partition, offset },
    delivery: null,
    row: null,
    path: '',
    ...why,
  };
}

/** Name of a record without an id, for the ids of refusals. */
export function recordName(topic: string, partition: number, offset: number): string {
  return `${topic}|${partition}|${offset}`;
}
