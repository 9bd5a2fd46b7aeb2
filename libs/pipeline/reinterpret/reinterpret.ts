import { interpretationVersion } from '#domain/entity/interpretation-version.js';
import type { Log } from '#log/log.js';
import { encodeFact } from '#wire/facts.js';
import { AuditTrail } from '#pipeline/audit-trail.js';
import type { Actor } from '#wire/period-acts.js';
import { topics } from '#wire/topics.js';
import type { DifferingEntity } from './differing-entities.js';

/** Who has entities interpreted once more, and why: what finance and the brand will ask. */
export interface ReinterpretationAct {
  readonly author: string;
  readonly reason: string;
  /** UTC epoch ms. */
  readonly at: number;
  /** For the audit trail, which has an entry of it then. */
  readonly actor?: Actor;
}

/**
 * Says in the log of facts that these entities are to be interpreted once more. At that fact the meter takes
 * back what was posted and posts what it is now, with the cause `software`. Doing it twice posts nothing
 * more.
 */
export async function reinterpretEntities(
  log: Log,
  entities: readonly DifferingEntity[],
  { author, reason, at, actor }: ReinterpretationAct,
): Promise<void> {
  if (actor !== undefined && entities.length > 0) {
    await new AuditTrail(log).write({
      act: 'entities-reinterpreted',
      actor,
      at,
      subject: `interpretation ${interpretationVersion}`,
      reason,
      details: { entities: entities.length },
    });
  }
  for (let from = 0; from < entities.length; from += recordsAtOnce) {
    const records = entities.slice(from, from + recordsAtOnce).map(({ entity, connection, partition }) => {
      const value = encodeFact({
        type: 'entity.reinterpreted',
        id: `reinterpreted|${interpretationVersion}|${entity}`,
        entity,
        connection,
        at,
        revision: 0,
        interpretation: interpretationVersion,
        author,
        reason,
      });
      return { key: entity, value, partition };
    });
    await log.append(topics.facts.name, records);
  }
}

const recordsAtOnce = 1_000;
