// Every check of the repository, quick ones first, stopping at the first that fails: `npm run verify`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const steps = ['format:check', 'lint', 'typecheck', 'deps:check', 'unused', 'secrets', 'build', 'test'];

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const started = Date.now();

for (const [index, step] of steps.entries()) {
  const mark = `[${index + 1}/${steps.length}] ${step}`;
  process.stdout.write(`${mark} ...\n`);
  const stepStarted = Date.now();
  // The scripts are all `node tools/run.mjs ...`; starting them without npm saves a quarter of a second each.
  const [, ...words] = scripts[step].replace(/^exec /, '').split(' ');
  const { status, signal } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    process.stdout.write(
      `${mark} FAILED (${signal ?? `exit code ${status}`}) after ${secondsSince(stepStarted)} s; ` +
        `alone: npm run ${step}\n`,
    );
    process.exit(1);
  }
  process.stdout.write(`${mark} ok, ${secondsSince(stepStarted)} s\n`);
}
process.stdout.write(`verify: all ${steps.length} checks passed in ${secondsSince(started)} s\n`);

function secondsSince(instant) {
  return ((Date.now() - instant) / 1000).toFixed(1);
}
