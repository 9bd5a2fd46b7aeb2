import type { Log } from './log.js';

/** All values of a topic with one partition, oldest first: closes and invoices are few. */
export async function topicValues(log: Log, topic: string): Promise<string[]> {
  const values: string[] = [];
  const [bounds] = await log.bounds(topic);
  for (let from = bounds?.begin ?? 0; ;) {
    const records = await log.read(topic, 0, from, 1_000);
    const last = records.at(-1);
    if (last === undefined) return values;
    for (const { value } of records) values.push(value);
    from = last.offset + 1;
  }
}
