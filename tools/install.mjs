// Makes node_modules what package-lock.json says. Survives being interrupted: the stamp goes first and comes
// last.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { alone } from './alone.mjs';
import { pinnedBinary, runs } from './pinned-node.mjs';
import { say } from './say.mjs';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export async function install(root) {
  if (isInstalled(root)) return;
  await alone(root, async (alsoHeldBy) => {
    if (isInstalled(root)) return;
    if (!holdsWhatIsLocked(root)) await runNpm(root, alsoHeldBy);
    leaveOutBrokenNode(root);
    writeFileSync(stampFile(root), stamp(root));
  });
}

function isInstalled(root) {
  return textOf(stampFile(root)) === stamp(root);
}

function stampFile(root) {
  return join(root, 'node_modules/.tallyline-lock');
}

function stamp(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
}

/**
 * True after an `npm install` or `npm ci` by hand: npm writes its own list of what is there as its last act.
 */
function holdsWhatIsLocked(root) {
  const there = textOf(join(root, 'node_modules/.package-lock.json'));
  if (there === undefined) return false;
  const present = JSON.parse(there).packages;
  const { '': _root, ...locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const same = (path) => present[path]?.version === locked[path]?.version;
  return (
    Object.keys(present).every(same) &&
    Object.keys(locked).every((path) => same(path) || (locked[path].optional && !present[path])) &&
    pinnedBinary(root) !== undefined
  );
}

async function runNpm(root, alsoHeldBy) {
  say('installing the locked packages (npm ci): about 600 MB on disk, half a minute to a few minutes');
  rmSync(stampFile(root), { force: true });
  rmSync(join(root, 'node_modules/.package-lock.json'), { force: true });

  const started = Date.now();
  const wanted = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  const [command, ...first] = npm();
  const child = spawn(command, [...first, ...wanted], {
    cwd: root,
    stdio: ['ignore', 2, 2], // npm's own words go to stderr as well
    shell: first.length === 0 && process.platform === 'win32',
  });
  if (child.pid !== undefined) alsoHeldBy(child.pid);
  const stop = (signal) => child.kill(signal);
  for (const signal of stopSignals) process.on(signal, stop);

  const how = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  for (const signal of stopSignals) process.off(signal, stop);
  if (how !== undefined) {
    throw new Error(`npm ci did not finish (${how}); the same command tries again`);
  }
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** The npm that started this script, on the Node it runs on; else the npm of the PATH. */
function npm() {
  const { npm_execpath: script = '', npm_node_execpath: node = process.execPath } = process.env;
  return basename(script) === 'npm-cli.js' ? [node, script] : ['npm'];
}

/**
 * npm puts the pinned Node on the PATH of its scripts; one that cannot start would break every one of them.
 */
function leaveOutBrokenNode(root) {
  const binary = pinnedBinary(root);
  if (!binary || runs(binary)) return;
  say(`${binary} does not start on this system (a C library other than glibc?); it is left out`);
  rmSync(dirname(dirname(binary)), { recursive: true, force: true });
  rmSync(join(root, 'node_modules/.bin/node'), { force: true });
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
