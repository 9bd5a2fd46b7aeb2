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

/** Acknowledged before the act is done: what was decided is known even where it is interrupted. */
export async function appendAct(log: Pick<Log, 'append'>, act: OperatorAct): Promise<void> {
  await log.append(topics.operatorActs.name, [{ key: act.act, value: encodeOperatorAct(act) }]);
}

/** All of them, oldest first. */
export async function operatorActs(log: Log): Promise<OperatorAct[]> {
  const values = await readTopicValues(log, topics.operatorActs.name);
  return values.flatMap((text) => decodeOperatorAct(text) ?? []);
}

/**
 * Names the place where a stage has parked an entity: parked at another one it waits for another decision.
 */
export function markName(stage: string, { entity, partition, offset }: ParkedEntity): string {
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
