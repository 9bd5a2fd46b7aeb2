import type { Fact } from '#domain/fact/fact.js';
import type { Batch } from '#log/log.js';
import { refusalId, type RefusedRecord } from '#wire/refused.js';

/**
 * A fact of an entity whose other facts have left the log: what was posted of it can no longer be taken back,
 * and without that the fact would be billed beside it.
 */
export function expired({ topic, partition }: Batch, offset: number, fact: Fact): RefusedRecord {
  return {
    state: 'refused',
    id: refusalId('meter', `${topic}|${partition}|${offset}`, null),
    stage: 'meter',
    from: { topic, partition, offset },
    connection: fact.connection,
    delivery: null,
    row: null,
    reason: 'expired',
    path: '',
    message:
      'the fact comes so late that the others about the same contact have left the log: what was posted of ' +
      'it stands; keep telephony.facts longer if such facts are to count',
  };
}
