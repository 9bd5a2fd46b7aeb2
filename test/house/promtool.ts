import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StackUnavailable, withoutStack } from '#test/stack/unavailable.js';

/**
 * Prometheus' own tester of rules: from the PATH, or, where the stack is required and we are root, from
 * Debian's package. Null: there is none; that has been said loudly, and is a failure where the stack is
 * required.
 */
export async function findPromtool(): Promise<string | null> {
  if (await runs('promtool')) return 'promtool';
  if (process.env['TALLYLINE_REQUIRE_STACK'] === '1' && process.getuid?.() === 0) {
    await install().catch(() => undefined);
    if (await runs('promtool')) return 'promtool';
  }
  return withoutStack(
    new StackUnavailable('no promtool on the PATH. Install it (Debian: apt-get install prometheus).'),
  );
}

async function runs(command: string): Promise<boolean> {
  return promisify(execFile)(command, ['--version']).then(
    () => true,
    () => false,
  );
}

async function install(): Promise<void> {
  const run = promisify(execFile);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'APT::Lock::Timeout=300'];
  await run('apt-get', [...wait, 'update'], options);
  await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'prometheus'], options);
}
