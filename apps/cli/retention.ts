import { Command } from 'commander';
import { table } from '#contract-text/table.js';
import type { Log } from '#log/log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { topics } from '#wire/topics.js';
import { CommandError } from './command-error.js';
import { type CommonOptions, configFor, outputWidth, warn, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

/** `now`: the clock. */
export function retentionCommand(now: () => number): Command {
  return new Command('retention')
    .description('how long each topic is kept, and deletion of what is past that')
    .addCommand(showCommand())
    .addCommand(pruneCommand(now));
}

function showCommand(): Command {
  const command = new Command('show')
    .description('show the retention of each topic and its oldest record; reads only')
    .action(async (options: CommonOptions) => {
      const found = await withLog(options, retentions);
      const rows = found.map(({ topic, retentionDays, oldest }) => [
        topic,
        retentionDays === null ? 'for ever' : `${retentionDays} days`,
        oldest ?? '-',
      ]);
      const text = table(['topic', 'kept', 'oldest record'], rows, {
        left: [0, 1, 2],
        width: outputWidth(options),
      });
      process.stdout.write(`${options.json === true ? JSON.stringify(found) : text}\n`);
    });
  return withDataOptions(command);
}

interface Retention {
  readonly topic: string;
  /** null: for ever. */
  readonly retentionDays: number | null;
  /** ISO instant; null: there is none. */
  readonly oldest: string | null;
}

async function retentions(log: Log): Promise<Retention[]> {
  const found: Retention[] = [];
  for (const { name, retentionDays } of Object.values(topics)) {
    const firsts = [];
    for (const { partition, begin } of await log.bounds(name)) {
      firsts.push(...(await log.read(name, partition, begin, 1)).map(({ timestamp }) => timestamp));
    }
    const oldest = firsts.length === 0 ? null : new Date(Math.min(...firsts)).toISOString();
    found.push({ topic: name, retentionDays, oldest });
  }
  return found;
}

function pruneCommand(now: () => number): Command {
  const command = new Command('prune')
    .description(
      'delete what is past its retention, so that it cannot be read in the files any more; a server does so at its ' +
        'start and each hour. With no process running',
    )
    .option(
      '--vacuum',
      'then write the log as a new file: once after an upgrade from 0.1.0, which did not write over what it ' +
        'deleted, or to free space; takes as much space again as the log',
    )
    .action(async (options: CommonOptions & { readonly vacuum?: boolean }) => {
      const { engine, dataDirectory: directory } = configFor(options);
      if (engine.kind === 'distributed') {
        throw new CommandError('wrong-arguments', 'Kafka deletes what is past its retention by itself');
      }
      await withLog(options, async () => undefined); // it exists
      const log = openSqliteLog({ directory });
      try {
        const pruned = await log.prune(now());
        if (options.vacuum === true) log.vacuum();
        const isErased = options.vacuum === true || pruned.isErased;
        if (!isErased) warn(readersLeft);
        const text = `${pruned.expired} record(s) past their retention deleted`;
        process.stdout.write(`${options.json === true ? JSON.stringify({ ...pruned, isErased }) : text}\n`);
      } finally {
        await log.close();
      }
    });
  return withDataOptions(command);
}

export const readersLeft =
  'another process reads the log: what was deleted is readable in log.db-wal until it ends and ' +
  '`tallyline retention prune` is run, or the server started';
