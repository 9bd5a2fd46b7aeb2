import { Command } from 'commander';
import { table } from '#contract-text/table.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { appendAct, leftOutDecisions, markName } from '#pipeline/operator-acts.js';
import { allParked, type ParkedEntity } from '#pipeline/parking.js';
import type { Authored } from '#wire/operator-acts.js';
import { meterStage, tallyStage } from '#wire/stages.js';
import { CommandError } from './command-error.js';
import { authored, type Decision, withDecisionOptions } from './decision.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withReaders, withWriters } from './with-readers.js';

/** `now`: the clock. */
export function parkedCommand(now: () => number): Command {
  return new Command('parked')
    .description(
      'contacts, activities and outcomes that a stage could not go on with: what is parked, and where; and the ' +
        'decision to leave one of them out',
    )
    .addCommand(listCommand())
    .addCommand(leaveOutCommand(now));
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

function leaveOutCommand(now: () => number): Command {
  const command = new Command('leave-out')
    .description(
      'decide that closes no longer wait for what is parked of a contact, an activity or an outcome: they leave it ' +
        'out and say so; until its stage is rebuilt and counts it after all',
    )
    .argument('<entity>', 'as tallyline parked list names it');
  withDecisionOptions(command).action(async (entity: string, options: CommonOptions & Decision) => {
    const decision: Authored = authored(options, now());
    const config = configFor(options);
    const left = await withWriters(config, async (engine) => {
      const marks = (await parkedIn(engine, config.partitions)).filter((each) => each.entity === entity);
      for (const { stage, partition, offset } of marks) {
        await appendAct(engine.log, {
          act: 'parked-left-out',
          ...decision,
          stage,
          entity,
          partition,
          offset,
        });
      }
      return marks.map((mark) => ({ ...mark, leftOut: decision }));
    });
    if (left.length === 0) {
      throw new CommandError('not-found', `nothing is parked of ${entity}: see tallyline parked list`);
    }
    const text = options.json === true ? JSON.stringify(left) : listText(left, outputWidth(options));
    process.stdout.write(`${text}\n`);
  });
  return withDataOptions(command);
}

interface Parked extends ParkedEntity {
  readonly stage: 'meter' | 'tally';
  readonly topic: string;
  /** An operator's decision; null: closes of its contracts wait for one. */
  readonly leftOut: Authored | null;
}

async function parkedIn({ log, store }: Engine, partitions: number): Promise<Parked[]> {
  const decisions = await leftOutDecisions(log);
  const stages = [meterStage, tallyStage];
  const found = await Promise.all(
    stages.map(async ({ name: stage, topic, keyspace }) => {
      const parked = await allParked(store, keyspace, partitions);
      return parked.map((each) => {
        return { stage, topic, ...each, leftOut: decisions.get(markName(stage, each)) ?? null };
      });
    }),
  );
  return found.flat();
}

function listText(found: readonly Parked[], width: number): string {
  if (found.length === 0) return 'nothing is parked';
  const rows = found.map(({ stage, entity, topic, partition, offset, cause, leftOut }) => {
    const decision = leftOut === null ? 'closes wait' : `left out by ${leftOut.author}: ${leftOut.reason}`;
    return [stage, entity, topic, String(partition), String(offset), cause, decision];
  });
  const head = ['stage', 'entity', 'topic', 'partition', 'offset', 'cause', 'decision'];
  const why = 'Why: tallyline refused list --reason parked.';
  return `${table(head, rows, { left: [0, 1, 2, 5, 6], width })}\n\n${why}`;
}
