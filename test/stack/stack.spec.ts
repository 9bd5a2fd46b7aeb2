import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { until } from '#log/log.harness.js';
import { ask } from './redis/ask.js';
import { describeWith } from './describe-with.js';
import { sharedServer } from './stack.js';
import { missing, StackUnavailable } from './unavailable.js';

const redis = await sharedServer('redis');

describe('an unavailable server', () => {
  it('is an error where the stack is required', () => {
    const { TALLYLINE_REQUIRE_STACK: before } = process.env;
    process.env['TALLYLINE_REQUIRE_STACK'] = '1';
    try {
      const cause = new StackUnavailable('no redis-server');
      expect(() => missing('Redis', cause, null)).toThrow('no redis-server');
    } finally {
      if (before === undefined) delete process.env['TALLYLINE_REQUIRE_STACK'];
      else process.env['TALLYLINE_REQUIRE_STACK'] = before;
    }
  });
});

describeWith([redis], (addresses) => {
  describe('a server that suites share', () => {
    it('is the same for all suites of a run', async () => {
      expect(await Promise.all([sharedServer('redis'), sharedServer('redis')])).toEqual([redis, redis]);
      expect(await ask(portOf(addresses), 'PING')).toBe('PONG');
    });

    const named = process.env['TALLYLINE_REDIS'] !== undefined;
    if (!named) {
      it('ends with the process that owns it when that is killed', async () => {
        const owner = spawnOwner();
        const [line] = (await once(owner.stdout, 'data')) as [Buffer];
        const { addresses, dir } = JSON.parse(line.toString()) as { addresses: string[]; dir: string };
        expect(await ask(portOf(addresses), 'PING')).toBe('PONG');
        const host = Number(readFileSync(`${dir}/redis.host`, 'utf8'));
        owner.kill('SIGKILL');
        await until(
          'the server has ended',
          async () => (await ask(portOf(addresses), 'PING').catch(() => null)) === null,
        );
        await until('its host has ended', () => !isAlive(host));
        expect(existsSync(dir)).toBe(false);
      });
    }
  });
});

/** Another run: a process that has no run directory yet, asks for Redis and waits to be killed. */
function spawnOwner() {
  const script = `
    const { sharedServer } = await import('#test/stack/stack.js');
    const { server: addresses } = await sharedServer('redis');
    console.log(JSON.stringify({ addresses, dir: process.env.TALLYLINE_STACK_RUN }));
    setInterval(() => {}, 1000);`;
  const { TALLYLINE_STACK_RUN: _, ...env } = process.env;
  const args = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', script];
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

function portOf(addresses: readonly string[]): number {
  return Number(new URL(addresses[0] ?? '').port);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
