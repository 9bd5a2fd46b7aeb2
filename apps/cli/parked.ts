import { Command } from 'commander';
import { table } from '#contract-text/table.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { allParked, type ParkedEntity } from '#pipeline/parking.js';
import { meterStage, tallyStage } from '#wire/stages.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withReaders } from './with-readers.js';

export function parkedCommand(): Command {
  return new Command('parked')
    .description(
      'contacts, activities and outcomes that a stage could not go on with: what is parked, and where',
    )
    .addCommand(listCommand());
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list what is parked, by stage; reads only, also while other processes run')
    .action(async (options: CommonOptions) => {
      const config = configFor(options);
      const found = await withReaders(config, async (engine) => parkedIn(engine, config.partitions));
      const text = options.json === true ? JSON.stringify(found) : listText(found, outputWidth(options));
      process.stdout.write(`${text}\n`);
    });
  return withDataOptions(command);
}

interface Parked extends ParkedEntity {
  readonly stage: string;
  readonly topic: string;
}

async function parkedIn({ store, lookup }: Engine, partitions: number): Promise<Parked[]> {
  const stages = [meterStage, tallyStage(lookup.catalogue.version)];
  const found = await Promise.all(
    stages.map(async ({ name: stage, topic, keyspace }) => {
      const parked = await allParked(store, keyspace, partitions);
      return parked.map((each) => ({ stage, topic, ...each }));
    }),
  );
  return found.flat();
}

function listText(found: readonly Parked[], width: number): string {
  if (found.length === 0) return 'nothing is parked';
  const rows = found.map(({ stage, entity, topic, partition, offset }) => {
    return [stage, entity, topic, String(partition), String(offset)];
  });
  const head = ['stage', 'entity', 'topic', 'partition', 'offset'];
  const why = 'Why: tallyline refused list --reason parked.';
  return `${table(head, rows, { left: [0, 1, 2], width })}\n\n${why}`;
}
