import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface RedisSources {
  /** What TALLYLINE_REDIS names. */
  readonly given: string | null;
  /** The redis-server to start processes of. */
  readonly command: string | null;
  /** What to do where there is no command. */
  readonly missing: string;
}

/**
 * Where tests get a Redis from. Debian's package is installed only where the stack is required (CI, by
 * TALLYLINE_REQUIRE_STACK=1) and we are root: a test run does not change a developer's machine.
 */
export async function findRedis(): Promise<RedisSources> {
  const required = process.env['TALLYLINE_REQUIRE_STACK'] === '1';
  return {
    given: process.env['TALLYLINE_REDIS'] ?? null,
    command: (await onPath('redis-server')) ?? (required ? await installed() : null),
    missing: 'no redis-server on the PATH. Install it (Debian: apt-get install redis-server).',
  };
}

async function onPath(command: string): Promise<string | null> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(directory, command);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return null;
}

/** Two suites that install at once wait for each other at dpkg's lock. */
async function installed(): Promise<string | null> {
  const apt = await onPath('apt-get');
  if (apt === null || process.getuid?.() !== 0) return null;
  const run = promisify(execFile);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'APT::Lock::Timeout=300'];
  await run(apt, [...wait, 'update'], options);
  await run(apt, [...wait, 'install', '-y', '--no-install-recommends', 'redis-server'], options);
  return onPath('redis-server');
}
