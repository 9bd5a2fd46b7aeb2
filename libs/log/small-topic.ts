import type { Log, LogRecord } from './log.js';

// For topics of one partition that stay small enough to be read as a whole: catalogues, closes, invoices,
// refusals.

/** All values of the topic, oldest first. */
export async function readTopicValues(log: Log, topic: string): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of recordsOf(log, topic)) values.push(value);
  return values;
}

/** All records of the topic, or those from an offset on, oldest first. */
export async function* recordsOf(
  log: Pick<Log, 'bounds' | 'read'>,
  topic: string,
  since = 0,
): AsyncGenerator<LogRecord> {
  const [bounds] = await log.bounds(topic);
  for (let from = Math.max(since, bounds?.begin ?? 0); ;) {
    const records = await log.read(topic, 0, from, READ_RECORDS);
    const last = records.at(-1);
    if (last === undefined) return;
    yield* records;
    from = last.offset + 1;
  }
}

const READ_RECORDS = 1_000;
