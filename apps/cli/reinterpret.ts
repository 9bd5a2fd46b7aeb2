import { Command } from 'commander';
import { interpretationVersion } from '#domain/entity/interpretation-version.js';
import { type Differences, differingEntities } from '#pipeline/reinterpret/differing-entities.js';
import { reinterpretEntities } from '#pipeline/reinterpret/reinterpret.js';
import { CommandError } from './command-error.js';
import { cliActor } from './decision.js';
import { type CommonOptions, configFor, withDataOptions, withEngine } from './with-engine.js';
import { withReaders } from './with-readers.js';

interface ReinterpretOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly author?: string;
  readonly reason?: string;
}

/** `now`: the clock. */
export function reinterpretCommand(now: () => number): Command {
  const command = new Command('reinterpret')
    .description(
      'after an upgrade: post the differences where facts are taken to mean something else than what was posted',
    )
    .option(
      '--dry-run',
      'only list the contacts, outcomes and stretches of agents that would change; reads only',
    )
    .option('--author <name>', 'who decided it')
    .option('--reason <text>', 'why, as finance and the brand will read it')
    .action(async (options: ReinterpretOptions) => {
      const answer = options.dryRun === true ? await dryRun(options) : await act(options, now);
      process.stdout.write(`${options.json === true ? JSON.stringify(answer) : textOf(answer)}\n`);
    });
  return withDataOptions(command);
}

interface Answer {
  readonly interpretationVersion: number;
  readonly isDryRun: boolean;
  readonly expired: number;
  readonly entities: readonly unknown[];
  /** Still different after the act: to be looked at. */
  readonly left: number;
}

async function dryRun(options: ReinterpretOptions): Promise<Answer> {
  const found = await withReaders(configFor(options), async ({ log, store }) =>
    differingEntities({ log, store }),
  );
  return answerOf(found, true, found.entities.length);
}

async function act(options: ReinterpretOptions, now: () => number): Promise<Answer> {
  const { author = '', reason = '' } = options;
  if (author.trim() === '' || reason.trim() === '') {
    throw new CommandError(
      'wrong-arguments',
      'say who decided it and why: --author and --reason, or --dry-run',
    );
  }
  return withEngine(options, 'work', async (engine) => {
    await engine.drained();
    const found = await differingEntities(engine);
    await reinterpretEntities(engine.log, found.entities, {
      author,
      reason,
      at: now(),
      actor: cliActor(author),
    });
    await engine.drained();
    const left = await differingEntities(engine);
    return answerOf(found, false, left.entities.length);
  });
}

function answerOf({ entities, expired }: Differences, isDryRun: boolean, left: number): Answer {
  return { interpretationVersion, isDryRun, expired, entities, left };
}

function textOf({ isDryRun, entities, expired, left }: Answer): string {
  const lines = entities.slice(0, shown).map((each) => JSON.stringify(each));
  if (entities.length > shown) lines.push(`and ${entities.length - shown} more: --json lists all`);
  lines.push(
    isDryRun
      ? `${entities.length} would be posted in another way under interpretation ${interpretationVersion}`
      : `${entities.length} were posted in another way under interpretation ${interpretationVersion}, ${left} are still different`,
  );
  if (expired > 0) lines.push(`${expired} stay as they are: retention has removed facts of theirs`);
  return lines.join('\n');
}

const shown = 20;
