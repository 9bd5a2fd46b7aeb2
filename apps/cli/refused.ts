import { Command, Option } from 'commander';
import type { Engine } from '#pipeline/engine/engine.js';
import { openRefusals, redrive, type RedriveDecision } from '#pipeline/redrive.js';
import { refusalCodes } from '#domain/fact/refusal-codes.js';
import type { RefusedRecord } from '#wire/refused.js';
import { CommandError } from './command-error.js';
import { cliActor } from './decision.js';
import { table } from '#contract-text/table.js';
import { type CommonOptions, withDataOptions, outputWidth, withEngine } from './with-engine.js';

interface FilterOptions extends CommonOptions {
  readonly reason?: string;
  readonly connection?: string;
  readonly all?: boolean;
}

interface RedriveOptions extends FilterOptions {
  readonly author?: string;
  readonly because?: string;
}

/** `now`: the clock. */
export function refusedCommand(now: () => number): Command {
  return new Command('refused')
    .description('records that could not be used (dead letters): list them, show one, send them again')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(redriveCommand(now));
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list what is refused, newest last, with the count per reason')
    .action(async (options: FilterOptions) => {
      const found = await withEngine(options, 'read', async (engine) => matching(engine, options));
      const text = options.json === true ? JSON.stringify(found) : listText(found, outputWidth(options));
      process.stdout.write(`${text}\n`);
    });
  return withDataOptions(withFilters(command));
}

function showCommand(): Command {
  const command = new Command('show')
    .description('show one refusal in full')
    .argument('<id>', 'id of the refusal, as listed')
    .option('--body', 'also the delivery as it was received, with customer numbers')
    .action(async (id: string, options: CommonOptions & { readonly body?: boolean }) => {
      const shown = await withEngine(options, 'read', async (engine) => {
        const refusal = (await openRefusals(engine.log)).find((each) => each.id === id);
        if (refusal === undefined) {
          throw new CommandError('not-found', `there is no open refusal ${id}: see refused list`);
        }
        const { topic, partition, offset } = refusal.from;
        const [record] = options.body === true ? await engine.log.read(topic, partition, offset, 1) : [];
        return {
          ...refusal,
          ...(record?.offset === offset && { record: JSON.parse(record.value) as unknown }),
        };
      });
      process.stdout.write(`${JSON.stringify(shown, null, options.json === true ? 0 : 2)}\n`);
    });
  return withDataOptions(command);
}

function redriveCommand(now: () => number): Command {
  const command = new Command('redrive')
    .description('send refused deliveries through the pipeline again after a fix; sending twice counts once')
    .argument('[ids...]', 'ids of refusals; without: all that match the options')
    .option('--all', 'everything that is refused')
    .option('--author <name>', 'who sends them again; default: the user of this machine')
    .option('--because <text>', 'why, for the audit trail')
    .action(async (ids: string[], options: RedriveOptions) => {
      const { author, because: reason = null } = options;
      const decision = { actor: cliActor(author), reason, at: now() };
      const result = await withEngine(options, 'work', async (engine) =>
        redriveMatching(engine, ids, options, decision),
      );
      const { redriven, stillRefused, notSent } = result;
      const text = `${redriven} sent again, ${stillRefused} of them refused again, ${notSent} not sent`;
      process.stdout.write(`${options.json === true ? JSON.stringify(result) : text}\n`);
    });
  return withDataOptions(withFilters(command));
}

function withFilters(command: Command): Command {
  return command
    .addOption(new Option('--reason <code>', 'only with this reason').choices(Object.keys(refusalCodes)))
    .option('--connection <id>', 'only from this connection');
}

async function matching(engine: Engine, options: FilterOptions): Promise<RefusedRecord[]> {
  await engine.drained();
  return (await openRefusals(engine.log)).filter(
    (refusal) =>
      (options.reason === undefined || refusal.reason === options.reason) &&
      (options.connection === undefined || refusal.connection === options.connection),
  );
}

async function redriveMatching(
  engine: Engine,
  ids: readonly string[],
  options: FilterOptions,
  decision: RedriveDecision,
): Promise<{ redriven: number; stillRefused: number; notSent: number }> {
  const isFiltered = options.reason !== undefined || options.connection !== undefined || options.all === true;
  if (ids.length === 0 && !isFiltered) {
    throw new CommandError(
      'wrong-arguments',
      'name what to send again: ids, --reason, --connection or --all',
    );
  }
  const open = await matching(engine, options);
  const unknown = ids.filter((id) => !open.some((refusal) => refusal.id === id));
  if (unknown.length > 0) throw new CommandError('not-found', `no open refusal: ${unknown.join(', ')}`);
  const chosen = ids.length === 0 ? open : open.filter(({ id }) => ids.includes(id));
  const { redriven, notSent } = await redrive(engine.log, chosen, decision);
  await engine.drained();
  const left = new Set((await openRefusals(engine.log)).map(({ id }) => id));
  return { redriven, notSent, stillRefused: chosen.filter(({ id }) => left.has(id)).length - notSent };
}

function listText(refusals: readonly RefusedRecord[], width: number): string {
  if (refusals.length === 0) return 'nothing is refused';
  const rows = refusals.map(({ id, stage, connection, reason, path, message }) => {
    return [id, stage, connection ?? '-', reason, path, message];
  });
  const counts = Map.groupBy(refusals, ({ reason }) => reason);
  const summary = [...counts].map(([reason, each]) => `${each.length} ${reason}`).join(', ');
  const head = ['id', 'stage', 'connection', 'reason', 'where', 'what'];
  return `${table(head, rows, { left: [...head.keys()], width })}\n\n${summary}`;
}
