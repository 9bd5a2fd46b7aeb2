import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import type { ParkedEntity } from './parking.js';
import {
  type Authored,
  decodeOperatorAct,
  encodeOperatorAct,
  type OperatorAct,
} from '#wire/operator-acts.js';
import { topics } from '#wire/topics.js';
import type { TrailStatement } from '#wire/trail.js';
import { AuditTrail } from './audit-trail.js';

/**
 * Acknowledged before the act is done: what was decided is known even where it is interrupted. Who decided it
 * is in the audit trail before.
 */
export async function appendAct(log: Pick<Log, 'append' | 'read'>, act: OperatorAct): Promise<void> {
  const { actor } = act;
  const trailEntry =
    actor === undefined ? undefined : await new AuditTrail(log).write({ ...statementOf(act), actor });
  const value = encodeOperatorAct({ ...act, trailEntry });
  await log.append(topics.operatorActs.name, [{ key: act.act, value }]);
}

function statementOf(act: OperatorAct): Omit<TrailStatement, 'actor'> {
  const { reason, at } = act;
  switch (act.act) {
    case 'parked-left-out': {
      const { entity, stage, partition, offset } = act;
      const details = { stage, partition, offset };
      return { act: 'parked-left-out', at, reason, subject: entity, details };
    }
    case 'sums-repaired': {
      const { keyspace, partition, differing } = act;
      const subject = `${keyspace} partition ${partition}`;
      return { act: 'sums-repaired', at, reason, subject, details: { partition, differing } };
    }
    case 'meter-repaired': {
      const { partition, differing } = act;
      const subject = `meter partition ${partition}`;
      return { act: 'meter-repaired', at, reason, subject, details: { partition, differing } };
    }
    // Never which person.
    case 'person-erased': {
      const details = { deliveries: act.deliveries };
      return { act: 'person-erased', at, reason, subject: 'a person', details };
    }
  }
}

/** All of them, oldest first. */
export async function operatorActs(log: Log): Promise<OperatorAct[]> {
  const values = await readTopicValues(log, topics.operatorActs.name);
  return values.flatMap((text) => decodeOperatorAct(text) ?? []);
}

/**
 * Names the place where a stage has parked an entity: parked at another one it waits for another decision.
 */
export function markName(stage: string, { entity, partition, offset }: Omit<ParkedEntity, 'cause'>): string {
  return `${stage}|${partition}|${offset}|${entity}`;
}

/** By the name of the mark, the latest decision to leave out what is parked there. */
export async function leftOutDecisions(log: Log): Promise<ReadonlyMap<string, Authored>> {
  const decisions = new Map<string, Authored>();
  for (const act of await operatorActs(log)) {
    if (act.act === 'parked-left-out') decisions.set(markName(act.stage, act), act);
  }
  return decisions;
}
