import { describe, expect, it } from '@jest/globals';
import { type Command, CommanderError } from 'commander';
import { tallylineProgram } from './program.js';

interface Leaf {
  readonly path: readonly string[];
  readonly command: Command;
}

/** Commands that do something, with the words that name them. */
function leavesOf(command: Command, path: readonly string[] = []): Leaf[] {
  const below = command.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));
  return below.length > 0 || path.length === 0 ? below : [{ path, command }];
}

const leaves = leavesOf(tallylineProgram(() => undefined)).map(({ path, command }) => ({
  name: path.join(' '),
  path,
  command,
}));

/** What the program says of these words, none of which it may act on. */
async function misused(words: readonly string[]): Promise<{ code: string; said: string }> {
  let said = '';
  const program = tallylineProgram((text) => void (said += text));
  try {
    await program.parseAsync(['node', 'tallyline', ...words]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { code: error.code, said };
  }
  throw new Error(`tallyline ${words.join(' ')} was taken`);
}

/** The options that a command cannot be without, with some value. */
function required({ options }: Command): string[] {
  return options
    .filter(({ mandatory, defaultValue }) => mandatory && defaultValue === undefined)
    .flatMap(({ long, argChoices }) => [long ?? '', argChoices?.[0] ?? '2026-01']);
}

it('all commands are known to these tests', () => {
  expect(leaves.length).toBeGreaterThan(30);
});

describe('A command, misused,', () => {
  it.each(leaves)(
    'takes no option that it does not have, and shows its usage: $name',
    async ({ path, name, command }) => {
      const { code, said } = await misused([...path, ...required(command), '--no-such-option']);
      expect(code).toBe('commander.unknownOption');
      expect(said).toContain("unknown option '--no-such-option'");
      expect(said).toContain(`Usage: tallyline ${name} `);
    },
  );

  const withChoices = leaves.flatMap(({ name, path, command }) =>
    command.options.flatMap(({ long, argChoices }) =>
      argChoices === undefined || typeof long !== 'string' ? [] : [{ name, path, long, argChoices }],
    ),
  );
  it.each(withChoices)('says what may be given: $name $long', async ({ path, long, argChoices }) => {
    const { code, said } = await misused([...path, long, 'no-such-word']);
    expect(code).toBe('commander.invalidArgument');
    for (const choice of argChoices) expect(said).toContain(choice);
  });

  const incomplete = leaves.filter(
    ({ command }) =>
      command.registeredArguments.some(({ required }) => required) ||
      command.options.some(({ mandatory, defaultValue }) => mandatory && defaultValue === undefined),
  );
  it.each(incomplete)('asks for what is missing: $name', async ({ path, name }) => {
    const { code, said } = await misused(path);
    expect(code).toMatch(/^commander\.missing(Argument|MandatoryOptionValue)$/);
    expect(said).toMatch(/missing required argument|required option/);
    expect(said).toContain(`Usage: tallyline ${name} `);
  });
});
