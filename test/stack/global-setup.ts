import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// Jest loads this file by itself, outside of its module system: it imports none of our files.

/** What `global-teardown.ts` calls. */
export const teardownKey = Symbol.for('tallyline.test.stack.teardown');

/** For jest's `globalSetup`: from here on every worker finds the same servers. Starts none itself. */
// oxlint-disable-next-line import/no-default-export -- jest asks for one
export default function setup(): void {
  const dir = createRunDirectory();
  Object.assign(globalThis, { [teardownKey]: () => removeRunDirectory(dir) });
}

/**
 * What the processes of one test run share: a directory with the state of each server that one of them asked
 * for. The directory of the whole run where its global setup has created one, else one for this process
 * alone.
 */
export function runDirectory(): string {
  const dir = process.env[variable];
  return dir !== undefined && existsSync(dir) ? dir : createRunDirectory();
}

const variable = 'TALLYLINE_STACK_RUN';
const ownerFile = 'owner';

function createRunDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tallyline-run-'));
  writeFileSync(join(dir, ownerFile), `${process.pid}`);
  process.env[variable] = dir;
  return dir;
}

/** Stops the host processes of the servers and waits until they have ended. */
async function removeRunDirectory(dir: string): Promise<void> {
  const hosts = readdirSync(dir)
    .filter((name) => name.endsWith('.host'))
    .map((name) => Number(readFileSync(join(dir, name), 'utf8')));
  for (const pid of hosts.filter(isAlive)) process.kill(pid, 'SIGTERM');
  while (hosts.some(isAlive)) await delay(20);
  rmSync(dir, { recursive: true, force: true });
}

/** Hosts end with the process that owns their directory, also when it was killed. */
export function ownerIsAlive(dir: string): boolean {
  return existsSync(dir) && isAlive(Number(readFileSync(join(dir, ownerFile), 'utf8')));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
