import '#runtime/v8-flags.js';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StackUnavailable } from '#test/stack/unavailable.js';
import { stopStack } from './measure/stack.js';

/** What each file beside this one exports. `run` prints its own table; `short`: in seconds, for a look. */
interface Bench {
  readonly title: string;
  run(options: { readonly short: boolean }): Promise<void>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.js') && file !== 'main.js')
  .map((file) => file.slice(0, -'.js'.length));

/** Many minutes long: only where it is named. */
const onlyByName = ['soak'];

const usage = `npm run bench -- [NAME...] [--short] [--profile DIRECTORY]

Measures beside a baseline in the same run; NAME is one or more of ${names.join(', ')}; without one all but
${onlyByName.join(', ')}.
  --short              little data: shows that it works, the figures mean nothing
  --profile DIRECTORY  leaves a CPU profile of every process there
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !names.includes(name));
if (values.help || unknown.length > 0) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
if (values.profile !== undefined) {
  process.env['NODE_OPTIONS'] = `--cpu-prof --cpu-prof-dir=${values.profile}`;
}

try {
  for (const name of positionals.length === 0
    ? names.filter((name) => !onlyByName.includes(name))
    : positionals) {
    const bench = (await import(`./${name}.js`)) as Bench;
    process.stdout.write(`\n== ${name}: ${bench.title}\n`);
    await bench.run({ short: values.short });
  }
} catch (error) {
  process.stderr.write(error instanceof StackUnavailable ? `${error.message}\n` : `${String(error)}\n`);
  if (error instanceof Error && !(error instanceof StackUnavailable))
    process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
} finally {
  await stopStack();
}
process.exit();
