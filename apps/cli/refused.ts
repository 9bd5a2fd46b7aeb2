import { Command } from 'commander';
import type { Engine } from '#pipeline/engine/engine.js';
import { type OpenRefusal, openRefusals, redrive } from '#pipeline/redrive.js';
import { exitCode, Failure } from './exit.js';
import { table } from '#contract-text/table.js';
import { type CommonOptions, common, withEngine } from './with-engine.js';

interface Filter extends CommonOptions {
  readonly reason?: string;
  readonly connection?: string;
  readonly all?: boolean;
}

export function refusedCommand(): Command {
  return new Command('refused')
    .description('what could not be used: list it, look at one, send it again')
    .addCommand(
      filtered(new Command('list'))
        .description('open refusals, newest last, and how many by reason')
        .action(async (options: Filter) => {
          const found = await withEngine(options, async (engine) => matching(engine, options));
          process.stdout.write(`${options.json === true ? JSON.stringify(found) : listText(found)}\n`);
        }),
    )
    .addCommand(
      common(new Command('show'))
        .description('one refusal in full; --body adds the delivery as it came, customer numbers included')
        .argument('<id>')
        .option('--body', 'show the delivery')
        .action(async (id: string, options: CommonOptions & { readonly body?: boolean }) => {
          const shown = await withEngine(options, async (engine) => {
            const refusal = (await openRefusals(engine.log)).find((each) => each.id === id);
            if (refusal === undefined) throw new Failure(exitCode.notFound, `there is no open refusal ${id}`);
            const { topic, partition, offset } = refusal.from;
            const [record] = options.body === true ? await engine.log.read(topic, partition, offset, 1) : [];
            return {
              ...refusal,
              ...(record?.offset === offset && { record: JSON.parse(record.value) as unknown }),
            };
          });
          process.stdout.write(`${JSON.stringify(shown, null, options.json === true ? 0 : 2)}\n`);
        }),
    )
    .addCommand(
      filtered(new Command('redrive'))
        .description('send refused deliveries through the pipeline again, after a fix; twice changes nothing')
        .argument('[ids...]', 'refusals; none: all that match the options')
        .option('--all', 'all open refusals')
        .action(async (ids: string[], options: Filter) => {
          const result = await withEngine(options, async (engine) => redriveMatching(engine, ids, options));
          const { redriven, stillRefused, gone } = result;
          const fate = `${stillRefused} of them refused again, ${gone} no longer in the log`;
          const text = `${redriven} sent again, ${fate}`;
          process.stdout.write(`${options.json === true ? JSON.stringify(result) : text}\n`);
        }),
    );
}

function filtered(command: Command): Command {
  return common(command)
    .option('--reason <reason>', 'only this reason')
    .option('--connection <id>', 'only this connection');
}

async function matching(engine: Engine, options: Filter): Promise<OpenRefusal[]> {
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
  options: Filter,
): Promise<{ redriven: number; stillRefused: number; gone: number }> {
  const isFiltered = options.reason !== undefined || options.connection !== undefined || options.all === true;
  if (ids.length === 0 && !isFiltered) {
    throw new Failure(exitCode.usage, 'say which: ids, --reason, --connection or --all');
  }
  const open = await matching(engine, options);
  const unknown = ids.filter((id) => !open.some((refusal) => refusal.id === id));
  if (unknown.length > 0) throw new Failure(exitCode.notFound, `no open refusal: ${unknown.join(', ')}`);
  const chosen = ids.length === 0 ? open : open.filter(({ id }) => ids.includes(id));
  const { redriven, gone } = await redrive(engine.log, chosen);
  await engine.drained();
  const left = new Set((await openRefusals(engine.log)).map(({ id }) => id));
  return { redriven, gone, stillRefused: chosen.filter(({ id }) => left.has(id)).length - gone };
}

function listText(refusals: readonly OpenRefusal[]): string {
  if (refusals.length === 0) return 'nothing is refused';
  const rows = refusals.map(({ id, stage, connection, reason, path, message }) => {
    return [id, stage, connection ?? '-', reason, path, message];
  });
  const counts = Map.groupBy(refusals, ({ reason }) => reason);
  const summary = [...counts].map(([reason, each]) => `${each.length} ${reason}`).join(', ');
  const head = ['id', 'stage', 'connection', 'reason', 'where', 'what'];
  return `${table(head, rows, [...head.keys()])}\n\n${summary}`;
}
