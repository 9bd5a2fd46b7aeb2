import type { Log } from './log.js';

/** Appends to a topic of one partition unless its newest record has this key already. */
export async function appendUnlessNewest(log: Log, topic: string, key: string, value: string): Promise<void> {
  const [bounds] = await log.bounds(topic);
  let newest: string | null = null;
  for (let from = bounds?.begin ?? 0; ;) {
    const records = await log.read(topic, 0, from, 100);
    const last = records.at(-1);
    if (last === undefined) break;
    newest = last.key;
    from = last.offset + 1;
  }
  if (newest !== key) await log.append(topic, [{ key, value }]);
}
