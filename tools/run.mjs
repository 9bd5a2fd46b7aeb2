// Runs every command of this repository on the pinned Node, on any machine that has Node >= 20 and npm:
//
//   node tools/run.mjs COMMAND [ARGUMENT...]        the commands are listed below
//
// It first installs what package-lock.json asks for and builds what has changed. What it says about that goes
// to stderr and only when there is something to do: stdout belongs to the command alone.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { PINNED_NODE, pinnedBinary } from './pinned-node.mjs';
import { say } from './say.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (path) => join(root, 'node_modules', path);

// `built`: needs dist/.  `app`: one of the apps.  `fromCaller`: file names count from where the user typed.
const commands = {
  tallyline: { script: join(root, 'dist/apps/cli/main.js'), built: true, app: true, fromCaller: true },
  demo: { script: join(root, 'dist/apps/cli/main.js'), args: ['demo'], built: true, app: true },
  standalone: { script: join(root, 'dist/apps/standalone/main.js'), built: true, app: true },
  intake: { script: join(root, 'dist/apps/intake/main.js'), built: true, app: true },
  normalizer: { script: join(root, 'dist/apps/normalizer/main.js'), built: true, app: true },
  meter: { script: join(root, 'dist/apps/meter/main.js'), built: true, app: true },
  tally: { script: join(root, 'dist/apps/tally/main.js'), built: true, app: true },
  invoicer: { script: join(root, 'dist/apps/invoicer/main.js'), built: true, app: true },
  dev: { script: join(root, 'tools/dev.mjs'), built: true, app: true },
  debug: { script: join(root, 'dist/apps/standalone/main.js'), flags: ['--inspect'], built: true, app: true },
  bench: { script: join(root, 'dist/bench/main.js'), built: true, app: true },
  faults: { script: join(root, 'dist/test/faults/main.js'), built: true, app: true },
  simulate: { script: join(root, 'dist/test/simulation/main.js'), built: true, app: true },
  mutated: { script: join(root, 'dist/test/mutated/main.js'), built: true, app: true },
  prices: { script: join(root, 'dist/test/oracle-pricer/main.js'), built: true, app: true },
  mutants: { script: join(root, 'dist/test/mutants/main.js'), built: true, app: true },
  stack: { script: join(root, 'dist/test/stack/main.js'), built: true, app: true },
  schemas: { script: join(root, 'tools/schemas.mjs'), built: true },
  build: { built: true },
  jest: { script: bin('jest/bin/jest.js'), flags: ['--experimental-vm-modules'], built: true },
  typecheck: { script: join(root, 'tools/typecheck.mjs') },
  tsc: { script: bin('typescript/bin/tsc') },
  oxlint: { script: bin('oxlint/bin/oxlint') },
  format: { script: join(root, 'tools/format.mjs') },
  prettier: { script: bin('prettier/bin/prettier.cjs') },
  depcruise: { script: bin('dependency-cruiser/bin/dependency-cruiser.mjs') },
  knip: { script: bin('knip/bin/knip.js') },
  secretlint: { script: bin('secretlint/bin/secretlint.js'), args: ['**/*'] },
  verify: { script: join(root, 'tools/verify.mjs') },
};

// kafkajs schedules timers in the past, node:sqlite and vm modules are called experimental: users cannot act
// on either.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

// As in libs/runtime/v8-flags.ts, for the tools as well: without it this Node sometimes counts wrongly.
const exact = ['--no-function-context-cells'];

// As in docker/Dockerfile, which says why.
const ofApps = ['--enable-source-maps', '--max-semi-space-size=64'];

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  say(`there is no command "${name}"; there are: ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}

try {
  await install(root);
} catch (error) {
  say(error.message);
  process.exit(1);
}
if (command.built) {
  try {
    await build(root);
  } catch (error) {
    say(error.message);
    // Some chosen specs may run beside a half-written file elsewhere; the whole suite may not.
    if (name !== 'jest' || args.length === 0) process.exit(1);
  }
}

if (command.script) {
  if (!existsSync(command.script)) {
    say(`${command.script} does not exist`);
    process.exit(1);
  }
  await become(nodeBinary(), [
    ...exact,
    ...quiet,
    ...(command.flags ?? []),
    ...(command.app ? ofApps : []),
    command.script,
    ...(command.args ?? []),
    ...args,
  ]);
}

/** The pinned Node where npm has one for this platform, else the running one if it is as new. */
function nodeBinary() {
  const pinned = pinnedBinary(root);
  if (pinned) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= Number(PINNED_NODE.split('.')[0]))
    return process.execPath;
  say(
    `npm has no Node ${PINNED_NODE} that runs on ${process.platform}-${process.arch}, and this is Node ` +
      `${process.versions.node}: install Node ${PINNED_NODE} or newer yourself and run the command again`,
  );
  process.exit(1);
}

/**
 * Replaces this process by the command; where Node cannot (before 23.11, Windows) it stands in front of it.
 */
async function become(binary, argv) {
  const typedIn = process.env.INIT_CWD;
  const underNpm = process.env.npm_lifecycle_event !== undefined;
  if (command.fromCaller && underNpm && process.cwd() === root && existsSync(typedIn)) process.chdir(typedIn);

  const endWithParent = join(root, 'tools/end-with-parent.mjs');
  if (process.execve) {
    const watch = command.app && underNpm ? ['--import', endWithParent] : [];
    process.execve(binary, [binary, ...watch, ...argv], process.env);
    return;
  }
  if (command.app && underNpm) await import(pathToFileURL(endWithParent).href);
  const watch = command.app ? ['--import', endWithParent] : [];
  const child = spawn(binary, [...watch, ...argv], { stdio: 'inherit' });
  child.on('error', (error) => {
    say(`could not start ${binary}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal]);
  });
  // A terminal sends Ctrl-C to the whole group: the command has it already, and a second means "at once".
  const atTerminal = process.stdin.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !atTerminal) child.kill(signal);
    });
  }
}
