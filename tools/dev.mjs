// The standalone app while its sources change: `npm run dev`. Builds after each change, and restarts it
// when that has succeeded. Arguments go to the app.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { say } from './say.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/apps/standalone/main.js');
// Editors write a file in several steps, and git many files at once.
const quietMs = 150;

let app = start();
let timer;
let underWay = Promise.resolve();

const watchers = ['apps', 'libs'].map((folder) =>
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      underWay = underWay.then(rebuild);
    }, quietMs);
  }),
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end());

async function end() {
  for (const watcher of watchers) watcher.close();
  clearTimeout(timer);
  await underWay;
  process.exitCode = await stop();
}

function start() {
  // Node's own options are those of this process: see run.mjs.
  const child = spawn(process.execPath, [...process.execArgv, main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    // Who develops changes files and looks at once; elsewhere that is an act: docs/catalogue.md.
    env: { TALLYLINE_CATALOGUE_AUTHOR: process.env.TALLYLINE_KAFKA ? '' : 'dev', ...process.env },
  });
  child.once('exit', (code) => {
    if (child === app && code !== 0) say('the app has ended; it starts again after the next change');
  });
  return child;
}

async function rebuild() {
  try {
    if (!(await build(root))) return;
  } catch (error) {
    say(error.message);
    return;
  }
  await stop();
  app = start();
}

/** Lets the app shut down as it does elsewhere, and gives its exit code. */
async function stop() {
  const child = app;
  app = undefined;
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode ?? 1;
}
