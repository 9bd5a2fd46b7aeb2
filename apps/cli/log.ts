import { Command } from 'commander';
import type { Log } from '#log/log.js';
import { namedRecord } from '#wire/named-record.js';
import { topics } from '#wire/topics.js';
import { CommandError } from './command-error.js';
import { type CommonOptions, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

export function logCommand(): Command {
  return new Command('log').description('what lies in the log').addCommand(showCommand());
}

function showCommand(): Command {
  const command = new Command('show')
    .description('show one record of a topic as JSON with the names of its fields; reads only')
    .argument('<topic>', `one of ${topicNames.join(', ')}`)
    .argument('<partition>', 'number of the partition', wholeNumber)
    .argument('<offset>', 'offset of the record', wholeNumber)
    .action(async (topic: string, partition: number, offset: number, options: CommonOptions) => {
      if (!topicNames.includes(topic)) {
        throw new CommandError(
          'wrong-arguments',
          `there is no topic ${topic}: name one of ${topicNames.join(', ')}`,
        );
      }
      const shown = await withLog(options, async (log) => showRecord(log, topic, partition, offset));
      process.stdout.write(`${JSON.stringify(shown, null, options.json === true ? 0 : 2)}\n`);
    });
  return withDataOptions(command);
}

const topicNames: readonly string[] = Object.values(topics).map(({ name }) => name);

async function showRecord(log: Log, topic: string, partition: number, offset: number): Promise<object> {
  const bounds = (await log.bounds(topic))[partition];
  const [record] = bounds === undefined ? [] : await log.read(topic, partition, offset, 1);
  if (record?.offset !== offset) {
    const held =
      bounds === undefined
        ? 'there is no such partition'
        : `partition ${partition} holds ${bounds.begin} to ${bounds.end - 1}`;
    throw new CommandError('not-found', `${topic} has no record ${offset} there: ${held}`);
  }
  const { timestamp, key, value } = record;
  const at = new Date(timestamp).toISOString();
  return { topic, partition, offset, appendedAt: at, key, value: namedRecord(topic, value) };
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CommandError('wrong-arguments', `'${text}' is no whole number`);
}
