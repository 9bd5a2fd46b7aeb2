import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { decodeOperatorAct, encodeOperatorAct, type OperatorAct } from '#wire/operator-acts.js';
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
