import { encodeRefused, type RefusedRecord, type RefusalResolved, refusalId } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import type { Batch, Log } from '#log/log.js';

/** Writes down what was refused or resolved; must be acknowledged before the position moves on. */
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
  return {
    state: 'refused',
    id: refusalId(stage, `${batch.topic}|${batch.partition}|${offset}`, null),
    stage,
    from: { topic: batch.topic, partition: batch.partition, offset },
    connection: null,
    delivery: null,
    row: null,
    reason: 'unreadable',
    path: '',
    message: `the record cannot be read: expected ${expected}`,
  };
}
