import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { say } from './say.mjs';

/**
 * Runs `work` while no other process of this checkout installs or builds. `work` gets a function that names a
 * child process: the turn lasts until that one has ended too, even when this process is killed before it.
 */
export async function alone(root, work) {
  const id = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `tallyline-${id}.lock`);
  let said = false;
  while (!take(file)) {
    const holders = holdersOf(file);
    if (holders !== undefined && !holders.some(isAlive)) {
      rmSync(file, { force: true }); // left behind by a killed process
      continue;
    }
    if (!said && holders) say(`waiting for process ${holders.join(', ')}, which installs or builds here`);
    said ||= holders !== undefined;
    await wait(100);
  }
  try {
    return await work((child) => appendFileSync(file, ` ${child}`));
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function holdersOf(file) {
  try {
    return readFileSync(file, 'utf8').trim().split(' ').map(Number);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined; // just given back
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
